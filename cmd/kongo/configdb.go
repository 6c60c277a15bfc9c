package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) configImportCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use: "db_import FILE [OPTIONS]",
		Long: "Puts what a declarative configuration file says into the database. Entities with the same ids are replaced, all\n" +
			"others stay.",
		RunE: func(_ *cobra.Command, args []string) error { return t.importConfig(s, args) },
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

func (t *terminal) importConfig(s source, args []string) error {
	config, err := t.loadForConfig(s)
	if err != nil {
		return err
	}
	if config.String("database") == "off" {
		return fmt.Errorf("'%s config db_import' only works with a database.\n"+
			"When using database=off, reload your declarative configuration\nusing the /config endpoint.", t.program)
	}
	path, err := t.declarativeFile(args)
	if err != nil {
		return err
	}
	parsed := false
	err = node.ImportDeclarative(noContext, config, path, t.log, func() {
		parsed = true
		t.log.Info("parse successful, beginning import")
	})
	switch {
	case err != nil && parsed:
		return fmt.Errorf("Failed importing:\n%w", err)
	case err != nil:
		return parsing(path, err)
	}
	t.log.Info("import successful")
	return nil
}

// sampleName is the file that the commands write if they are told of no other.
const sampleName = "kong.yml"

func (t *terminal) configExportCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "db_export [FILE] [OPTIONS]",
		Long: "Writes what is in the database to a declarative configuration file, ./kong.yml if none is given.",
		RunE: func(_ *cobra.Command, args []string) error { return t.exportConfig(s, args) },
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

func (t *terminal) exportConfig(s source, args []string) error {
	config, err := t.loadForConfig(s)
	if err != nil {
		return err
	}
	if config.String("database") == "off" {
		return fmt.Errorf("'%s config db_export' only works with a database.", t.program)
	}
	path, err := newFile(args)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, exportMode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists. Will not overwrite it.", path)
	}
	if err != nil {
		return err
	}
	err = errors.Join(node.ExportDeclarative(noContext, config, t.log, out), out.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path)) // half an export is worse than none
	}
	return nil
}

// exportMode keeps an export, which has the secrets of consumers and the keys of certificates, to its owner.
const exportMode = 0o600

// newFile returns the path of the file that a command is to write.
func newFile(args []string) (string, error) {
	if len(args) == 0 {
		return filepath.Abs(sampleName)
	}
	return filepath.Abs(args[0])
}
