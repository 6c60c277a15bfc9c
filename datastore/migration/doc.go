// Package migration says where a database of Kong's stands, and brings it up to date.
//
// The tables of a database have been made by migrations: steps with fixed names, each belonging to a [Subsystem], the core
// or a plugin. A database has a [Ledger] of those that it has been through. A step has one or two halves: its first is run by
// the command up, and its second, where there is one, is pending until the command finish runs it, so that nodes of the older
// and of the newer version can use the database in between.
//
// # Deciding
//
// [Known] lists the steps of Kong 3.9 that concern a node, in order. From them and from the ledger follow the [State], of
// which commands and nodes speak ([Decide]), the version of Kong whose tables these are ([FormOf]), and whether a node may
// start ([Ready]).
//
// kongo uses databases of Kong 3.9 and of Kong 2.8, and takes the latter to the former as a whole. It does not know the
// tables that other versions had in between, and does not touch them: a *[HalfWayError] names what is missing.
//
// # Running
//
// A [Run] is one of the commands bootstrap, up, finish and reset on a [Storage], which a driver implements. What a command
// prints comes out of the run line by line, in Kong's words. Only one node at a time may change the tables: whoever does has a
// lock in the database, for a short time that is extended while it is at work, so that nobody waits long for one that died
// (lock.go). Two nodes that bootstrap at the same time do not disturb each other: the second waits and finds the work done.
//
// The steps of a command are handed to [Storage.Change] together. A storage that has transactions does all of them or none.
//
// The package knows no storage.
package migration
