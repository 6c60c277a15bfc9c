package peers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// storedRoutes is a file of the embedded store with manyRoutes routes, made when it is first needed.
type storedRoutes struct {
	directory string // empty before
}

// memoryDirectory is where the file is put if the machine has it: what a commit to a disk takes is no part of the figures,
// and filling the store would take minutes.
const memoryDirectory = "/dev/shm"

// settings returns those with which kongo uses the file.
func (r *storedRoutes) settings(s site) ([]string, error) {
	if r.directory == "" {
		parent := s.directory
		if _, err := os.Stat(memoryDirectory); err == nil {
			parent = memoryDirectory
		}
		directory, err := os.MkdirTemp(parent, "kongo-bench-")
		if err != nil {
			return nil, err
		}
		r.directory = directory
		if err := r.fill(s); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	return r.environment(), nil
}

func (r *storedRoutes) environment() []string {
	return []string{"KONG_DATABASE=sqlite", "KONG_SQLITE_PATH=" + filepath.Join(r.directory, "kongo.db")}
}

func (r *storedRoutes) fill(s site) error {
	file := filepath.Join(r.directory, "kong.json")
	if err := writeConfiguration(file, manyRoutes, s.upstream); err != nil {
		return err
	}
	for _, arguments := range [][]string{{"migrations", "bootstrap"}, {"config", "db_import", file}} {
		command := exec.Command(s.kongo, arguments...)
		command.Env = append(append(os.Environ(), "KONG_PREFIX="+filepath.Join(r.directory, "prefix")), r.environment()...)
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("filling the embedded store: %w\n%s", err, output)
		}
	}
	return nil
}

func (r *storedRoutes) close() error {
	if r.directory == "" {
		return nil
	}
	directory := r.directory
	r.directory = ""
	return os.RemoveAll(directory)
}

func startStored(s site) (*proxy, error) {
	settings, err := s.stored.settings(s)
	if err != nil {
		return nil, err
	}
	return launchKongo(s, manyRoutes, settings...)
}
