package main

import (
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/telemetry"
)

// release is set when a release is built (-ldflags "-X main.release=1.2.3").
var release string

// unreleased is the version of a build that says nothing of itself.
const unreleased = "0.1.0"

// Numbers of what Kong 3.9.1 is built on. Scripts compare them.
const (
	nginxNumber  = 1025003
	ngxLuaNumber = 10026
)

// version returns kongo's own version: that of the release, or of the module that was built, or of this source tree.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v, ok := moduleVersion(info.Main.Version); ok {
			return v
		}
	}
	return unreleased
}

// moduleVersion returns the version of a module that was fetched by it. A working copy is (devel), or has a version that
// names a commit by its date and hash, which says nothing to a person.
func moduleVersion(text string) (version string, ok bool) {
	version, ok = strings.CutPrefix(text, "v")
	return version, ok && !strings.Contains(version, "+") && !regexp.MustCompile(`[-.]\d{14}-[0-9a-f]{12}$`).MatchString(version)
}

func (t *terminal) versionCommand() *cobra.Command {
	var all bool
	command := &cobra.Command{
		Use:  "version [OPTIONS]",
		Long: "Prints the version of kongo, and that of the Kong whose place it takes.",
		RunE: func(*cobra.Command, []string) error {
			switch {
			case all:
				for _, line := range t.components() {
					fmt.Fprintln(t.stdout, line)
				}
			case t.program == "kong": // what scripts expect of that name
				fmt.Fprintln(t.stdout, admin.KongVersion)
			default:
				fmt.Fprintf(t.stdout, "kongo %s (Kong %s)\n", version(), admin.KongVersion)
			}
			return nil
		},
	}
	command.Flags().BoolVarP(&all, "all", "a", false, "print the versions that scripts ask Kong's components for")
	return command
}

// components are the lines in which Kong tells what it is made of.
func (t *terminal) components() []string {
	return []string{
		"Kong: " + admin.KongVersion,
		fmt.Sprintf("ngx_lua: %d", ngxLuaNumber),
		fmt.Sprintf("nginx: %d", nginxNumber),
		"Lua: " + runtime.Version(),
	}
}

// introduce begins the output of a command that is to say more. Kong 3.9: command line, log lines.
func (t *terminal) introduce() {
	for i, line := range t.components() {
		level := telemetry.LevelDebug
		if i == 0 {
			level = telemetry.LevelVerbose
		}
		t.log.Log(noContext, level, line)
	}
}
