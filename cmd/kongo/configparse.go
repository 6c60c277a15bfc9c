package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

func (t *terminal) configParseCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "parse FILE [OPTIONS]",
		Long: "Checks a declarative configuration file.",
		RunE: func(_ *cobra.Command, args []string) error {
			config, err := t.loadForConfig(s)
			if err != nil {
				return err
			}
			path, err := t.declarativeFile(args)
			if err != nil {
				return err
			}
			if err := parsing(path, node.ParseDeclarative(noContext, config, path, t.log)); err != nil {
				return err
			}
			t.log.Info("parse successful")
			return nil
		},
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

// loadForConfig loads the configuration of a config command. That of a node that was started in the prefix goes before what
// the command names. Kong 3.9: config.
func (t *terminal) loadForConfig(s source) (*conf.Config, error) {
	config, err := t.load(s)
	if err != nil {
		return nil, err
	}
	dir := prefix.Dir(config.String("prefix"))
	if _, err := dir.ReadEnv(); err != nil {
		return config, nil // no node was started here
	}
	return t.loadRunning(dir, "")
}

// declarativeFile returns the path of the file that a command is to read.
func (t *terminal) declarativeFile(args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("expected a declarative configuration file; see `%s config --help`", t.program)
	}
	return filepath.Abs(args[0])
}

// parsing tells of an error of reading a declarative configuration in Kong's words.
func parsing(path string, err error) error {
	var invalid *declarative.Error
	switch {
	case errors.As(err, &invalid):
		return fmt.Errorf("Failed parsing:\n%s", invalid.Tree())
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("Failed parsing:\n%s: No such file or directory", path)
	}
	return err
}
