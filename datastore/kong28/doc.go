// Package kong28 is all that is different about a database that Kong 2.8 made and uses. Everything else in kongo speaks of
// entities as Kong 3.9 has them, whatever the database.
//
//	entities := kong28.Entities(append(entity.Core(…), bundled.Entities()...))
//	store, err := kong28.Wrap(ctx, driver.Store(model), model)
//
// # Entities
//
// [Entities] describes what can be kept in such a database (entities.go). Fields and entities that Kong 2.8 does not have are
// still there: a field has its default and refuses any other value, an entity has no rows. So answers look as they do on a
// database of Kong 3.9, and a client that uses what is missing is told so.
//
// # Rows
//
// [Wrap] puts a store around a driver's that stores rows in the form of Kong 2.8 and reads them in that of Kong 3.9
// (store.go). Two kinds of rows have another form:
//
//   - Routes. Kong 2.8 takes a path for a regular expression by the characters in it, Kong 3.9 by the ~ in front
//     (paths.go). A plain path that it would take for one is stored as one that matches the same.
//   - Plugins. Some members of their configs have moved (configs.go). They are stored in both places: nodes of Kong 2.8
//     pass over the newer.
//
// # Events
//
// Nodes of Kong 2.8 know one channel for the keys of all entities, and some keys by another name (events.go).
//
// The functions that bring a path or a config up to date are also those of the migration from Kong 2.8 to 3.9. The package
// knows no storage.
package kong28
