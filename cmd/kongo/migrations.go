package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

// migrationOptions are those of all migrations commands.
type migrationOptions struct {
	source
	yes, quiet, force bool
}

func (t *terminal) migrationsCommand() *cobra.Command {
	group := &cobra.Command{Use: "migrations", Long: "Looks after the tables of the database."}
	for _, m := range []struct {
		name, about string
		run         func(migrationOptions, *conf.Config) error
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
				return m.run(o, config)
			},
		}
		flags := command.Flags()
		flags.BoolVarP(&o.yes, "yes", "y", false, "answer every question with yes")
		flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
		flags.BoolVarP(&o.force, "force", "f", false, "run what has run already")
		o.addDBTimeout(flags)
		flags.Var(new(number), "lock-timeout", "how many `SECONDS` to wait for other nodes that migrate")
		o.addFile(flags)
		o.addPrefix(flags)
		group.AddCommand(command)
	}
	return group
}

// bootstrap makes the database. Kong 3.9: migrations.
func (t *terminal) bootstrap(o migrationOptions, config *conf.Config) error {
	there, err := node.Bootstrapped(config)
	if err != nil {
		return err
	}
	if there && o.force {
		if err := t.reset(config); err != nil {
			return err
		}
	} else if there {
		t.log.Info("Database already bootstrapped")
		return nil
	}
	t.log.Info("Bootstrapping database...")
	t.log.Info(fmt.Sprintf("migrating %s on database '%s'...", node.Subsystem, config.String("sqlite_path")))
	if err := makeDatabase(config); err != nil {
		return err
	}
	t.log.Info(fmt.Sprintf("%s migrated up to: %s (executed)", node.Subsystem, node.Migration))
	t.log.Info("1 migration processed")
	t.log.Info("1 executed")
	t.log.Info("Database is up-to-date")
	return nil
}

// makeDatabase makes the database, and the prefix directory in which it usually is.
func makeDatabase(config *conf.Config) error {
	if err := prepareDirectory(config); err != nil {
		return err
	}
	return node.Bootstrap(noContext, config)
}

func (t *terminal) migrateUp(_ migrationOptions, config *conf.Config) error {
	if err := makeDatabase(config); err != nil {
		return err
	}
	t.log.Info("Database is already up-to-date")
	return nil
}

func (t *terminal) finishMigrations(_ migrationOptions, config *conf.Config) error {
	if _, err := node.Bootstrapped(config); err != nil {
		return err
	}
	t.log.Info("No pending migrations to finish")
	return nil
}

func (t *terminal) listMigrations(_ migrationOptions, config *conf.Config) error {
	there, err := node.Bootstrapped(config)
	if err != nil {
		return err
	}
	if !there {
		t.log.Info(fmt.Sprintf("The database '%s' is made when a node is started.", config.String("sqlite_path")))
		return nil
	}
	t.log.Info(fmt.Sprintf("Executed migrations:\n%s: %s", node.Subsystem, node.Migration))
	return nil
}

// migrationStatus prints the state in Kong's form. Kong 3.9: migrations status.
func (t *terminal) migrationStatus(_ migrationOptions, config *conf.Config) error {
	there, err := node.Bootstrapped(config)
	if err != nil {
		return err
	}
	type executed struct {
		Subsystem  string   `json:"subsystem"`
		Migrations []string `json:"migrations"`
	}
	state := struct {
		Executed       []executed `json:"executed_migrations"`
		Pending        []executed `json:"pending_migrations"`
		New            []executed `json:"new_migrations"`
		Missing        []executed `json:"missing_migrations"`
		NeedsBootstrap bool       `json:"needs_bootstrap"`
	}{Executed: []executed{}, Pending: []executed{}, New: []executed{}, Missing: []executed{}, NeedsBootstrap: !there}
	if there {
		state.Executed = append(state.Executed, executed{node.Subsystem, []string{node.Migration}})
	}
	return json.NewEncoder(t.stdout).Encode(state)
}

func (t *terminal) resetDatabase(o migrationOptions, config *conf.Config) error {
	there, err := node.Bootstrapped(config)
	if err != nil {
		return err
	}
	if !there {
		t.log.Info("Database not bootstrapped, nothing to reset")
		return exitCode(1)
	}
	if !o.yes {
		sure, err := t.confirm("reset", "> Are you sure? This operation is irreversible. [y/n] ")
		if err != nil {
			return err
		}
		if !sure {
			t.log.Info("cancelled")
			return nil
		}
	}
	return t.reset(config)
}

func (t *terminal) reset(config *conf.Config) error {
	t.log.Info("Resetting database...")
	if err := node.Reset(config); err != nil {
		return err
	}
	t.log.Info("Database successfully reset")
	return nil
}

// attempts is how often a question is asked.
const attempts = 3

// confirm asks a question, which takes a terminal. Kong 3.9: migrations reset.
func (t *terminal) confirm(command, question string) (bool, error) {
	if _, err := unix.IoctlGetTermios(int(os.Stdin.Fd()), unix.TCGETS); err != nil {
		return false, fmt.Errorf("not a tty: invoke '%s' non-interactively with the --yes flag", command)
	}
	for range attempts {
		fmt.Fprint(t.stdout, question)
		var answer string
		if _, err := fmt.Fscanln(os.Stdin, &answer); errors.Is(err, io.EOF) {
			break
		}
		switch answer {
		case "y", "Y", "yes", "YES":
			return true, nil
		case "n", "N", "no", "NO":
			return false, nil
		}
	}
	return false, nil
}
