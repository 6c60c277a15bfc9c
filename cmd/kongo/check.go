package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) checkCommand() *cobra.Command {
	var strict bool
	command := &cobra.Command{
		Use:  "check [FILE] [OPTIONS]",
		Long: "Checks a configuration file, /etc/kong/kong.conf if none is given, together with the environment.",
		RunE: func(_ *cobra.Command, args []string) error {
			file := conf.DefaultPaths()[0]
			if len(args) > 0 {
				file = args[0]
			}
			return t.check(file, strict)
		},
	}
	command.Flags().BoolVar(&strict, "strict", false, "fail on warnings, too")
	return command
}

// check prints everything that is wrong with a file, and everything that is only strange.
func (t *terminal) check(file string, strict bool) error {
	config, err := t.loadFrom(conf.Options{File: file, Environ: t.environ, UserExists: userExists})
	var invalid *conf.InvalidError
	if errors.As(err, &invalid) {
		t.warn(warningTexts(invalid.Warnings))
		for _, p := range invalid.Problems {
			t.log.Error(explainProblem(p))
		}
		return exitCode(1)
	}
	if err != nil {
		return err
	}
	warnings := warningsAbout(config)
	if err := node.CheckCertificates(config); err != nil { // Kong looks into them when it starts
		warnings = append(warnings, explain(err))
	}
	t.warn(warnings)
	if strict && len(warnings) > 0 {
		t.log.Error(fmt.Sprintf("configuration at %s has warnings (%d), and --strict forbids them", file, len(warnings)))
		return exitCode(1)
	}
	t.log.Info(fmt.Sprintf("configuration at %s is valid", file))
	return nil
}
