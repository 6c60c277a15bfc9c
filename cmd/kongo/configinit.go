package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

// sample shows what a declarative configuration looks like.
//
//go:embed kong.yml
var sample []byte

func (t *terminal) configInitCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "init [FILE] [OPTIONS]",
		Long: "Writes a sample of a declarative configuration file, ./kong.yml if none is given.",
		RunE: func(_ *cobra.Command, args []string) error { return initConfig(args) },
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

// initConfig writes the sample. Neither a configuration nor a database is looked at.
func initConfig(args []string) error {
	path, err := newFile(args)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists.\nWill not overwrite it.", path)
	}
	if err != nil {
		return err
	}
	_, err = out.Write(sample)
	return errors.Join(err, out.Close())
}
