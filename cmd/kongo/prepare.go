package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

func (t *terminal) prepareCommand() *cobra.Command {
	var o startOptions
	command := &cobra.Command{
		Use:  "prepare [OPTIONS]",
		Long: "Makes the prefix directory with all that `start` would put there, and starts nothing.",
		RunE: func(*cobra.Command, []string) error {
			config, err := t.load(o.source)
			if err != nil {
				return err
			}
			if err := t.remarkOnTemplate(o.template); err != nil {
				return err
			}
			if err := prepare(config); err != nil {
				return fmt.Errorf("could not prepare Kong prefix at %s: %w", config.String("prefix"), err)
			}
			return nil
		},
	}
	flags := command.Flags()
	o.addFile(flags)
	o.addPrefix(flags)
	o.addTemplate(flags)
	return command
}

func prepare(config *conf.Config) error {
	if err := prepareDirectory(config); err != nil {
		return err
	}
	if err := node.CheckCertificates(config); err != nil {
		return err
	}
	if err := writeEnv(config); err != nil {
		return err
	}
	return node.MakeCertificates(noContext, config)
}

// prepareDirectory makes what is missing of the prefix directory, without a word.
func prepareDirectory(config *conf.Config) error {
	_, err := prefix.Dir(config.String("prefix")).Prepare()
	return err
}
