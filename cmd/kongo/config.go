package main

import (
	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
)

func (t *terminal) configCommand() *cobra.Command {
	group := &cobra.Command{Use: "config", Long: "Looks at configurations: kong.conf and declarative ones."}
	group.AddCommand(
		t.configConvertCommand(),
		t.configExportCommand(),
		t.configImportCommand(),
		t.configInitCommand(),
		t.configParseCommand(),
		t.configShowCommand(),
	)
	return group
}

func (t *terminal) configShowCommand() *cobra.Command {
	var s source
	var reveal bool
	command := &cobra.Command{
		Use: "show [OPTIONS]",
		Long: "Prints the effective configuration as one JSON object: every setting with its value and where it came from.\n" +
			"Neither the prefix directory nor what a running node has left there is looked at.",
		RunE: func(*cobra.Command, []string) error {
			o := conf.Options{File: s.file, DefaultPaths: conf.DefaultPaths(), Environ: t.environ, UserExists: userExists}
			if s.prefix != "" {
				o.Overrides = map[string]string{"prefix": s.prefix}
			}
			config, err := conf.Load(o)
			if err != nil {
				return err
			}
			return config.WriteJSON(t.stdout, reveal)
		},
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	command.Flags().Bool("json", false, "print JSON, which is what it does in any case")
	command.Flags().BoolVar(&reveal, "reveal", false, "show secrets")
	return command
}
