// Command fuzz runs fuzz targets of the module, one on each processor at a time, each for testenv.FuzzTime, and fails if one of
// them finds something: make test runs it for the targets that face bytes from outside, make soak for all.
//
//	go run ./internal/fuzz              # every target
//	go run ./internal/fuzz FuzzMatch    # those whose name matches one of the arguments
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// target is a fuzz target and the folder of its package.
type target struct{ folder, name string }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, patterns []string) (failed error) {
	targets, err := find(".")
	if err != nil {
		return err
	}
	wanted, err := regexp.Compile("^(" + strings.Join(patterns, "|") + ")$")
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var running errgroup.Group
	running.SetLimit(runtime.NumCPU())
	for _, t := range targets {
		if len(patterns) > 0 && !wanted.MatchString(t.name) {
			continue
		}
		running.Go(func() error {
			err := ctx.Err()
			if err == nil {
				err = t.run(ctx)
			}
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
			return nil
		})
	}
	_ = running.Wait() // what went wrong is in failed, of all targets
	return failed
}

var declaration = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// find returns the targets in the tests below a folder.
func find(root string) (targets []target, err error) {
	err = filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range declaration.FindAllSubmatch(text, -1) {
			targets = append(targets, target{"./" + filepath.Dir(path), string(match[1])})
		}
		return nil
	})
	return slices.Clip(targets), err
}

// run fuzzes one target. That time is over while an input is being looked at is reported by the fuzzing engine like
// a failure, so only an input that it writes down counts as one.
func (t target) run(ctx context.Context) error {
	start := time.Now()
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-parallel", "1",
		"-fuzztime", testenv.FuzzTime.D().String(), t.folder)
	output, err := command.CombinedOutput()
	if err != nil && strings.Contains(string(output), "context deadline exceeded") && !strings.Contains(string(output), "Failing input") {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", t.folder, t.name, err, output)
	}
	fmt.Printf("ok  \t%s %s\t%s\n", t.folder, t.name, time.Since(start).Round(time.Second))
	return nil
}
