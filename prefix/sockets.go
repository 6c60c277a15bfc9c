package prefix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// RemoveStaleSockets removes the Unix sockets that a node which did not end cleanly has left in the directory and its
// folder sockets, and returns the warnings about them, in Kong's words. It must not be called while a node runs. The
// warnings tell of what was done before an error.
func (d Dir) RemoveStaleSockets() (warnings []string, err error) {
	for _, folder := range []string{string(d), d.Path("sockets")} {
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return warnings, fmt.Errorf("could not look for stale sockets: %w", err)
		}
		var found []string
		for _, entry := range entries {
			if entry.Type() == fs.ModeSocket {
				found = append(found, filepath.Join(folder, entry.Name()))
			}
		}
		if len(found) == 0 {
			continue
		}
		warnings = append(warnings,
			fmt.Sprintf("Found dangling unix sockets in the prefix directory (%q) while preparing to start Kong. "+
				"This may be a sign that Kong was previously shut down uncleanly or is in an unknown state and could "+
				"require further investigation.", folder),
			"Attempting to remove dangling sockets before starting Kong...")
		for _, path := range found {
			warnings = append(warnings, "removing unix socket: "+path)
			if err := os.Remove(path); err != nil {
				return warnings, fmt.Errorf("could not remove a stale socket: %w", err)
			}
		}
	}
	return warnings, nil
}
