package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) reloadCommand() *cobra.Command {
	var o startOptions
	command := &cobra.Command{
		Use:  "reload [OPTIONS]",
		Long: "Lets the running node take over changed settings, certificates and log files.",
		RunE: func(*cobra.Command, []string) error { return t.reload(o) },
	}
	flags := command.Flags()
	o.addFile(flags)
	o.addPrefix(flags)
	o.addTemplate(flags)
	return command
}

// reload lays the file and the environment over the configuration of the running node, and tells the node. Kong 3.9:
// reload.
func (t *terminal) reload(o startOptions) error {
	dir, err := t.startedIn(o.source)
	if err != nil {
		return err
	}
	if err := t.remarkOnTemplate(o.template); err != nil {
		return err
	}
	config, err := t.loadRunning(dir, o.file)
	if err != nil {
		return err
	}
	process, err := dir.Running()
	if err != nil {
		return err
	}
	if err := node.CheckStore(context.Background(), config); err != nil {
		return err
	}
	if err := prepareDirectory(config); err != nil {
		return err
	}
	if err := node.CheckCertificates(config); err != nil {
		return err
	}
	if err := writeEnv(config); err != nil {
		return err
	}
	if err := process.Reload(); err != nil {
		return err
	}
	t.log.Info("Kong reloaded")
	return nil
}
