package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
	"github.com/kongo-gateway/kongo/quickstart"
)

// setupTimeout bounds what the demonstration writes before it is up.
const setupTimeout = 30 * time.Second

func (t *terminal) quickstartCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use: "quickstart [OPTIONS]",
		Long: "Runs a gateway in front, with two demonstration servers behind it, and prints what to try.\n" +
			"It listens on 127.0.0.1, ports 8000 and 8001, unless KONG_PROXY_LISTEN and KONG_ADMIN_LISTEN say otherwise,\n" +
			"and leaves nothing behind unless a prefix directory is given.",
		RunE: func(*cobra.Command, []string) error { return t.quickstart(s) },
	}
	s.addPrefix(command.Flags())
	return command
}

func (t *terminal) quickstart(s source) (err error) {
	settings := quickstart.Settings(t.environ)
	if _, given := quickstart.Variable(t.environ, "prefix"); s.prefix != "" {
		settings["prefix"] = s.prefix
	} else if !given {
		dir, remove, err := prefix.Temporary()
		if err != nil {
			return err
		}
		defer func() {
			if removeErr := remove(); err == nil {
				err = removeErr
			}
		}()
		settings["prefix"] = string(dir)
	}
	config, err := conf.Load(conf.Options{Environ: t.environ, Overrides: settings, UserExists: userExists})
	if err != nil {
		return err
	}
	warnings := slices.DeleteFunc(config.Warnings(), func(w conf.Warning) bool { return w.Origin.String() == "flag" })
	t.warn(warningTexts(warnings)) // what is not our own doing
	lock, err := t.claim(prefix.Dir(config.String("prefix")), false)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := writeEnv(config); err != nil {
		return err
	}
	var demo io.Closer
	err = t.serve(config, serving{up: func(n *node.Node) error {
		lock.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
		defer cancel()
		d, err := quickstart.Start(ctx, n.DB())
		if err != nil {
			return err
		}
		demo = d
		fmt.Fprint(t.stdout, d.Welcome(quickstart.Addresses{Proxy: first(n.Addresses("proxy")), Admin: first(n.Addresses("admin"))}))
		return nil
	}})
	if demo != nil {
		if closeErr := demo.Close(); err == nil {
			err = closeErr
		}
	}
	return err
}

func first(addresses []string) string {
	if len(addresses) == 0 {
		return ""
	}
	return addresses[0]
}
