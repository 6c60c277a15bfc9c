package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// canonical rewrites arguments as package pflag wants them. Kong takes --conf:x for --conf=x, and a flag is on whatever is
// said behind it: --yes=false switches it on and leaves a word that nobody reads. Kong 3.9: command line, option forms.
func canonical(flags *pflag.FlagSet, args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch name, isLong := strings.CutPrefix(arg, "--"); {
		case arg == "--":
			return append(out, args[i:]...)
		case arg == "-vv":
			out = append(out, "--vv")
		case isLong:
			value, given := "", false
			if at := strings.IndexAny(name, "=:"); at > 0 {
				name, value, given = name[:at], name[at+1:], true
			}
			flag := flags.Lookup(name)
			switch {
			case given && flag != nil && isToggle(flag):
				out = append(out, "--"+name)
			case given:
				out = append(out, "--"+name+"="+value)
			default:
				out = append(out, arg)
				if flag != nil && !isToggle(flag) && i+1 < len(args) {
					i++
					out = append(out, args[i])
				}
			}
		default:
			out = append(out, arg)
			if takesNext(flags, arg) && i+1 < len(args) {
				i++
				out = append(out, args[i])
			}
		}
	}
	return out
}

// takesNext reports whether a bundle of one-letter options, such as -yc, has its last value in the next argument.
func takesNext(flags *pflag.FlagSet, arg string) bool {
	if len(arg) < 2 || arg[0] != '-' {
		return false
	}
	for i := 1; i < len(arg); i++ {
		flag := flags.ShorthandLookup(arg[i : i+1])
		if flag == nil {
			return false
		}
		if !isToggle(flag) {
			return i == len(arg)-1
		}
	}
	return false
}

func isToggle(flag *pflag.Flag) bool { return flag.Value.Type() == "bool" }

// number is an option that holds a number, as Lua reads one. It is unset until it is given.
type number struct {
	value float64
	given bool
}

// Set implements pflag.Value.
func (n *number) Set(text string) error {
	value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return err
	}
	if math.IsInf(value, 0) || math.IsNaN(value) {
		return strconv.ErrRange
	}
	n.value, n.given = value, true
	return nil
}

// String implements pflag.Value.
func (n *number) String() string { return strconv.FormatFloat(n.value, 'g', -1, 64) }

// Type implements pflag.Value.
func (n *number) Type() string { return "number" }
