// Package declarative is the configuration of a gateway as one document, kong.yml: it reads documents, says what is wrong
// with them, brings them into force, and writes what a gateway holds as a document again.
//
//	parser := declarative.NewParser(model, workspace)
//	config, err := parser.Parse(declarative.Source{Text: text})  // err is an *Error that mirrors the document
//	…
//	err = config.Import(ctx, db)                                  // into a database: kongo config db_import
//	err = declarative.Export(ctx, db, w)                          // out of one: kongo config db_export, GET /config
//
// A node without a database has a [Loader], which replaces what its store holds by a configuration and tells the data plane:
//
//	config, err := loader.Load(ctx, declarative.Source{Text: text})
//
// When Load returns, the configuration is in force as a whole, or the one before it still is.
//
// # From text to rows
//
//	text.go      text becomes a document: JSON first, then YAML, within bounds
//	yaml.go      YAML nodes become values; scalar.go knows what plain scalars mean to Kong's users
//	version.go   documents of format 1.1 and 2.1 become such of 3.0
//	kind.go      what the entries of an entity may look like, derived from its description
//	collect.go   entries are found at every depth of nesting, and get their ids (ids.go)
//	parser.go    entries are validated and become rows; those of large documents on all processors
//	references.go  names become ids; what dangles or comes twice is refused
//	second.go    what was refused is looked at again with its references resolved, as Kong does
//
// # Errors
//
// An [Error] has a tree of the shape of the document: {"services": [null, {"host": "required field missing"}]}. It can be
// flattened to one item for each broken entity (flatten.go), which is what Kong's ingress controller reads, or written as
// indented text for people (tree.go).
//
// # Bounds
//
// Documents come from outside. Their size, their depth and the number of their values are bounded (text.go), what YAML
// aliases expand to as well. Nothing that is read makes the package panic.
//
// Rules and texts are those of Kong 3.9. The package knows no SQL and no HTTP.
package declarative
