package testenv

import (
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// standIn returns a node whose program is this test binary.
func standIn(t *testing.T, c NodeConfig) *Node {
	t.Helper()
	n := newNode(t, os.Args[0], c)
	n.env = append(n.env, roleVariable+"=node")
	return n
}

func TestNodeKeepsItsPortsOverRestarts(t *testing.T) {
	n := standIn(t, NodeConfig{Env: map[string]string{"KONG_HEADERS": "off"}})
	if n.Running() {
		t.Error("running before it was started")
	}
	seen := map[string]bool{}
	check := func() {
		t.Helper()
		answer := get(t, "http://"+n.Admin+"/")
		pid, headers, _ := strings.Cut(answer, " ")
		if headers != "off" {
			t.Errorf("the setting did not arrive: %q", answer)
		}
		if seen[pid] {
			t.Errorf("process %s still answers", pid)
		}
		seen[pid] = true
	}
	n.Start(t)
	check()
	n.Restart(t)
	check()
	n.Kill(t)
	if _, err := net.DialTimeout("tcp", n.Admin, time.Minute); err == nil {
		t.Error("a killed node accepts connections")
	}
	n.Start(t)
	check()
	n.Quit(t)
	n.Start(t)
	n.Signal(t, syscall.SIGTERM)
	for deadline := time.Now().Add(time.Minute); n.Running(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the signal had no effect")
		}
	}
	if got := strings.Count(n.Log(), "listening\n"); got != 4 {
		t.Errorf("the log shows %d starts, want 4:\n%s", got, n.Log())
	}
}

func TestNodeRunsCommands(t *testing.T) {
	n := standIn(t, NodeConfig{Conf: "log_level = debug\n", Unset: []string{"KONG_DATABASE"}})
	if slices.ContainsFunc(n.env, func(entry string) bool { return strings.HasPrefix(entry, "KONG_DATABASE=") }) {
		t.Errorf("KONG_DATABASE is still set: %q", n.env)
	}
	got := n.Run(t, "migrations", "list", "-c", n.Conf)
	want := CommandResult{Stdout: "migrations list -c " + n.Conf + "\n", Stderr: "for " + n.Prefix + "\n", ExitCode: 3}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if conf, err := os.ReadFile(n.Conf); err != nil || string(conf) != "log_level = debug\n" {
		t.Errorf("kong.conf holds %q, %v", conf, err)
	}
}

func TestFaultsOfANodeAreSeen(t *testing.T) {
	for log, want := range map[string]bool{
		"2026/11/21 [notice] no panic: all is well\n":           false,
		"started\n==================\nWARNING: DATA RACE\nRead": true,
		"panic: runtime error: index out of range\n":            true,
		"x\nfatal error: all goroutines are asleep\n":           true,
	} {
		if got := faults.MatchString(log); got != want {
			t.Errorf("%q: %t, want %t", log, got, want)
		}
	}
}

func TestNodeEnvironmentIsItsOwn(t *testing.T) {
	got := nodeEnv([]string{"PATH=/bin", "KONG_PG_HOST=production"}, map[string]string{"KONG_A": "1", "KONG_B": ""})
	if want := []string{"PATH=/bin", "KONG_A=1", "KONG_B="}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
