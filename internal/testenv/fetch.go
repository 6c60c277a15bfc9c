package testenv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// fetched returns the directory of that name in the cache. If it is not there yet, fill gets Maven's repository and an empty
// directory to work in, and returns the directory below that is to become it; so there is never half of one, and of several
// test processes one fetches while the others wait.
func fetched(name string, fill func(repository, work string) (dir string, err error)) (home string, err error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	home = filepath.Join(cache, name)
	unlock, err := lockFile(home + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(home); !errors.Is(err, fs.ErrNotExist) {
		return home, err
	}
	work, err := os.MkdirTemp(cache, "fetch-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	dir, err := fill(filepath.Join(cache, "maven"), work)
	if err != nil {
		return "", err
	}
	return home, os.Rename(dir, home)
}
