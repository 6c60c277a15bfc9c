package testenv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// commandTimeout bounds a kongo command that is expected to end by itself.
const commandTimeout = 2 * time.Minute

// NodeConfig says how a node differs from the plain one that NewNode describes.
type NodeConfig struct {
	// Env holds settings as environment variables (KONG_…); they win over the node's own.
	Env map[string]string
	// Unset names variables of the node's own that it is to do without, so that kong.conf decides.
	Unset []string
	// Conf is the text of kong.conf. A node never reads the configuration of the machine it runs on.
	Conf string
}

// A Node is a kongo process on 127.0.0.1, with a prefix directory and ports of its own that survive restarts. Its methods
// are for the goroutine of its test.
type Node struct {
	// Proxy, ProxyTLS, Admin and Status are the addresses ("host:port") on which the node listens, unless the
	// configuration says something else.
	Proxy, ProxyTLS, Admin, Status string
	// Prefix is the prefix directory, Conf the kong.conf.
	Prefix, Conf string

	binary string
	env    []string
	output string
	proc   *process
}

// Kongo starts a node and waits until it answers. See NewNode.
func Kongo(t testing.TB, c NodeConfig) *Node {
	t.Helper()
	n := NewNode(t, c)
	n.Start(t)
	return n
}

// NewNode prepares a node that has not been started: with the embedded store, a plain and a TLS proxy listener, the Admin
// and the status API, and no Admin GUI. When t ends the node is killed; if t failed, the log shows what the node printed.
func NewNode(t testing.TB, c NodeConfig) *Node {
	t.Helper()
	return newNode(t, Binary(t), c)
}

func newNode(t testing.TB, binary string, c NodeConfig) *Node {
	t.Helper()
	dir := t.TempDir()
	ports := Ports(t, 4)
	at := func(i int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[i])) }
	n := &Node{
		Proxy: at(0), ProxyTLS: at(1), Admin: at(2), Status: at(3),
		Prefix: filepath.Join(dir, "prefix"),
		Conf:   filepath.Join(dir, "kong.conf"),
		binary: binary,
		output: filepath.Join(dir, "output"),
	}
	if err := os.WriteFile(n.Conf, []byte(c.Conf), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{
		"KONG_PREFIX":           n.Prefix,
		"KONG_DATABASE":         "sqlite",
		"KONG_PROXY_LISTEN":     n.Proxy + ", " + n.ProxyTLS + " ssl",
		"KONG_ADMIN_LISTEN":     n.Admin,
		"KONG_STATUS_LISTEN":    n.Status,
		"KONG_ADMIN_GUI_LISTEN": "off",
		"KONG_NGINX_DAEMON":     "off",
		// A program with the race detector rests for a second before it ends, which tests of commands cannot afford.
		"GORACE": "atexit_sleep_ms=50",
	}
	for _, name := range c.Unset {
		delete(settings, name)
	}
	maps.Copy(settings, c.Env)
	n.env = nodeEnv(os.Environ(), settings)
	t.Cleanup(func() {
		if n.proc != nil {
			n.proc.kill()
		}
		n.reportFaults(t)
		if t.Failed() {
			t.Logf("kongo in %s:\n%s", n.Prefix, n.Log())
		}
	})
	return n
}

// nodeEnv returns base without its KONG_ variables, which belong to whoever runs the tests, plus the settings.
func nodeEnv(base []string, settings map[string]string) []string {
	env := slices.DeleteFunc(base, func(entry string) bool { return strings.HasPrefix(entry, "KONG_") })
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		env = append(env, name+"="+settings[name])
	}
	return env
}

// Start starts the node, which must not be running, and returns once one of its APIs answers.
func (n *Node) Start(t testing.TB) {
	t.Helper()
	if n.Running() {
		t.Fatal("the node is running already")
	}
	out, err := os.OpenFile(n.output, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := n.Command("start", "-c", n.Conf)
	cmd.Stdout, cmd.Stderr = out, out
	proc, err := startProcess(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	n.proc = proc
	err = waitReady(proc, func(ctx context.Context) error {
		admin := answersOK(ctx, "http://"+n.Admin+"/")
		if admin == nil {
			return nil
		}
		status := answersOK(ctx, "http://"+n.Status+"/status")
		if status == nil {
			return nil
		}
		return errors.Join(admin, status)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Stop sends SIGTERM and waits until the node has ended, which it must do by itself and with exit code 0.
func (n *Node) Stop(t testing.TB) { t.Helper(); n.end(t, syscall.SIGTERM) }

// Quit sends SIGQUIT, upon which a node finishes the requests in flight, and waits as Stop does.
func (n *Node) Quit(t testing.TB) { t.Helper(); n.end(t, syscall.SIGQUIT) }

func (n *Node) end(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if n.proc == nil {
		t.Fatal("the node is not running")
	}
	err := n.proc.stop(sig, stopTimeout)
	n.proc = nil
	if err != nil {
		t.Fatal(err)
	}
}

// Kill ends the node in the middle of whatever it does.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	if n.proc == nil {
		t.Fatal("the node is not running")
	}
	n.proc.kill()
	n.proc = nil
}

// Restart stops the node and starts it again.
func (n *Node) Restart(t testing.TB) {
	t.Helper()
	n.Stop(t)
	n.Start(t)
}

// Signal sends sig to the running node and does not wait for anything.
func (n *Node) Signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if n.proc == nil {
		t.Fatal("the node is not running")
	}
	if err := n.proc.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("send %v: %v", sig, err)
	}
}

// Running reports whether the node has been started and has not ended, be it by itself.
func (n *Node) Running() bool { return n.proc != nil && n.proc.running() }

// Command returns a kongo command in the environment of the node, for tests that start it and wait for it themselves.
func (n *Node) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(n.binary, args...)
	cmd.Env = n.env
	return cmd
}

// CommandResult is what a kongo command left behind.
type CommandResult struct {
	Stdout, Stderr string
	ExitCode       int
}

// Run runs a kongo command in the environment of the node and waits for its end. Whether the exit code is the right one is
// for the caller to say. A command that reads a configuration file is to be given n.Conf: Run(t, "migrations",
// "bootstrap", "-c", n.Conf).
func (n *Node) Run(t testing.TB, args ...string) CommandResult {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, n.binary, args...)
	// A node that the command leaves running must not hold on to its output.
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = n.env, &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("kongo %s: %v\n%s%s", strings.Join(args, " "), errors.Join(err, ctx.Err()), &stdout, &stderr)
	}
	return CommandResult{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: cmd.ProcessState.ExitCode()}
}

// Log returns what the node printed since the test began, followed by its error log.
func (n *Node) Log() string {
	var text strings.Builder
	for _, file := range []string{n.output, filepath.Join(n.Prefix, "logs", "error.log")} {
		content, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(&text, "%v\n", err)
		}
		text.Write(content)
	}
	return text.String()
}

// faults are how Go programs begin to say that something in them is broken.
var faults = regexp.MustCompile(`(?m)^(?:WARNING: DATA RACE|panic: |fatal error: )`)

// reportFaults fails the test if the node crashed, or the race detector inside spoke up.
func (n *Node) reportFaults(t testing.TB) {
	t.Helper()
	if log := n.Log(); faults.MatchString(log) {
		t.Errorf("kongo is broken:\n%s", log)
	}
}
