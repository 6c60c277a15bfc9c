// Package body reads what clients of the Admin API send: JSON, URL-encoded forms and multipart forms, and the arguments of
// a query.
//
// [Decode] makes a [Body] of all three. JSON has types of its own; a form has only text, whose types follow from the
// description of the entity that it is for. So the decoder nests the values of a form by the syntax of their names and
// leaves the rest to schema.Entity.Coerce:
//
//	tags=a&tags=b             a list
//	tags[]=a, tags[1]=a       a list, too, the second with positions from 1
//	config.minute=5           a record
//	headers[x-k]=1            an entry of a map; dots inside the brackets belong to its name
//
// # Bounds
//
// Bodies come from outside. Nesting is limited to a thousand levels, so that whatever walks a document may recurse, and the
// arguments of a form or query to a thousand. Names are valid UTF-8 and numbers are finite, in a document of any origin, and
// so is text, unless a form encodes other bytes: whoever validates the document can say which field is wrong. The size of a
// body is the caller's to limit.
//
// The package knows no entity and nothing of HTTP but content types. It never panics, whatever it reads.
package body
