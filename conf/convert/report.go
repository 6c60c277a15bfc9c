package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
)

// report accounts for every assignment of a file, section by section.
type report struct {
	*conf.Draft
	unwritable []conf.DraftSetting
	format     Format

	sections [numberOfFates][]note
	explains []conf.Warning // what the sections say already
}

// note is something about one line of the file, or about all of it if that is 0.
type note struct {
	line int
	text string
}

// fate is what became of an assignment.
type fate int

const (
	kept fate = iota
	renamed
	withoutEffect
	unknown
	invalid
	numberOfFates
)

var headings = [numberOfFates]string{"kept", "renamed", "without effect in kongo", "unknown", "invalid"}

func (r *report) write(path string) string {
	for i, line := range r.Lines {
		r.account(i, line)
	}
	for _, p := range r.Problems {
		r.add(invalid, p.Origin.Line(), explain(p))
	}
	for _, s := range r.unwritable {
		r.add(invalid, s.Line, fmt.Sprintf("%s: the value cannot be written %s", s.Name, obstacles[r.format]))
	}
	var out strings.Builder
	var counts []string
	for f, notes := range r.sections {
		if len(notes) > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", len(notes), headings[f]))
		}
	}
	if counts == nil {
		counts = []string{"no settings"}
	}
	fmt.Fprintf(&out, "%s: %s\n", plain(path), strings.Join(counts, ", "))
	for f, notes := range r.sections {
		writeSection(&out, headings[f], notes)
	}
	writeSection(&out, "remarks", r.remarks())
	return out.String()
}

func writeSection(out *strings.Builder, heading string, notes []note) {
	if len(notes) == 0 {
		return
	}
	slices.SortStableFunc(notes, func(a, b note) int { return a.line - b.line })
	fmt.Fprintf(out, "%s:\n", heading)
	for _, n := range notes {
		out.WriteString("  ")
		if n.line > 0 {
			fmt.Fprintf(out, "line %d: ", n.line)
		}
		out.WriteString(plain(n.text) + "\n")
	}
}

// obstacles complete why a value cannot be written.
var obstacles = map[Format]string{
	TOML: "in TOML, it is not UTF-8",
	Conf: "in a kong.conf, it has a line break or a zero byte",
}

func (r *report) add(f fate, line int, text string) {
	r.sections[f] = append(r.sections[f], note{line, text})
}

// account finds the section for an assignment.
func (r *report) account(i int, line conf.Line) {
	if !line.Known {
		for _, w := range r.explained(line) {
			r.add(unknown, line.Number, w.Text+"; kept as a comment")
		}
		return
	}
	if later := slices.IndexFunc(r.Lines[i+1:], func(l conf.Line) bool { return l.Key == line.Key }); later >= 0 {
		r.addLeftOut(line, fmt.Sprintf("it is set again in line %d", r.Lines[i+1+later].Number))
		return
	}
	if heirs := r.heirs(line); len(heirs) > 0 {
		r.explained(line)
		r.addRenamed(line, heirs)
		return
	}
	switch {
	case !slices.ContainsFunc(r.Settings, func(s conf.DraftSetting) bool { return s.Name == line.Key && s.Line == line.Number }):
		r.addLeftOut(line, r.reasons(line)...)
	case slices.ContainsFunc(r.Problems, func(p conf.Problem) bool { return p.Origin.Line() == line.Number }):
		// It is among the invalid.
	case line.NoEffect != "":
		r.add(withoutEffect, line.Number, line.Key+": "+line.NoEffect)
	default:
		r.add(kept, line.Number, line.Key)
	}
}

func (r *report) addLeftOut(line conf.Line, reasons ...string) {
	r.add(withoutEffect, line.Number, fmt.Sprintf("%s (left out): %s", line.Key, strings.Join(reasons, "; ")))
}

// reasons tells why nothing of an assignment is in the new file.
func (r *report) reasons(line conf.Line) []string {
	var reasons []string
	for _, w := range r.explained(line) {
		reasons = append(reasons, strings.TrimPrefix(w.Text, line.Key+": "))
	}
	if line.Text == "" && len(line.Heirs) > 0 {
		reasons = append(reasons, "it has no value")
	}
	for _, s := range r.Settings {
		if slices.Contains(line.Heirs, s.Name) {
			reasons = append(reasons, fmt.Sprintf("line %d sets '%s'", s.Line, s.Name))
		}
	}
	if len(reasons) == 0 {
		reasons = append(reasons, line.NoEffect)
	}
	return reasons
}

// explained returns the warnings about an assignment, which thereby are no more
// remarks.
func (r *report) explained(line conf.Line) []conf.Warning {
	var found []conf.Warning
	for _, w := range r.Warnings {
		if w.Origin.Line() == line.Number && w.Key == line.Key && w.Kind != conf.Duplicate {
			found = append(found, w)
		}
	}
	r.explains = append(r.explains, found...)
	return found
}

// heirs returns the settings that an assignment under an old name became.
func (r *report) heirs(line conf.Line) []conf.DraftSetting {
	var heirs []conf.DraftSetting
	for _, s := range r.Settings {
		if slices.Contains(s.Old, line.Key) {
			heirs = append(heirs, s)
		}
	}
	return heirs
}

func (r *report) addRenamed(line conf.Line, heirs []conf.DraftSetting) {
	var names []string
	reason := ""
	for _, s := range heirs {
		value := " = " + s.Text
		if s.Secret {
			value = ""
		}
		names = append(names, s.Name+value)
		reason = s.NoEffect
	}
	text := line.Key + " -> " + strings.Join(names, ", ")
	if reason != "" {
		text += "; without effect in kongo: " + reason
	}
	r.add(renamed, line.Number, text)
}

// explain tells what is wrong with a value and what would be accepted, once.
func explain(p conf.Problem) string {
	text := p.Message
	if p.Key != "" && p.Value != "" {
		text = p.Key + " = " + p.Value + ": " + text
	}
	if hint := strings.TrimPrefix(p.Hint, "accepted: "); hint != "" && !strings.Contains(p.Message, hint) {
		text += "; " + p.Hint
	}
	return text
}

// remarks are the warnings that no section has, and what is better kept
// elsewhere. That an assignment counts and an earlier one does not is said of
// the earlier one.
func (r *report) remarks() []note {
	var notes []note
	for _, w := range r.Warnings {
		if w.Kind != conf.NoEffect && w.Kind != conf.Duplicate && !slices.Contains(r.explains, w) {
			notes = append(notes, note{w.Origin.Line(), w.Text})
		}
	}
	for _, s := range r.Settings {
		if s.Secret && holdsSecret(s) {
			reference := strings.ReplaceAll(s.Name, "_", "-")
			notes = append(notes, note{s.Line, fmt.Sprintf("%s is a secret; as {vault://env/%s} it would come from the variable %s",
				s.Name, reference, strings.ToUpper(s.Name))})
		}
	}
	return notes
}

// holdsSecret reports whether the value is a secret in the clear, and not where
// to find one: a reference, or the path of the file with a private key.
func holdsSecret(s conf.DraftSetting) bool {
	if s.Text == "" || strings.HasPrefix(s.Text, "{vault://") {
		return false
	}
	return !strings.HasSuffix(s.Name, "_cert_key") || strings.Contains(s.Text, "-----BEGIN")
}
