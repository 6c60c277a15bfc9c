package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf/convert"
)

func (t *terminal) configConvertCommand() *cobra.Command {
	format := string(convert.TOML)
	command := &cobra.Command{
		Use: "convert FILE [OPTIONS]",
		Long: "Prints a configuration file of any release as a kongo.toml, or as a kong.conf of today. What became of each setting is\n" +
			"reported on the standard error stream; the exit code is 1 if a value is invalid. The environment has no say in it.",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("expected a configuration file; see `kongo config convert --help`")
			}
			converted, err := convert.File(args[0], convert.Format(format))
			if err != nil {
				return err
			}
			if _, err := t.stdout.Write(converted.Text); err != nil {
				return fmt.Errorf("writing the configuration: %w", err)
			}
			fmt.Fprint(t.stderr, converted.Report)
			if !converted.Valid {
				return exitCode(1)
			}
			return nil
		},
	}
	command.Flags().StringVarP(&format, "output", "o", format, "`FORMAT` of the output: toml or conf")
	return command
}
