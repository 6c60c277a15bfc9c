package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/prefix"
)

func (t *terminal) restartCommand() *cobra.Command {
	var o startOptions
	command := &cobra.Command{
		Use: "restart [OPTIONS]",
		Long: "Starts a node in place of the one that runs in the prefix directory, if there is one. The new one takes over the\n" +
			"sockets, the old one finishes its requests: no connection is refused.",
		RunE: func(*cobra.Command, []string) error { return t.restart(o) },
	}
	o.add(command.Flags())
	return command
}

// restart replaces a node. Where that is not possible it is stopped before the other one is started.
func (t *terminal) restart(o startOptions) error {
	find := t.dir
	if o.prefix != "" {
		find = t.startedIn
	}
	dir, err := find(o.source)
	if err != nil {
		return err
	}
	if _, err := t.load(o.source); err != nil {
		return err // the node that runs is better than none
	}
	if replaceable(dir) {
		if err := t.start(o, true); err == nil || !strings.Contains(err.Error(), addressInUse) {
			return err
		}
		// The node that runs has another address with the same port.
	}
	_ = stop(dir) // a node that does not run is started all the same
	return t.start(o, false)
}

// addressInUse is in what nginx says of a socket that can't be opened.
const addressInUse = "failed (98: Address already in use)"

// replaceable reports whether a node runs in a directory that hands over its sockets.
func replaceable(dir prefix.Dir) bool {
	taking, err := takeOver(dir)
	if err != nil {
		return false
	}
	taking.Close()
	return true
}
