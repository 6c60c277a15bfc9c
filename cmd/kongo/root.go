package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kongo-gateway/kongo/telemetry"
)

// run runs the command that the arguments name and returns the exit code.
func (t *terminal) run(args []string) int {
	root := t.root()
	command, rest, err := t.find(root, args)
	if err != nil {
		return t.fail(err)
	}
	words := strings.Fields(command.CommandPath())[1:]
	root.SetArgs(append(words, canonical(command.Flags(), rest)...))
	var help error // Kong takes a call for help for a failure
	root.SetHelpFunc(func(command *cobra.Command, _ []string) { help = &usageError{command: command} })
	if err := root.ExecuteContext(noContext); err != nil {
		return t.fail(err)
	}
	if help != nil {
		return t.fail(help)
	}
	return 0
}

// root returns the tree of commands. Cobra parses the options and runs the command; what it would say by itself, and the
// commands it would add, are not Kong's.
func (t *terminal) root() *cobra.Command {
	root := &cobra.Command{Use: t.program, SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(
		t.checkCommand(),
		t.clusterCommand(),
		t.configCommand(),
		t.datastoreCommand(),
		t.doctorCommand(),
		t.drainCommand(),
		t.healthCommand(),
		t.hybridCommand(),
		t.migrationsCommand(),
		t.prepareCommand(),
		t.quickstartCommand(),
		t.quitCommand(),
		t.reloadCommand(),
		t.restartCommand(),
		t.roarCommand(),
		t.startCommand(),
		t.stopCommand(),
		t.vaultCommand(),
		t.versionCommand(),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return &usageError{command, "kong: " + optionError(err)}
	})
	for _, command := range root.Commands() {
		t.prepareOptions(command)
		for _, sub := range command.Commands() {
			t.prepareOptions(sub)
		}
	}
	return root
}

// prepareOptions adds the options of all commands, and acts on them before the command runs.
func (t *terminal) prepareOptions(command *cobra.Command) {
	flags := command.Flags()
	verbose := flags.BoolP("v", "v", false, "verbose")
	debug := flags.Bool("vv", false, "debug")
	flags.SortFlags = false
	act := command.RunE
	if act == nil { // a group, which find does not return
		return
	}
	command.RunE = func(command *cobra.Command, args []string) error {
		switch {
		case *debug:
			t.setLevel(telemetry.LevelDebug)
		case *verbose:
			t.setLevel(telemetry.LevelVerbose)
		}
		t.introduce()
		return act(command, args)
	}
	command.Args = cobra.ArbitraryArgs
	command.DisableFlagsInUseLine = true
}

// find returns the command that the arguments begin with, and the arguments that are left. Unlike cobra, Kong wants the
// name of the command first, and takes --help for a name there.
func (t *terminal) find(root *cobra.Command, args []string) (*cobra.Command, []string, error) {
	if len(args) == 0 {
		return nil, nil, &usageError{command: root}
	}
	command := named(root, args[0])
	if command == nil {
		return nil, nil, &usageError{root, "No such command: " + args[0]}
	}
	args = args[1:]
	if !command.HasSubCommands() || command.Runnable() && (len(args) == 0 || strings.HasPrefix(args[0], "-")) {
		return command, args, nil
	}
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" {
		return nil, nil, &usageError{command: command}
	}
	sub := named(command, args[0])
	if sub == nil {
		return nil, nil, &usageError{command, fmt.Sprintf("No such command for %s: %s", command.Name(), args[0])}
	}
	return sub, args[1:], nil
}

func named(parent *cobra.Command, name string) *cobra.Command {
	commands := parent.Commands()
	i := slices.IndexFunc(commands, func(c *cobra.Command) bool { return c.Name() == name })
	if i < 0 {
		return nil
	}
	return commands[i]
}

// usage describes a command. Kong 3.9: command line, general.
func (t *terminal) usage(command *cobra.Command) string {
	var b strings.Builder
	switch {
	case !command.HasParent():
		fmt.Fprintf(&b, "Usage: %s COMMAND [OPTIONS]\n\n", t.program)
	case command.HasSubCommands():
		fmt.Fprintf(&b, "Usage: %s COMMAND [OPTIONS]\n\n%s\n\n", command.CommandPath(), command.Long)
	default:
		fmt.Fprintf(&b, "Usage: %s\n\n%s\n\n", command.UseLine(), command.Long)
	}
	if command.HasSubCommands() {
		b.WriteString("The available commands are:\n")
		for _, sub := range command.Commands() {
			fmt.Fprintf(&b, " %s\n", sub.Name())
		}
		b.WriteString("\n")
	}
	b.WriteString("Options:\n")
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name != "help" && flag.Name != "v" && flag.Name != "vv" {
			describe(&b, flag)
		}
	})
	fmt.Fprintf(&b, optionLine, "--v", "verbose")
	fmt.Fprintf(&b, optionLine, "--vv", "debug")
	return b.String()
}

// optionLine is wide enough for the longest name of an option.
const optionLine = " %-25s %s\n"

func describe(b *strings.Builder, flag *pflag.Flag) {
	value, text := pflag.UnquoteUsage(flag)
	name := "--" + flag.Name
	if flag.Shorthand != "" {
		name = "-" + flag.Shorthand + "," + name
	}
	if value != "" {
		name += " " + value
	}
	fmt.Fprintf(b, optionLine, name, text)
}

// optionError says in Kong's words what is wrong with an option.
func optionError(err error) string {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return "unrecognized parameter: " + unknown.GetSpecifiedName()
	case errors.As(err, &missing):
		return strings.ReplaceAll(missing.GetFlag().Name, "-", "_") + " was expecting a value"
	case errors.As(err, &invalid):
		return "unable to convert to number: " + invalid.GetValue()
	}
	return err.Error()
}
