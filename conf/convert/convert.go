package convert

import (
	"fmt"

	"github.com/kongo-gateway/kongo/conf"
)

// Format is the syntax of a configuration file.
type Format string

// The formats. They are also the words of the option that chooses one.
const (
	TOML Format = "toml" // a kongo.toml
	Conf Format = "conf" // a kong.conf
)

// Conversion is what became of a configuration file.
type Conversion struct {
	Text   []byte // the new file
	Report string // lines for a person
	Valid  bool   // nothing is invalid: a node would start with either file
}

// File converts the file at a path. The error is a *conf.InvalidError if the
// file cannot be read at all; values that are wrong are in the Report.
func File(path string, format Format) (*Conversion, error) {
	if format != TOML && format != Conf {
		return nil, fmt.Errorf("unknown format: '%s' (%s, %s)", format, TOML, Conf)
	}
	draft, err := conf.ReadDraft(path)
	if err != nil {
		return nil, err
	}
	l := &layout{Draft: draft, path: path, format: format}
	text := l.write()
	r := &report{Draft: draft, unwritable: l.unwritable, format: format}
	return &Conversion{Text: text, Report: r.write(path), Valid: len(draft.Problems) == 0 && len(l.unwritable) == 0}, nil
}
