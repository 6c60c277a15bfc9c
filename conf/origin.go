package conf

import "fmt"

// source is where a value came from, in rising precedence.
type source int

const (
	fromDefault source = iota
	fromFile
	fromEnvironment
	fromFlag
)

// Origin says where a value came from. The zero Origin is the built-in default.
type Origin struct {
	source source
	name   string // the path of the file, or the name of the variable
	line   int    // in that file, from 1
}

// IsDefault reports whether nobody set the value.
func (o Origin) IsDefault() bool { return o.source == fromDefault }

// IsFlag reports whether an option of the command line set the value.
func (o Origin) IsFlag() bool { return o.source == fromFlag }

// Line returns the line of the file in which the value stands, from 1, or 0.
func (o Origin) Line() int { return o.line }

// String gives "default", "file:PATH:LINE", "env:KONG_NAME" or "flag".
func (o Origin) String() string {
	switch o.source {
	case fromFile:
		return fmt.Sprintf("file:%s:%d", o.name, o.line)
	case fromEnvironment:
		return "env:" + o.name
	case fromFlag:
		return "flag"
	}
	return "default"
}

// place is the origin as it begins a line of explanation.
func (o Origin) place() string {
	switch o.source {
	case fromFile:
		if o.line == 0 {
			return o.name
		}
		return fmt.Sprintf("%s:%d", o.name, o.line)
	case fromEnvironment:
		return o.name
	case fromFlag:
		return "command line"
	}
	return "default"
}
