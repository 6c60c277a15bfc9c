// Package conf reads the configuration of a node: kong.conf, the environment
// and the command line, as every release of Kong from 0.9 to 3.9 wrote them. A
// kongo.toml, which says the same with types and tables, does for a kong.conf.
//
//	config, err := conf.Load(conf.Options{
//		File:         path, // of -c, or empty
//		DefaultPaths: conf.DefaultPaths(),
//		Environ:      os.Environ(),
//		Overrides:    map[string]string{"prefix": prefix}, // of -p
//	})
//
// The package knows which keys there are, what their values look like and
// which of them contradict each other. It must not know what a value does: it
// opens no socket, connects to nothing and writes no file. It reads no
// environment but the one it is given. Only the commands and package node import
// it, which hand every other package plain values.
//
// # Layers
//
// A value is the built-in default, or stands in the one file, or in the
// variable KONG_ with the key in capitals, or comes from the command line.
// Later layers win, key by key, and every value remembers its Origin. A blank
// value is not the default: it takes the default away.
//
// # The table
//
// All there is to know about a key is one entry in keys_*.go. Loading is the
// table interpreted, step by step:
//
//	file.go, env.go      the text of a file becomes assignments
//	toml.go, tomlpath.go so does that of a kongo.toml
//	layers.go            the layers become one map of what was given
//	old.go               names of old become the names of 3.9
//	load.go              what was given, copied or default becomes settings
//	vault.go             references become secrets, texts become values
//	check*.go, cipher.go values are checked and those derived that follow
//	listener.go          listen addresses are parsed
//
// draft.go stops halfway, for package convert: what one file says by itself, in
// the names of 3.9, with the fate of each of its lines.
//
// # Problems and warnings
//
// A configuration that cannot be used makes Load return an *InvalidError with
// all Problems, in Kong's words and Kong's order. Beside each stand the file
// and the line, the key, its value and what would be accepted.
//
// Kong passes over many mistakes: a key that does not exist, a number that is
// none, a value that ends at a #. Files that work with Kong must work here and
// mean the same, so these are no problems; each becomes a Warning. So do names
// of old, and so does what kongo accepts without acting on it; reasons.go has
// the reasons, and docs/moving.md the whole list.
//
// # Secrets
//
// A value may be a reference such as {vault://env/db-password}. It is replaced
// by the secret before any check. Whatever shows settings shows the reference,
// and six asterisks for the settings that are secrets themselves.
package conf
