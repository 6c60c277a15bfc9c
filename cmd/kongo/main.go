// Command kongo runs a gateway and looks after it. It takes the commands, options, files and environment of Kong 3.9 and
// answers with its texts and exit codes; `kongo quickstart` shows a gateway at work.
//
// main.go and root.go find the command that is meant, arguments.go reads options the way Kong does, terminal.go prints, and
// every command has a file of its own. A command loads the configuration (configuration.go) and leaves the work to the
// packages: node for everything that needs a running gateway or its store, prefix for files and signals, daemon for the
// background, quickstart for the demonstration.
package main

import (
	"os"
)

func main() {
	t := newTerminal(os.Args[0], os.Environ(), os.Stdout, os.Stderr)
	os.Exit(t.run(os.Args[1:]))
}
