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
	command := &cobra.Command{
		Use:  "start [OPTIONS]",
		Long: "Starts a node in the prefix directory and leaves it running in the background.",
		RunE: func(*cobra.Command, []string) error {
			if launcher, ok := daemon.Launched(); ok {
				return t.serveInBackground(launcher, o.prefix)
			}
			return t.start(o)
		},
	}
	o.add(command.Flags())
	return command
}

// start brings a node up. What fails before the node is up is told here, whoever it happened to. Kong 3.9: start, order.
func (t *terminal) start(o startOptions) error {
	config, err := t.load(o.source)
	if err != nil {
		return err
	}
	t.warn(warningsAbout(config))
	if err := t.remarkOnTemplate(o.template); err != nil {
		return err
	}
	lock, err := t.claim(prefix.Dir(config.String("prefix")))
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := node.CheckCertificates(config); err != nil {
		return err
	}
	if err := writeEnv(config); err != nil {
		return err
	}
	t.remarkOnFileLimit()
	if err := t.checkMigrations(o, config); err != nil {
		return err
	}
	started := func() { t.log.Info("Kong started") }
	if o.foreground || !config.Bool("nginx_daemon") || config.String("nginx_main_daemon") == "off" {
		return t.serve(config, serving{up: func(*node.Node) error {
			lock.Unlock()
			started()
			return nil
		}})
	}
	if err := t.startInBackground(config); err != nil {
		return err
	}
	started()
	return nil
}

// claim makes a directory ready for a node to be started there. The lock is to be held until that node serves.
func (t *terminal) claim(dir prefix.Dir) (*prefix.Lock, error) {
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

// startInBackground starts a node in a process of its own and waits until it is up. The node finds its configuration in
// the prefix.
func (t *terminal) startInBackground(config *conf.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := daemon.Options{Args: []string{t.program, "start", "-p", config.String("prefix")}, Env: t.environ}
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
func (t *terminal) serveInBackground(launcher *daemon.Launcher, path string) error {
	dir := prefix.Dir(path)
	config, err := t.loadOwn(dir)
	if err == nil {
		redirect := func() {}
		if errorLog := node.LogPaths(config)[0]; errorLog != os.Stderr.Name() && errorLog != os.Stdout.Name() && errorLog != "" {
			redirect = func() { _ = daemon.RedirectStderr(errorLog) } // a crash is then told to nobody
		}
		redirect()
		err = t.serve(config, serving{up: func(*node.Node) error { return launcher.Ready() }, reopened: redirect})
	}
	if err != nil {
		_ = launcher.Fail(errors.New(explain(err))) // nobody may wait any more
		return exitCode(1)
	}
	return nil
}
