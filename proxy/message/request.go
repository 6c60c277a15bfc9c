package message

// Version is a version of HTTP.
type Version uint8

// The versions that a client may speak.
const (
	HTTP10 Version = 10
	HTTP11 Version = 11
	HTTP2  Version = 20
)

// Chunked as a Request's Length says that only the end of the body tells how long it is.
const Chunked int64 = -1

// Request is the head of a request, in a form that no protocol is to be seen in any more. Its bytes are views of a buffer
// that stays as it is until the request has been answered.
type Request struct {
	Method  []byte
	Target  []byte // as sent: a path with a query, or an absolute URI
	Version Version

	// Fields are the lines of the header in order, as spelled. Pseudo-headers are not among them; a Host that a protocol
	// sends in another way is.
	Fields []Field

	// Length is that of the body, or Chunked.
	Length int64
	// HasLength tells that the client announced the length, be it 0.
	HasLength bool

	known Names // the names that Fields has
}

// Reset forgets the request but keeps the memory of Fields.
func (r *Request) Reset() {
	fields := r.Fields[:0]
	*r = Request{Fields: fields}
}

// Add appends a line and returns which name it has, and whether that is the first one of this name. Lines with names that
// mean nothing are always first.
func (r *Request) Add(name, value []byte) (known Name, first bool) {
	known = Identify(name)
	first = known == Other || !r.known.Has(known)
	r.known |= 1 << known
	r.Fields = append(r.Fields, Field{name, value, known})
	return known, first
}

// Has reports whether there is a line of that name.
func (r *Request) Has(name Name) bool { return r.known.Has(name) }

// Value returns the value of the first line of a name, which must not be Other. It is nil if there is none, and empty but
// not nil if the value is.
func (r *Request) Value(name Name) []byte {
	if !r.known.Has(name) {
		return nil
	}
	for i := range r.Fields {
		if r.Fields[i].Known == name {
			return nonNil(r.Fields[i].Value)
		}
	}
	return nil
}

// Lookup returns the value of the first line of any name, which must be in lower case; nil if there is none.
func (r *Request) Lookup(name string) []byte {
	for i := range r.Fields {
		if EqualFold(r.Fields[i].Name, name) {
			return nonNil(r.Fields[i].Value)
		}
	}
	return nil
}

func nonNil(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}
