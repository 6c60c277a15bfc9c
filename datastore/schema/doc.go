// Package schema is the language in which kongo describes its entities, and the machinery that interprets a description.
//
// An [Entity] is data: its fields in declaration order with their types, defaults and bounds, the checks that look at
// several fields, the shorthands that a body may carry, the variants ([Subschema]) that one of its fields selects. From
// that one description follow
//
//   - what a request body becomes before it is stored ([Entity.Prepare], [Entity.Merge]),
//   - which bodies are refused, and with which words ([Entity.Validate], [Model.Validate], [Errors]),
//   - how text from a form becomes typed values ([Entity.Coerce]),
//   - what a stored row looks like when it is read again ([Entity.Complete]),
//   - the columns a storage driver keeps ([Entity.Columns]),
//   - what GET /schemas answers ([Entity.Describe]).
//
// The rules, the order in which they run and the words they use are those of Kong 3.9, because clients branch on them.
//
// # Values
//
// A document is a map[string]any that holds only nil, bool, int64, float64, string, []any and map[string]any: the values
// of JSON, with whole numbers as int64. A missing member and a nil member are different things: defaults fill only what
// is missing. [Normalize] brings decoded JSON into this form.
//
// # Descriptions are immutable
//
// An Entity is never changed once it is part of a [Model]; models and everything in them may be used by any number of
// goroutines. Functions that return a document return a new one and leave their arguments alone.
//
// The package knows no particular entity, no storage and no protocol.
package schema
