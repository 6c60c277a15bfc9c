package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// gorilla is what roars.
const gorilla = `         .-"""-.
       _/  _ _  \_
      / \ (o o) / \
      \_/  ,-.  \_/
        | ( " ) |
     .--\  '-'  /--.
    /    '-----'    \
   /   /\       /\   \
   \   \ \     / /   /
    '-._)|     |(_.-'
         |  |  |
        (___|___)
`

func (t *terminal) roarCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "roar [OPTIONS]",
		Long: "Roars.",
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(t.stdout, "Kong, Monolith destroyer.\n\n%s", gorilla)
			return nil
		},
	}
}
