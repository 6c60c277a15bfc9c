package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestCanonical(t *testing.T) {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.StringP("conf", "c", "", "")
	flags.BoolP("yes", "y", false, "")
	flags.BoolP("v", "v", false, "")
	flags.Bool("vv", false, "")
	for given, want := range map[string]string{
		"":                           "",
		"-c x":                       "-c x",
		"-cx":                        "-cx",
		"--conf x":                   "--conf x",
		"--conf=x":                   "--conf=x",
		"--conf:x":                   "--conf=x",
		"--conf=a:b=c":               "--conf=a:b=c",
		"--conf:a=b":                 "--conf=a=b",
		"--conf= x":                  "--conf= x",
		"--yes=false":                "--yes",
		"--yes:no file":              "--yes file",
		"-vv":                        "--vv",
		"-v -y":                      "-v -y",
		"-yv":                        "-yv",
		"-c -vv":                     "-c -vv",
		"-yc -vv -vv":                "-yc -vv --vv",
		"--conf -vv":                 "--conf -vv",
		"-c":                         "-c",
		"-- --yes=false --conf:x":    "-- --yes=false --conf:x",
		"--nope=1 --nope:2 --nope x": "--nope=1 --nope=2 --nope x",
		"-":                          "-",
		"--=x":                       "--=x",
		"-zc -vv":                    "-zc --vv",
	} {
		t.Run(given, func(t *testing.T) {
			got := canonical(flags, strings.Fields(given))
			if !slices.Equal(got, strings.Fields(want)) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{"5": 5, " 0.5 ": 0.5, "1e2": 100, "-3": -3, "0x10p0": 16} {
		var n number
		if err := n.Set(text); err != nil || n.value != want || !n.given {
			t.Errorf("%q: %+v, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "abc", "5s", "1,5", "inf", "nan", "1e999"} {
		var n number
		if n.Set(text) == nil {
			t.Errorf("%q is taken for %v", text, n.value)
		}
	}
}

// FuzzArguments has command lines understood or refused, never worse.
func FuzzArguments(f *testing.F) {
	for _, line := range []string{"version", "--help", "start --conf:x=y --bad", "check\x00--strict=0", "migrations\x00list\x00-yqfc", "vault\x00get\x00--"} {
		f.Add(strings.ReplaceAll(line, " ", "\x00"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		var out, errors bytes.Buffer
		term := newTerminal("kongo", nil, &out, &errors)
		root := term.root()
		command, rest, err := term.find(root, strings.Split(line, "\x00"))
		if err == nil {
			err = command.ParseFlags(canonical(command.Flags(), rest))
		}
		if err != nil && term.fail(err) == 0 {
			t.Errorf("a command line was refused with exit code 0: %v", err)
		}
	})
}
