// Package compact keeps rows in little memory.
//
// A row of datastore.Document form is a map with a member for every field of its entity, most of which have the value that
// nobody chose. A [Codec] writes it as a text of the members that are out of the ordinary, a fifth of the size and a single
// allocation, and reads it back:
//
//	codec := compact.NewCodec(routes)
//	row := codec.Encode(document)
//	document = codec.Decode(row)       // equal to what was encoded
//	b = codec.AppendJSON(b, row)       // as JSON, every field present
//
// The text is JSON without the members whose value a row has anyway, in the order of the fields. It never leaves the
// process: reading trusts that it was written here. Strings of decoded rows share memory with the text.
//
// The package knows how rows look and nothing of who keeps them or why.
package compact
