// Package convert writes a configuration file anew: a kong.conf of any release
// since 0.9, or a kongo.toml, as a kongo.toml or as a kong.conf of today.
//
//	c, err := convert.File("/etc/kong/kong.conf", convert.TOML)
//	os.Stdout.Write(c.Text)
//	fmt.Fprint(os.Stderr, c.Report)
//
// The new file means what the old one means: every setting comes to the same
// value. Names of old become those of 3.9, several that were folded into one
// become that one, and what has no meaning left is left out. Only what the file
// says counts; the environment and other files have no part in it.
//
// What a file says, and what becomes of names of old, is for package conf to
// know, which reads it as a Draft. This package knows how to lay a file out and
// how to account for it. It knows nothing about any particular key.
//
// The Report accounts for every assignment of the old file, in one of these:
//
//	kept             under its name
//	renamed          under the names that took it over
//	without effect   kept, or left out, and why kongo does not act on it
//	unknown          no key of any release; kept as a comment
//	invalid          refused, by Kong as well; kept so that it can be corrected
//
// Below it are remarks: what Kong passes over in silence, such as a value that
// ends at a #, and secrets that would better be references to a vault.
package convert
