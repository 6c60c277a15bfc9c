// Package entity describes the entities of a gateway, one file each, in the language of package schema. Everything that
// handles entities follows these descriptions: to add a field, add it here.
//
// [Core] lists the entities that every gateway has; plugins bring more. Package entity knows no storage and no protocol.
package entity
