// Package kongo is the root of an API gateway that takes the place of Kong; the README beside this file says what it does
// and docs/architecture.md how it is built. There is no code here: the command is in cmd/kongo, and each part of the gateway
// in a folder of its own.
//
// The benchmarks of the folder bench can be run from here: go test -bench ./bench
package kongo
