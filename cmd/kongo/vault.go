package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
)

func (t *terminal) vaultCommand() *cobra.Command {
	group := &cobra.Command{Use: "vault", Long: "Looks at secrets."}
	group.AddCommand(t.vaultGetCommand())
	return group
}

func (t *terminal) vaultGetCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "get REFERENCE [OPTIONS]",
		Long: "Prints the secret that a reference stands for, such as {vault://env/my-secret} or env/my-secret for short.",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("the 'get' command needs a <reference> argument \n%s vault get <reference>", t.program)
			}
			return t.vaultGet(s, args[0])
		},
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

func (t *terminal) vaultGet(s source, reference string) error {
	if !strings.HasPrefix(reference, "{") {
		reference = "{vault://" + reference + "}"
	}
	secret, err := conf.Dereference(conf.Options{File: s.file, DefaultPaths: conf.DefaultPaths(), Environ: t.environ}, reference)
	if errors.Is(err, conf.ErrNoVault) {
		name, _, _ := strings.Cut(strings.TrimPrefix(reference, "{vault://"), "/")
		return fmt.Errorf("could not find vault (%s)", name)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(t.stdout, secret)
	return nil
}
