package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Of several that start a node in the same prefix at once, one does, and the others learn that it runs. The listeners share
// their ports, as they do by default, so that it is not these that keep the nodes apart.
func TestStartsAtOnce(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	for i, port := range testenv.Ports(t, 3) {
		variable := []string{"KONG_PROXY_LISTEN", "KONG_ADMIN_LISTEN", "KONG_STATUS_LISTEN"}[i]
		env[variable] = fmt.Sprintf("127.0.0.1:%d reuseport", port)
	}
	n := daemonNode(t, testenv.NodeConfig{Env: env})
	type start struct {
		*exec.Cmd
		stdout, stderr bytes.Buffer
	}
	starts := make([]start, 4)
	for i := range starts {
		s := &starts[i]
		s.Cmd = n.Command("start", "-c", n.Conf)
		s.Stdout, s.Stderr = &s.stdout, &s.stderr
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
	}
	up := 0
	for i := range starts {
		s := &starts[i]
		err := s.Wait()
		switch {
		case err == nil && strings.Contains(s.stdout.String(), "Kong started\n"):
			up++
		case err == nil || !matches(plain(n, s.stderr.String()), "…Error: Kong is already running in PREFIX"+more):
			t.Errorf("%v\n%s%s", err, &s.stdout, &s.stderr)
		}
	}
	if up != 1 {
		t.Errorf("%d nodes were started", up)
	}
	if nodes := processesOf(t, n.Prefix); len(nodes) != 1 {
		t.Errorf("processes of the node: %q", nodes)
	}
}

// processesOf names the processes that run with a prefix in their environment.
func processesOf(t *testing.T, prefix string) []string {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(found, func(path string) bool {
		text, err := os.ReadFile(path) // fails if the process has ended by now
		return err != nil || !strings.Contains(string(text), "KONG_PREFIX="+prefix+"\x00")
	})
}

// Whoever kills a command that starts a node, at whatever moment, is left with a node that runs or with none, and can start
// one next.
func TestKillWhileStarting(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{})
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	expect(t, n, "stop", 0, "Kong stopped\n", "")
	for _, after := range []time.Duration{1, 4, 8, 12, 16, 24, 32, 48} {
		command := n.Command("start", "-c", n.Conf)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		if err := command.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // it was killed, or had done its work
		eventually(t, "the node runs or is gone", func() bool {
			return pidOf(t, n) != 0 || len(processesOf(t, n.Prefix)) == 0
		})
		got := n.Run(t, "restart", "-c", n.Conf)
		if got.ExitCode != 0 || !strings.Contains(got.Stdout, "Kong started\n") {
			t.Errorf("killed after %v ms, the next start: %+v", after, got)
		}
		expect(t, n, "stop", 0, "Kong stopped\n", "")
		isGone(t, n)
	}
}

// A prefix that cannot be written is no worse than any other mistake.
func TestPrefixThatCannotBeMade(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_PREFIX": "/proc/kongo"}})
	for args, want := range map[string]string{
		"start -c CONF":   "could not create the prefix directory: mkdir /proc/kongo: no such file or directory",
		"prepare -c CONF": "could not prepare Kong prefix at /proc/kongo: could not create the prefix directory: mkdir /proc/kongo: no such file or directory",
		"quickstart":      "could not create the prefix directory: mkdir /proc/kongo: no such file or directory",
	} {
		t.Run(args, func(t *testing.T) { expect(t, n, args, 1, "", "Error: "+want+more) })
	}
}
