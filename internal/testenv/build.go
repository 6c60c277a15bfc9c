package testenv

import (
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var (
	kongoBinary   = sync.OnceValues(func() (string, error) { return build("kongo", "./cmd/kongo", raceDetector) })
	httpbinBinary = sync.OnceValues(func() (string, error) {
		return build("go-httpbin", "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin", false)
	})
)

// Binary returns the path of kongo built from this source tree, with the race detector if the test has it.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := kongoBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// build compiles a command into the cache and returns its path. The go command leaves a program that is up to date as it
// is, so the first process of a run does the work and the others, held back by the lock, find it done.
func build(name, pkg string, race bool) (string, error) {
	root, err := ModuleRoot()
	if err != nil {
		return "", err
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	// Each source tree has its own programs, so that two checkouts do not overwrite one another's.
	tree := fnv.New64a()
	_, _ = tree.Write([]byte(root))
	dir := filepath.Join(cache, fmt.Sprintf("bin-%x", tree.Sum64()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	args, cgo := []string{"build"}, "CGO_ENABLED=0" // one static binary, as it is released
	if race {
		name += "-race"
		args, cgo = append(args, "-race"), "CGO_ENABLED=1"
	}
	unlock, err := lockFile(filepath.Join(dir, name+".lock"))
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	defer unlock()

	out := filepath.Join(dir, name)
	cmd := exec.Command("go", append(args, "-o", out, pkg)...)
	cmd.Dir = root
	// With its work directory on the same file system the go command renames the finished program into place: one that
	// is running, or about to be started by another process, is never overwritten.
	cmd.Env = append(os.Environ(), "GOTMPDIR="+dir, cgo)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, text)
	}
	return out, nil
}
