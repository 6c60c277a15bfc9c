package conf

import (
	"slices"
	"strings"
	"testing"
)

func TestParseFile(t *testing.T) {
	for _, test := range []struct{ name, file, key, text string }{
		{"plain", "pg_host = db", "pg_host", "db"},
		{"no blanks", "pg_host=db", "pg_host", "db"},
		{"indented", "\t pg_host\t=\tdb\t", "pg_host", "db"},
		{"CRLF", "pg_host = db\r\npg_port = 1\r\n", "pg_host", "db"},
		{"no line end", "pg_host = db", "pg_host", "db"},
		{"comment lines", "  # pg_host = a\n;pg_host = b\npg_host = c", "pg_host", "c"},
		{"more equals signs", "x = a=b = c", "x", "a=b = c"},
		{"dash in a key", "pg-host = db", "pg_host", "db"},
		{"blank in a key", "pg host = db", "pg_host", "db"},
		{"case of a key", "PG_HOST = db", "PG_HOST", "db"},
		{"umlaut in a key", "p\u00fc = db", "p__", "db"},
		{"last of two", "a = 1x\na = 2x", "a", "2x"},
		{"quotes", `pg_user = "kong"`, "pg_user", `"kong"`},
		{"trailing comment", "a = abc # def", "a", "abc"},
		{"trailing comment without blank", "a = abc#def", "a", "abc"},
		{"nothing but a comment", "a = # def", "a", ""},
		{"nothing but a comment without blank", "a =#def", "a", ""},
		{"escaped", `a = ab\#c # d`, "a", "ab#c"},
		{"escaped twice", `a = ab\\#c`, "a", `ab\#c`},
		{"escaped in front", `a = \#c`, "a", "#c"},
		{"blank", "a =", "a", ""},
		{"semicolon in a value", "a = b;c ; d", "a", "b;c ; d"},
		{"continued", "a = b, \\\n    c", "a", "b,     c"},
		{"continued with blanks after it", "a = b\\  \t\nc", "a", "bc"},
		{"continued over comments and blank lines", "a = b \\\n# no\n\n; no\nc", "a", "b c"},
		{"continued twice", "a = b\\\nc\\\nd", "a", "bcd"},
		{"continued key", "a\\\nb = c", "ab", "c"},
		{"indented bracket", " [x]\na = b", "a", "b"},

		{"number", "a = 5432", "a", "5432"},
		{"leading zeros", "a = 00123", "a", "123"},
		{"hexadecimal", "a = 0x1F", "a", "31"},
		{"hexadecimal fraction", "a = 0x1.8", "a", "1.5"},
		{"hexadecimal exponent", "a = 0x1p4", "a", "16"},
		{"exponent", "a = 2e4", "a", "20000"},
		{"trailing zero", "a = 1.50", "a", "1.5"},
		{"plus", "a = +5", "a", "5"},
		{"minus", "a = -05", "a", "-5"},
		{"twenty digits", "a = 98765432109876543210", "a", "9.8765432109877e+19"},
		{"fifteen digits", "a = 123456789012345", "a", "1.2345678901234e+14"},
		{"too large", "a = 1e400", "a", "inf"},
		{"too large below zero", "a = -1e400", "a", "-inf"},
		{"kilobytes", "a = 0128 kB", "a", "128"},
		{"kilobytes without a number", "a = 1x kB", "a", "1x kB"},
		{"number before a comment", "a = 00123 # x", "a", "00123"},
		{"number with a point in front", "a = .50", "a", ".50"},
		{"address", "a = 010.0.0.1", "a", "010.0.0.1"},
		{"size", "a = 008k", "a", "008k"},
		{"two signs", "a = +-5", "a", "+-5"},
		{"underscores", "a = 1_000", "a", "1_000"},
		{"word", "a = infinity", "a", "infinity"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, _ := parseFile([]byte(test.file))
			text, ok := "", false
			for _, a := range found {
				if a.key == test.key {
					text, ok = a.text, true
				}
			}
			if !ok || text != test.text {
				t.Errorf("%s = %q (found: %t), want %q", test.key, text, ok, test.text)
			}
		})
	}
}

func TestParseFileKnowsLines(t *testing.T) {
	found, _ := parseFile([]byte("# head\n\na = 1\nb = x \\\n  # no\n  y\nc = 2\n"))
	var lines []int
	for _, a := range found {
		lines = append(lines, a.line)
	}
	if !slices.Equal(lines, []int{3, 4, 7}) {
		t.Errorf("lines %v", lines)
	}
}

func TestParseFileRemarks(t *testing.T) {
	for _, test := range []struct {
		name, file string
		keys       string // what is read all the same
		line       int
		remark     string
	}{
		{"no equals sign", "a = x\npg_host: db\n", "a", 2, "the line is not read: pg_host …"},
		{"no key", "= x\na = x", "a", 1, "the line is not read: = …"},
		{"nothing but a no-break space", "\u00a0\na = x", "a", 1, "the line is not read"},
		{"section", "a = x\n[db]\nb = x\nc = x\n", "a", 2, "2 settings are below the heading [db] not read"},
		{"section of one", "[db\nb = x", "", 1, "1 setting is below the heading [db not read"},
		{"byte order mark", byteOrderMark + "a = x\nb = x", "b", 1, "byte order mark"},
		{"backslash at the end", "a = x\nb = y \\\n", "a", 2, `the file ends after a \`},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, remarks := parseFile([]byte(test.file))
			var keys []string
			for _, a := range found {
				keys = append(keys, a.key)
			}
			if got := strings.Join(keys, " "); got != test.keys {
				t.Errorf("keys %q, want %q", got, test.keys)
			}
			if len(remarks) != 1 || remarks[0].line != test.line || !strings.Contains(remarks[0].text, test.remark) {
				t.Errorf("remarks %v", remarks)
			}
		})
	}
	if _, remarks := parseFile([]byte(byteOrderMark + "# head\na = x\n")); remarks != nil {
		t.Errorf("remarks on a mark before a comment: %v", remarks)
	}
}

func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{"a = b # c", "a = \\\n b", "[x]\na=1", byteOrderMark + "a = 0x1F", `a\#b = c\#d`, "a = 1e400 kB"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := strings.Count(string(data), "\n") + 1
		found, _ := parseFile(data)
		for _, a := range found {
			if a.line < 1 || a.line > lines {
				t.Errorf("line %d of %d", a.line, lines)
			}
			if a.key == "" || keyName(a.key) != a.key {
				t.Errorf("key %q", a.key)
			}
			if strings.Trim(a.text, blanks) != a.text {
				t.Errorf("text %q is not trimmed", a.text)
			}
		}
	})
}

// What a dump holds comes back as it was, whatever it is.
func FuzzDump(f *testing.F) {
	for _, seed := range []string{"a#b", `\#`, "a\\\nb\\", "\\\\\n#", "a = b\nc = d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.Trim(value, blanks)
		found := parseEnv([]byte(envHeader + "pg_user = " + escapeEnv(value) + "\npg_host = x\n"))
		if len(found) != 2 || found[0].text != value || found[1].text != "x" {
			t.Errorf("%q became %+v", value, found)
		}
	})
}
