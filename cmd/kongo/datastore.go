package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/transfer"
)

func (t *terminal) datastoreCommand() *cobra.Command {
	group := &cobra.Command{Use: "datastore", Long: "Moves what a datastore holds."}
	group.AddCommand(t.datastoreCopyCommand())
	return group
}

// copyOptions are those of the command that copies a datastore.
type copyOptions struct {
	from, to string // configuration files
	watch    bool
	except   string
	transfer.Options
}

func (t *terminal) datastoreCopyCommand() *cobra.Command {
	var o copyOptions
	command := &cobra.Command{
		Use: "copy --from FILE --to FILE [OPTIONS]",
		Long: "Copies every entity from the datastore of one configuration file to that of another, in either direction among\n" +
			"PostgreSQL, Cassandra, SQLite and declarative files (database = off, declarative_config), and compares the two in the\n" +
			"end. What was interrupted goes on when the command is run again. KONG_* variables count for neither side.\n" +
			"The exit code is 0 if the two hold the same, otherwise 1.",
		RunE: func(*cobra.Command, []string) error { return t.copyDatastore(o) },
	}
	flags := command.Flags()
	flags.StringVar(&o.from, "from", "", "configuration `FILE` of the datastore to copy from")
	flags.StringVar(&o.to, "to", "", "configuration `FILE` of the datastore to copy to")
	flags.BoolVar(&o.watch, "watch", false, "go on to copy what changes, until interrupted")
	flags.BoolVar(&o.DeleteExtra, "delete-extra", false, "delete what only the target has")
	flags.StringVar(&o.except, "except", "", "leave out these `ENTITIES`, separated by commas")
	return command
}

func (t *terminal) copyDatastore(o copyOptions) error {
	if o.from == "" || o.to == "" {
		return errors.New("--from and --to have to name the configuration files of two datastores")
	}
	from, err := t.loadSide(o.from)
	if err != nil {
		return err
	}
	to, err := t.loadSide(o.to)
	if err != nil {
		return err
	}
	if o.except != "" {
		o.Except = strings.Split(o.except, ",")
	}
	shown := newProgressLine(t.stderr)
	o.Log, o.Progress = t.log, shown.show
	ctx, stop := interrupted()
	defer stop()
	if o.watch { // a second interrupt ends the command at once
		context.AfterFunc(ctx, stop)
	}
	report, err := node.CopyDatastore(ctx, from, to, o.watch, o.Options)
	shown.end()
	var differs *transfer.DifferenceError
	switch {
	case err == nil, errors.As(err, &differs):
		t.printKinds(report)
	case errors.As(err, new(*transfer.ExtraError)):
		return fmt.Errorf("%w\nNothing was changed. To have them deleted add --delete-extra", err)
	case errors.As(err, new(*transfer.UnkeptError)):
		return fmt.Errorf("%w\nNothing was changed. To leave entities out add --except", err)
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted; the same command goes on from here (%w)", err)
	}
	if err != nil {
		return err
	}
	t.log.Info(fmt.Sprintf("%s and %s hold the same %d entities", node.DatastoreName(from), node.DatastoreName(to), report.Rows()))
	return nil
}

// loadSide loads the configuration of one of two datastores. The environment can't tell them apart, so only references to
// secrets are looked up in it.
func (t *terminal) loadSide(file string) (*conf.Config, error) {
	config, err := t.loadFrom(conf.Options{File: file, DumpOnly: true, Environ: t.environ, UserExists: userExists})
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, explain(err))
	}
	return config, nil
}

// printKinds prints what the two sides hold of each entity.
func (t *terminal) printKinds(report transfer.Report) {
	out := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ENTITY\tSOURCE\tTARGET\tSOURCE HASH\tTARGET HASH\t")
	for _, k := range report.Kinds {
		if k.Source.Rows == 0 && k.Target.Rows == 0 {
			continue
		}
		remark := ""
		if k.Differing > 0 {
			remark = "differs"
		}
		fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%s\t%s\n", k.Name, k.Source.Rows, k.Target.Rows,
			short(k.Source.String()), short(k.Target.String()), remark)
	}
	_ = out.Flush()
}
