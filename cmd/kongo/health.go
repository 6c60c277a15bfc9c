package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"
)

func (t *terminal) healthCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "health [OPTIONS]",
		Long: "Tells whether the node of the prefix directory runs.",
		RunE: func(*cobra.Command, []string) error { return t.health(s) },
	}
	s.addPrefix(command.Flags())
	return command
}

// health tells whether a node runs. One that was never started is just not running. Kong 3.9: health.
func (t *terminal) health(s source) error {
	dir, err := t.dir(s)
	if err != nil {
		return err
	}
	if err := dir.Check(); err != nil {
		return err
	}
	dead := fmt.Errorf("Kong is not running at %s", dir)
	if _, err := dir.ReadEnv(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return dead
		}
		return err
	}
	if _, err := dir.Running(); err != nil {
		fmt.Fprint(t.stdout, "nginx.......not running\n\n")
		return dead
	}
	fmt.Fprintf(t.stdout, "nginx.......running\n\nKong is healthy at %s\n", dir)
	return nil
}
