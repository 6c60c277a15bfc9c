package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/daemon"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

// startOptions are those of start and restart.
type startOptions struct {
	source
	foreground bool
	template   string

	runMigrations bool
	lockTimeout   number // in seconds
}

func (o *startOptions) add(flags *pflag.FlagSet) {
	o.addFile(flags)
	o.addPrefix(flags)
	flags.BoolVar(&o.foreground, "foreground", false, "stay in front, as with nginx_daemon = off")
	o.addTemplate(flags)
	flags.BoolVar(&o.runMigrations, "run-migrations", false, "bring the database up to date first")
	o.addDBTimeout(flags)
	addLockTimeout(flags, &o.lockTimeout)
}

func (o *startOptions) addTemplate(flags *pflag.FlagSet) {
	flags.StringVar(&o.template, "nginx-conf", "", "nginx template `FILE`; accepted without effect")
	flags.String("nginx-conf-flags", "", "`FLAGS` of the template; accepted without effect")
}

func (t *terminal) startCommand() *cobra.Command {
	var o startOptions
	var replace *bool
	command := &cobra.Command{
		Use:  "start [OPTIONS]",
		Long: "Starts a node in the prefix directory and leaves it running in the background.",
		RunE: func(*cobra.Command, []string) error {
			if launcher, ok := daemon.Launched(); ok {
				return t.serveInBackground(launcher, o.prefix, *replace)
			}
			return t.start(o, *replace)
		},
	}
	o.add(command.Flags())
	replace = command.Flags().Bool("replace", false, "take over from the node that runs, which finishes its requests")
	return command
}

// start brings a node up, be it in the place of the one that runs. What fails before the node is up is told here, whoever it
// happened to. Kong 3.9: start, order.
func (t *terminal) start(o startOptions, replace bool) error {
	config, err := t.load(o.source)
	if err != nil {
		return err
	}
	t.warn(warningsAbout(config))
	if err := t.remarkOnTemplate(o.template); err != nil {
		return err
	}
	dir := prefix.Dir(config.String("prefix"))
	lock, err := t.claim(dir, replace)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := node.CheckCertificates(config); err != nil {
		return err
	}
	restore, err := t.leaveEnv(dir, config, replace)
	if err != nil {
		return err
	}
	if err := t.launch(o, config, lock, replace); err != nil {
		return errors.Join(err, restore())
	}
	return nil
}

// leaveEnv leaves the configuration in the prefix, and returns how to bring back that of the node which goes on if it can't
// be replaced.
func (t *terminal) leaveEnv(dir prefix.Dir, config *conf.Config, replace bool) (restore func() error, err error) {
	restore = func() error { return nil }
	if before, err := dir.ReadEnv(); replace && err == nil {
		restore = func() error { return dir.WriteEnv(before) }
	}
	return restore, writeEnv(config)
}

// launch starts the node that the prefix was made ready for.
func (t *terminal) launch(o startOptions, config *conf.Config, lock *prefix.Lock, replace bool) error {
	t.remarkOnFileLimit()
	if err := t.checkMigrations(o, config); err != nil {
		return err
	}
	if o.foreground || !config.Bool("nginx_daemon") || config.String("nginx_main_daemon") == "off" {
		return t.serve(config, serving{replaces: replace, up: func(n *node.Node) error {
			lock.Unlock()
			t.tellArrival(t.arrival(n, config))
			return nil
		}})
	}
	note, err := t.startInBackground(config, replace)
	if err != nil {
		return err
	}
	t.tellArrival(note)
	return nil
}

// claim makes a directory ready for a node to be started there, or to replace the one that runs. The lock is to be held until
// that node serves.
func (t *terminal) claim(dir prefix.Dir, replace bool) (*prefix.Lock, error) {
	if replace {
		if _, err := dir.Running(); err != nil {
			return nil, err
		}
		if _, err := dir.Prepare(); err != nil {
			return nil, err
		}
		return dir.Lock()
	}
	if err := vacant(dir); err != nil {
		return nil, err
	}
	notice, err := dir.Prepare()
	if err != nil {
		return nil, err
	}
	if notice != "" {
		t.log.Info(notice)
	}
	lock, err := dir.Lock()
	if err != nil {
		return nil, err
	}
	err = vacant(dir) // somebody may have been faster
	if err == nil {
		var warnings []string
		warnings, err = dir.RemoveStaleSockets()
		t.warn(warnings)
	}
	if err != nil {
		lock.Unlock()
		return nil, err
	}
	return lock, nil
}

// vacant fails if a node runs in a directory.
func vacant(dir prefix.Dir) error {
	_, err := dir.Running()
	if errors.Is(err, prefix.ErrNotRunning) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("Kong is already running in %s", dir)
}

// remarkOnTemplate is about a template for nginx, which has to be there and is then of no use.
func (t *terminal) remarkOnTemplate(path string) error {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no such file: %s", path)
	}
	t.log.Warn("there is no nginx here, the template has no effect: " + path)
	return nil
}

// recommendedFiles is the number of open files below which Kong warns.
const recommendedFiles = 4096

// remarkOnFileLimit looks at the limit that counts: the Go runtime has raised it as far as it may.
func (t *terminal) remarkOnFileLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil && limit.Cur < recommendedFiles {
		t.log.Warn(fmt.Sprintf(`ulimit is currently set to "%d". For better performance set it to at least "%d" using "ulimit -n"`,
			limit.Cur, recommendedFiles))
	}
}

// startInBackground starts a node in a process of its own, waits until it is up, and returns what arrival says there.
// The node finds its configuration in the prefix.
func (t *terminal) startInBackground(config *conf.Config, replace bool) (string, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := daemon.Options{Args: []string{t.program, "start", "-p", config.String("prefix")}, Env: t.environ}
	if replace {
		o.Args = append(o.Args, "--replace")
	}
	logs := node.LogPaths(config)
	if slices.Contains(logs, os.Stdout.Name()) {
		o.Stdout = os.Stdout
	}
	if slices.Contains(logs, os.Stderr.Name()) {
		o.Stderr = os.Stderr
	}
	return daemon.Start(ctx, o)
}

// serveInBackground is the other side of startInBackground: the node itself.
func (t *terminal) serveInBackground(launcher *daemon.Launcher, path string, replace bool) error {
	dir := prefix.Dir(path)
	config, err := t.loadOwn(dir)
	if err == nil {
		redirect := func() {}
		if errorLog := node.LogPaths(config)[0]; errorLog != os.Stderr.Name() && errorLog != os.Stdout.Name() && errorLog != "" {
			redirect = func() { _ = daemon.RedirectStderr(errorLog) } // a crash is then told to nobody
		}
		redirect()
		err = t.serve(config, serving{replaces: replace, up: func(n *node.Node) error { return launcher.Ready(t.arrival(n, config)) }, reopened: redirect})
	}
	if err != nil {
		_ = launcher.Fail(errors.New(explain(err))) // nobody may wait any more
		return exitCode(1)
	}
	return nil
}
