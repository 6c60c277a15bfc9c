package conf

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Options say where Load finds things. It looks nowhere else, apart from the
// files that settings name.
type Options struct {
	// File is the configuration file: a kongo.toml if its name ends in .toml,
	// else a kong.conf. If it is empty, the first of DefaultPaths that exists
	// is taken; none need exist.
	File         string
	DefaultPaths []string

	// RunningPrefix names the prefix of a running node. Its dump, the file
	// EnvFile there, is then read in the place of the file, and File, if
	// given, is appended to it.
	RunningPrefix string

	// DumpOnly is for the node that the dump belongs to, and for whoever reads
	// two configurations side by side: the environment sets nothing, whatever
	// it holds, and only references are looked up in it.
	DumpOnly bool

	// Environ is the environment, as os.Environ gives it.
	Environ []string

	// Overrides are settings from the command line, by key.
	Overrides map[string]string

	// Vaults look up secret references, by name of the vault. The vault env,
	// which reads Environ, is built in.
	Vaults map[string]Vault

	// KeepReferences lets references stand that cannot be resolved, for
	// commands that do not need the secret. Such a setting is unset.
	KeepReferences bool

	// UserExists reports whether the system has a user and a group of that
	// name. If set, the default of nginx_user is dropped where it says no.
	UserExists func(name string) bool
}

// DefaultPaths returns the places where Kong looks for a configuration file.
func DefaultPaths() []string {
	return []string{"/etc/kong/kong.conf", "/etc/kong.conf"}
}

// Load reads the configuration from its layers: the built-in defaults, one
// file, the environment, the command line. A later one wins, key by key.
//
// The error is an *InvalidError that holds everything wrong with it. There is
// no input that Load panics on.
func Load(o Options) (*Config, error) {
	l := newLoader(o)
	if err := l.run(
		l.readLayers, // a file that is none leaves nothing to check,
		l.resolve,    // a secret that is missing would fail further checks,
		l.check,      // and what comes last relies on what was checked
		l.parseListeners,
		l.checkPluginServers,
	); err != nil {
		return nil, err
	}
	return l.config, nil
}

// run takes steps up to the first that finds a problem.
func (l *loader) run(steps ...func()) error {
	for _, step := range steps {
		if step(); len(l.problems) > 0 {
			return &InvalidError{l.problems, l.config.warnings}
		}
	}
	return nil
}

// Dereference looks up one secret reference as Load does for a setting. Its
// errors are Kong's reasons, or an *InvalidError about what says which vaults
// there are.
func Dereference(o Options, reference string) (string, error) {
	l := newLoader(o)
	if err := l.run(l.readLayers); err != nil {
		return "", err
	}
	return l.dereference(reference)
}

func newLoader(o Options) *loader {
	l := &loader{
		Options: o,
		environ: map[string]string{},
		given:   map[string]given{},
		config:  &Config{settings: map[string]*Setting{}, listeners: map[string][]Listener{}},
	}
	for _, variable := range o.Environ {
		if name, value, ok := strings.Cut(variable, "="); ok {
			l.environ[name] = value
		}
	}
	return l
}

func (l *loader) readLayers() {
	l.readFiles()
	if !l.DumpOnly {
		l.readEnvironment()
		l.readOverrides()
	}
	l.remarkOnQuotes()
	l.replaceOld()
	l.assemble()
	l.remarkOnEffect()
}

// assemble makes a setting of every key that there is: with what was given for
// it, with the text of the key that it follows, or with its default.
func (l *loader) assemble() {
	for name, k := range keys {
		if k.gone != "" {
			continue
		}
		g, ok := l.given[name]
		if ok || !k.dynamic {
			l.set(k, g, ok)
		}
	}
	for name, g := range l.given {
		if k, _ := lookup(name); keys[name] == nil {
			l.set(k, g, true)
		}
	}
	for _, s := range l.sorted() {
		for _, name := range s.key.copiedTo {
			if _, ok := l.given[name]; !ok {
				l.follow(name, s)
			}
		}
		for _, name := range s.key.fills {
			long, ok := l.given[name]
			short, written := l.given[s.Name]
			if !ok || (written && !short.dumped && long.origin.source < fromEnvironment) {
				l.follow(name, s)
			}
		}
	}
}

func (l *loader) set(k *key, g given, ok bool) {
	if !ok {
		g.text = k.def
	}
	l.config.settings[k.name] = &Setting{Name: k.name, Origin: g.origin, Secret: k.secret, key: k, text: g.text}
}

// follow gives a key the text of another, as it was written: Kong copies it
// before it looks at types.
func (l *loader) follow(name string, s *Setting) {
	k, _ := lookup(name)
	l.config.settings[name] = &Setting{Name: name, Origin: s.Origin, Secret: k.secret, key: k, text: s.text, from: s.Name}
}

// sorted returns the settings by name, so that what is said about them comes
// in the same order every time.
func (l *loader) sorted() []*Setting {
	return slices.SortedFunc(maps.Values(l.config.settings), func(a, b *Setting) int {
		return strings.Compare(a.Name, b.Name)
	})
}

// impose gives a key the value that follows from another.
func (l *loader) impose(name string, value any, by string) {
	s := *l.config.settings[name]
	s.value, s.reference, s.from, s.Origin = value, nil, by, l.config.Origin(by)
	l.config.settings[name] = &s
}

// fail reports a problem with the value of a key. Kong's check collects them
// all and other commands show the first.
func (l *loader) fail(name, hint, format string, args ...any) {
	s := l.config.setting(name)
	if s.left {
		return
	}
	p := Problem{Key: s.Name, Value: textOf(s.Masked()), Origin: s.Origin, Message: fmt.Sprintf(format, args...), Hint: hint}
	if s.value == nil && s.text != "" && !s.Secret {
		p.Value = s.text
	}
	if g := l.given[name]; g.comment != "" && g.text == "" && s.key.def != "" {
		p.Hint = join(hint, "everything after the = is a comment, the default would be "+s.key.def)
	}
	if s.from != "" {
		p.Hint = join(hint, "the value is that of "+s.from)
	}
	l.problems = append(l.problems, p)
}

// join strings two hints together.
func join(hint, more string) string {
	if hint == "" {
		return more
	}
	return hint + "; " + more
}

// absolute makes a path absolute, against the directory the process runs in.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
