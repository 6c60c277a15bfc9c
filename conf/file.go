package conf

import (
	"bytes"
	"fmt"
	"strings"
)

// assignment is one `key = value` of a configuration file.
type assignment struct {
	key     string
	text    string // the value as Kong 3.9 takes it
	written string // the value as it stands in the file, comment included
	line    int    // on which it begins

	comment   string // what followed the first unescaped #, with the # itself
	glued     bool   // the # had no blank before it
	rewritten bool   // text is not what was written, because that is a number
}

// remark is something in a file that Kong passes over in silence.
type remark struct {
	line int
	text string
}

const byteOrderMark = "\xEF\xBB\xBF"

// parseFile reads the syntax of kong.conf. There is no text that it refuses:
// what is no assignment is left out, as Kong leaves it out, and remarked upon.
//
// Kong 3.9: the file is read by a general reader of key = value lines, then
// trailing comments are cut off.
func parseFile(data []byte) (found []assignment, remarks []remark) {
	var (
		section string // the heading that swallows what follows
		opened  int    // its line
		lost    int    // how many assignments it swallowed
	)
	closeSection := func() {
		if section != "" {
			remarks = append(remarks, remark{opened, counted(lost, "setting") + " below the heading " + section +
				" not read: kong.conf has no sections"})
		}
	}
	lines := &lineReader{rest: data}
	for lines.next() {
		line := lines.text
		if lines.number == 1 && strings.HasPrefix(line, byteOrderMark) {
			if rest := strings.TrimLeft(line[len(byteOrderMark):], blanks); rest != "" && rest[0] != '#' && rest[0] != ';' {
				remarks = append(remarks, remark{1, "the file begins with a byte order mark, which spoils its first line: save it without"})
			}
			continue
		}
		if line[0] == '[' {
			closeSection()
			section, opened, lost = strings.TrimRight(line, blanks), lines.number, 0
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		switch {
		case section != "":
			if ok {
				lost++
			}
		case !ok || strings.Trim(name, blanks) == "":
			remarks = append(remarks, remark{lines.number, "no key = value, the line is not read: " + firstWord(line)})
		default:
			found = append(found, parseAssignment(name, value, lines.number))
		}
	}
	if lines.unfinished != 0 {
		remarks = append(remarks, remark{lines.unfinished, `the file ends after a \ that should join this line with the next: the line is not read`})
	}
	closeSection()
	return found, remarks
}

func parseAssignment(name, value string, line int) assignment {
	a := assignment{key: keyName(strings.Trim(name, blanks)), written: strings.Trim(value, blanks), line: line}
	if n, ok := rewriteNumber(value); ok {
		a.text, a.rewritten = n, n != a.written
		return a
	}
	a.text = a.written
	if at := commentStart(a.text); at >= 0 {
		a.comment = a.text[at:]
		a.text = a.text[:at]
		a.glued = a.text != "" && !strings.ContainsRune(blanks, rune(a.text[len(a.text)-1]))
	}
	a.text = strings.ReplaceAll(strings.TrimRight(a.text, blanks), `\#`, "#")
	return a
}

// commentStart finds the first # that has no backslash before it, or -1.
func commentStart(s string) int {
	for i := range len(s) {
		if s[i] == '#' && (i == 0 || s[i-1] != '\\') {
			return i
		}
	}
	return -1
}

// keyName is a key as Kong's reader sees it: whatever is neither letter nor
// digit becomes an underscore.
func keyName(s string) string {
	name := []byte(s)
	for i, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			name[i] = '_'
		}
	}
	return string(name)
}

// lineReader gives the lines of a file that are neither blank nor comments,
// each joined with the one before it where that ends in a backslash.
type lineReader struct {
	rest   []byte
	read   int    // physical lines so far
	text   string // the line
	number int    // where it begins, from 1

	// unfinished is the line that a last backslash leaves without an end, or 0.
	unfinished int
}

func (r *lineReader) next() bool {
	r.text, r.number = "", 0
	for len(r.rest) > 0 {
		line, rest, _ := bytes.Cut(r.rest, []byte("\n"))
		r.rest = rest
		r.read++
		content := bytes.Trim(line, blanks)
		if len(content) == 0 || content[0] == '#' || content[0] == ';' {
			continue
		}
		if r.number == 0 {
			r.number = r.read
		}
		if !bytes.HasSuffix(content, []byte(`\`)) {
			r.text += string(line)
			return true
		}
		r.text += string(line[:bytes.LastIndexByte(line, '\\')])
	}
	r.unfinished = r.number
	return false
}

// counted gives "1 setting is" or "3 settings are".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return fmt.Sprintf("%d %ss are", n, noun)
}

// firstWord returns the beginning of a line: what comes after a blank or a
// colon may be a secret.
func firstWord(line string) string {
	line = strings.Trim(line, blanks)
	if at := strings.IndexAny(line, blanks+":"); at > 0 {
		line = line[:at] + " …"
	}
	return shorten(line)
}
