package conf

// Kind sorts warnings by what they are about.
type Kind string

// The kinds of warnings. Kong itself prints those of kind Deprecated and some
// of kind Advice, at start and restart only; the others name what it passes
// over in silence.
const (
	Deprecated Kind = "deprecated" // an old name; the text says what replaced it
	Unknown    Kind = "unknown"    // a key that no version knows
	BadValue   Kind = "bad value"  // a number or a switch that is none, and what it is taken for
	Cut        Kind = "cut"        // a value that ends, or is gone, because of a #
	Rewritten  Kind = "rewritten"  // a value that looks like a number and is printed back as one
	Quoted     Kind = "quoted"     // quotes that became part of a value
	Duplicate  Kind = "duplicate"  // a key set twice in a file; the last one wins
	NotRead    Kind = "not read"   // lines of a file that are no assignments
	Overruled  Kind = "overruled"  // a value that another setting overrides
	NoEffect   Kind = "no effect"  // what kongo accepts and does not act on, all in one
	Security   Kind = "security"   // what is open to more than was perhaps meant
	Advice     Kind = "advice"     // what works, but hardly as intended
)

// Warning is something about the configuration that a person should know and
// that does not stop a node. The text is a sentence without its origin; those
// that Kong prints are Kong's to the letter.
type Warning struct {
	Kind   Kind
	Key    string // empty where the warning is not about one key
	Origin Origin
	Text   string
}

// String gives the text, after the place it is about.
func (w Warning) String() string {
	if w.Origin.IsDefault() {
		return w.Text
	}
	return w.Origin.place() + ": " + w.Text
}
