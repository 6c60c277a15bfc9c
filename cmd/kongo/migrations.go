package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/node"
)

// migrationOptions are those of all migrations commands.
type migrationOptions struct {
	source
	yes, quiet, force bool
	lockTimeout       number // in seconds
}

// defaultLockTimeout is how many seconds to wait for other nodes that migrate.
const defaultLockTimeout = 60

func addLockTimeout(flags *pflag.FlagSet, seconds *number) {
	seconds.value = defaultLockTimeout
	flags.Var(seconds, "lock-timeout", "how many `SECONDS` to wait for other nodes that migrate")
}

func (t *terminal) migrationsCommand() *cobra.Command {
	group := &cobra.Command{Use: "migrations", Long: "Looks after the tables of the database."}
	for _, m := range []struct {
		name, about string
		run         func(migrationOptions, *conf.Config, *node.Migrations) error
	}{
		{"bootstrap", "Makes the tables of an empty database.", t.bootstrap},
		{"finish", "Ends what `up` has left pending.", t.finishMigrations},
		{"list", "Lists the migrations, with an exit code that says whether any are to be run.", t.listMigrations},
		{"reset", "Deletes everything in the database.", t.resetDatabase},
		{"status", "Prints the state of the migrations as JSON.", t.migrationStatus},
		{"up", "Brings the tables up to date.", t.migrateUp},
	} {
		var o migrationOptions
		command := &cobra.Command{
			Use:  m.name + " [OPTIONS]",
			Long: m.about,
			RunE: func(*cobra.Command, []string) error {
				if o.quiet {
					t.stdout = io.Discard
					t.setLevel(t.level)
				}
				config, err := t.load(o.source)
				if err != nil {
					return err
				}
				migrations, err := t.openMigrations(config, o.force, o.lockTimeout)
				if err != nil {
					return err
				}
				return errors.Join(m.run(o, config, migrations), migrations.Close())
			},
		}
		flags := command.Flags()
		flags.BoolVarP(&o.yes, "yes", "y", false, "answer every question with yes")
		flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
		flags.BoolVarP(&o.force, "force", "f", false, "run what has run already")
		o.addDBTimeout(flags)
		addLockTimeout(flags, &o.lockTimeout)
		o.addFile(flags)
		o.addPrefix(flags)
		group.AddCommand(command)
	}
	return group
}

func (t *terminal) openMigrations(config *conf.Config, force bool, lockTimeout number) (*node.Migrations, error) {
	return node.OpenMigrations(noContext, config, node.MigrationOptions{
		Force:       force,
		LockTimeout: time.Duration(lockTimeout.value * float64(time.Second)),
		Print:       func(line string) { t.log.Info(line) },
		Log:         t.log,
	})
}

// finished turns the end of a command that has said all into its exit code. Kong 3.9: migrations.
func finished(err error) error {
	if errors.Is(err, migration.ErrNothing) {
		return exitCode(1)
	}
	return err
}

func (t *terminal) bootstrap(o migrationOptions, config *conf.Config, m *node.Migrations) error {
	if o.force {
		if err := m.Reset(noContext); err != nil && !errors.Is(err, migration.ErrNothing) {
			return err
		}
	}
	if err := prepareEmbedded(config); err != nil {
		return err
	}
	return finished(m.Bootstrap(noContext))
}

// prepareEmbedded makes the directory in which an embedded database usually is.
func prepareEmbedded(config *conf.Config) error {
	if config.String("database") != "sqlite" {
		return nil
	}
	return prepareDirectory(config)
}

// migrateUp makes an embedded database, which needs no bootstrap, where it is not there.
func (t *terminal) migrateUp(_ migrationOptions, config *conf.Config, m *node.Migrations) error {
	if config.String("database") == "sqlite" {
		if err := prepareDirectory(config); err != nil {
			return err
		}
		if err := node.CheckStore(noContext, config); err != nil {
			return err
		}
	}
	return finished(m.Up(noContext))
}

func (t *terminal) finishMigrations(_ migrationOptions, _ *conf.Config, m *node.Migrations) error {
	return finished(m.Finish(noContext))
}

func (t *terminal) resetDatabase(o migrationOptions, _ *conf.Config, m *node.Migrations) error {
	if !o.yes {
		if err := needTerminal("reset"); err != nil {
			return err
		}
		state, err := m.State(noContext)
		if err != nil {
			return err
		}
		if !state.NeedsBootstrap && !t.confirm("> Are you sure? This operation is irreversible. [y/n] ") {
			t.log.Info("cancelled")
			return nil
		}
	}
	return finished(m.Reset(noContext))
}

// needTerminal fails where nobody can answer a question.
func needTerminal(command string) error {
	if _, err := unix.IoctlGetTermios(int(os.Stdin.Fd()), unix.TCGETS); err != nil {
		return fmt.Errorf("not a tty: invoke '%s' non-interactively with the --yes flag", command)
	}
	return nil
}

// attempts is how often a question is asked.
const attempts = 3

// confirm asks a question. Kong 3.9: migrations reset.
func (t *terminal) confirm(question string) bool {
	for range attempts {
		fmt.Fprint(t.stdout, question)
		var answer string
		if _, err := fmt.Fscanln(os.Stdin, &answer); errors.Is(err, io.EOF) {
			break
		}
		switch answer {
		case "y", "Y", "yes", "YES":
			return true
		case "n", "N", "no", "NO":
			return false
		}
	}
	return false
}
