package conf

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// form is what the text of a setting must look like beyond its type. Kong
// leaves such texts to nginx, which refuses to start on a bad one; kongo has
// no nginx to find out and checks them itself.
type form struct {
	accepts string // completes the sentence "accepted: …"
	fits    func(string) bool
}

var (
	sizeForm = &form{"a number of bytes, or of k, m or g, such as 0, 8k or 10m", func(s string) bool {
		_, ok := parseSize(s)
		return ok
	}}
	timeForm = &form{"a time such as 60s, 1h30m, 1d or 500ms", func(s string) bool {
		_, ok := parseTime(s)
		return ok
	}}
	keepaliveForm = &form{"a time such as 75s, and a second one for the Keep-Alive header if wanted", func(s string) bool {
		fields := strings.Fields(s)
		for _, f := range fields {
			if !timeForm.fits(f) {
				return false
			}
		}
		return len(fields) == 1 || len(fields) == 2
	}}
	flagForm      = &form{"on or off", func(s string) bool { return s == "on" || s == "off" }}
	countForm     = &form{"a whole number", isCount}
	processesForm = &form{"auto or a whole number", func(s string) bool { return s == "auto" || isCount(s) }}
	buffersForm   = &form{"a number and a size, such as 4 8k", func(s string) bool {
		_, _, ok := parseBuffers(s)
		return ok
	}}
)

// parseSize reads a size of nginx: digits with k, m or g after them, in either
// case. The result is in bytes.
func parseSize(s string) (int64, bool) {
	scale := int64(1)
	if s != "" {
		switch s[len(s)-1] {
		case 'k', 'K':
			scale = 1 << 10
		case 'm', 'M':
			scale = 1 << 20
		case 'g', 'G':
			scale = 1 << 30
		}
	}
	if scale > 1 {
		s = s[:len(s)-1]
	}
	if !allDigits(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > math.MaxInt64/scale {
		return 0, false
	}
	return n * scale, true
}

const day = 24 * time.Hour

// timeUnits are nginx's, largest first. A time names each at most once, in
// this order; a number without a unit is in seconds.
var timeUnits = []struct {
	suffix string
	span   time.Duration
}{
	{"y", 365 * day}, {"M", 30 * day}, {"w", 7 * day}, {"d", day},
	{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
}

// parseTime reads a time of nginx, such as 1h30m, "1h 30m", 90 or 500ms.
func parseTime(s string) (time.Duration, bool) {
	units, total := timeUnits, time.Duration(0)
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false
	}
	for s != "" {
		digits := strings.TrimLeft(s, "0123456789")
		n, err := strconv.ParseInt(s[:len(s)-len(digits)], 10, 64)
		if err != nil {
			return 0, false
		}
		rest := strings.TrimLeft(digits, "yMwdhms")
		suffix := digits[:len(digits)-len(rest)]
		if suffix == "" && rest == "" {
			suffix = "s"
		}
		for len(units) > 0 && units[0].suffix != suffix {
			units = units[1:]
		}
		if len(units) == 0 || n > int64((math.MaxInt64-total)/units[0].span) {
			return 0, false
		}
		total += time.Duration(n) * units[0].span
		units = units[1:]
		s = strings.TrimLeft(rest, " ")
	}
	return total, true
}

// parseBuffers reads the two arguments of large_client_header_buffers.
func parseBuffers(s string) (n int, each int64, ok bool) {
	fields := strings.Fields(s)
	if len(fields) != 2 || !isCount(fields[0]) {
		return 0, 0, false
	}
	n, err := strconv.Atoi(fields[0])
	each, ok = parseSize(fields[1])
	return n, each, ok && err == nil
}

func isCount(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil && allDigits(s)
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
