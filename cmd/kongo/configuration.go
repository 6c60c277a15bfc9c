package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
	"github.com/kongo-gateway/kongo/telemetry"
)

// source is where a command takes its configuration from, as its options say.
type source struct {
	file   string // -c
	prefix string // -p

	dbTimeout number // --db-timeout, in seconds
}

func (s *source) addFile(flags *pflag.FlagSet) {
	flags.StringVarP(&s.file, "conf", "c", "", "configuration `FILE`")
}

func (s *source) addPrefix(flags *pflag.FlagSet) {
	flags.StringVarP(&s.prefix, "prefix", "p", "", "prefix `DIR`, in place of the configured one")
}

func (s *source) addDBTimeout(flags *pflag.FlagSet) {
	flags.Var(&s.dbTimeout, "db-timeout", "how many `SECONDS` to wait for the database")
}

// load loads the configuration that a command works with.
func (t *terminal) load(s source) (*conf.Config, error) {
	o := conf.Options{
		File:         s.file,
		DefaultPaths: conf.DefaultPaths(),
		Environ:      t.environ,
		Overrides:    map[string]string{},
		UserExists:   userExists,
	}
	if s.prefix != "" {
		o.Overrides["prefix"] = s.prefix
	}
	if s.dbTimeout.given {
		o.Overrides["pg_timeout"] = fmt.Sprint(s.dbTimeout.value * 1000)
	}
	return t.loadFrom(o)
}

// loadRunning loads the configuration of the node that was last started in a prefix, with a file laid over it if one is
// given. Kong 3.9: reload.
func (t *terminal) loadRunning(dir prefix.Dir, file string) (*conf.Config, error) {
	return t.loadFrom(conf.Options{RunningPrefix: string(dir), File: file, Environ: t.environ, UserExists: userExists})
}

// loadFrom loads a configuration and says more about it if that is asked for. Kong 3.9: command line, log lines.
func (t *terminal) loadFrom(o conf.Options) (*conf.Config, error) {
	config, err := conf.Load(o)
	if err != nil || !t.verbose() {
		return config, err
	}
	if path := config.File(); path != "" {
		t.log.Debug("reading config file at " + path)
	} else if o.RunningPrefix == "" {
		for _, path := range o.DefaultPaths {
			t.log.Log(noContext, telemetry.LevelVerbose, "no config file found at "+path)
		}
		t.log.Log(noContext, telemetry.LevelVerbose, "no config file, skip loading")
	}
	settings := slices.Collect(config.All())
	told := map[string]bool{}
	for _, s := range settings {
		variable, ok := strings.CutPrefix(s.Origin.String(), "env:")
		if ok && !told[variable] { // one variable may decide several settings
			told[variable] = true
			t.log.Debug(fmt.Sprintf("%s ENV found with %q", variable, t.variable(variable, s.Secret)))
		}
	}
	for _, s := range settings {
		if value := s.Masked(); value != nil {
			t.log.Debug(s.Name + " = " + dumped(value))
		}
	}
	t.log.Log(noContext, telemetry.LevelVerbose, "prefix in use: "+config.String("prefix"))
	return config, nil
}

// variable returns a variable of the environment, masked if it is a secret.
func (t *terminal) variable(name string, secret bool) string {
	if secret {
		return "******"
	}
	for _, entry := range slices.Backward(t.environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// dumped writes a value as Kong prints it: as a literal of Lua.
func dumped(value any) string {
	switch value := value.(type) {
	case string:
		return strconv.Quote(value)
	case []string:
		var items []string
		for _, item := range value {
			items = append(items, strconv.Quote(item))
		}
		return "{" + strings.Join(items, ",") + "}"
	case map[string]int:
		var items []string
		for _, key := range slices.Sorted(maps.Keys(value)) {
			items = append(items, fmt.Sprintf("[%q]=%d", key, value[key]))
		}
		return "{" + strings.Join(items, ",") + "}"
	default:
		return fmt.Sprint(value)
	}
}

// dir finds the prefix that a command for a running node is about. With -p there is nothing to load, so that a broken
// kong.conf keeps nobody from stopping a node.
func (t *terminal) dir(s source) (prefix.Dir, error) {
	if s.prefix != "" {
		path, err := filepath.Abs(s.prefix)
		return prefix.Dir(path), err
	}
	config, err := t.loadFrom(conf.Options{
		File: s.file, DefaultPaths: conf.DefaultPaths(), Environ: t.environ, KeepReferences: true, UserExists: userExists,
	})
	if err != nil {
		return "", err
	}
	return prefix.Dir(config.String("prefix")), nil
}

// startedIn returns the prefix of a node that has been started at some time, and fails in Kong's words if there is none.
func (t *terminal) startedIn(s source) (prefix.Dir, error) {
	dir, err := t.dir(s)
	if err != nil {
		return "", err
	}
	_, err = dir.ReadEnv()
	return dir, err
}

// warningsAbout returns what a person should know about a configuration.
func warningsAbout(config *conf.Config) []string {
	return append(warningTexts(config.Warnings()), node.Remarks(config)...)
}

// warningTexts writes warnings as they are printed. Kong's own are Kong's to the letter.
func warningTexts(warnings []conf.Warning) []string {
	var texts []string
	for _, w := range warnings {
		if w.Kind == conf.Deprecated {
			texts = append(texts, w.Text)
		} else {
			texts = append(texts, w.String())
		}
	}
	return texts
}

func (t *terminal) warn(texts []string) {
	for _, text := range texts {
		t.log.Warn(text)
	}
}

// writeEnv leaves the configuration in the prefix, for the node and for the commands that look after it.
func writeEnv(config *conf.Config) error {
	var text bytes.Buffer
	if err := config.WriteEnv(&text, node.Paths(config)); err != nil {
		return err
	}
	return prefix.Dir(config.String("prefix")).WriteEnv(text.Bytes())
}

// userExists reports whether the system has a user and a group of that name.
func userExists(name string) bool {
	_, userErr := user.Lookup(name)
	_, groupErr := user.LookupGroup(name)
	return errors.Join(userErr, groupErr) == nil
}
