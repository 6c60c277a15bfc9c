package prefix_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/prefix"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleKey); role != "" {
		play(role)
		return
	}
	goleak.VerifyTestMain(m)
}

// patience bounds waits that end early when all is well.
const patience = 30 * time.Second

// roleKey and dirKey are the environment variables by which a test makes the test binary play a node or a stranger.
const roleKey, dirKey = "KONGO_TEST_ROLE", "KONGO_TEST_DIR"

// play is what a child process does: a node writes its pid file, a starter holds the lock, anybody names the signals it gets
// and ends with TERM.
func play(role string) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1)
	if role == "node" {
		pid, err := prefix.Dir(os.Getenv(dirKey)).WritePid()
		if err != nil {
			fmt.Println(err)
			return
		}
		defer pid.Remove()
	}
	if role == "starter" {
		lock, err := prefix.Dir(os.Getenv(dirKey)).Lock()
		if err != nil {
			fmt.Println(err)
			return
		}
		defer lock.Unlock()
	}
	fmt.Println("ready")
	for got := range signals {
		fmt.Println(got)
		if got == syscall.SIGTERM {
			return
		}
	}
}

// child is a process of a test.
type child struct {
	*exec.Cmd
	output *bufio.Reader
	ended  bool
}

// start runs the test binary under a name, and kills it at the end of the test.
func start(t testing.TB, name, role string, dir prefix.Dir) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: exec.Command(link)}
	c.Env = append(os.Environ(), roleKey+"="+role, dirKey+"="+string(dir))
	output, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.output = bufio.NewReader(output)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !c.ended {
			c.Process.Kill()
			c.Wait()
		}
	})
	c.expect(t, "ready")
	return c
}

// expect reads a line that the child prints.
func (c *child) expect(t testing.TB, want string) {
	t.Helper()
	line, err := c.output.ReadString('\n')
	if err != nil || strings.TrimSpace(line) != want {
		t.Fatalf("the child says %q (%v), want %q", line, err, want)
	}
}

// end waits for the child, which somebody has ended.
func (c *child) end(t testing.TB) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c.output); err != nil {
		t.Error(err)
	}
	c.ended = true
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// prepared returns a prepared prefix directory that is gone at the end of the test.
func prepared(t testing.TB) prefix.Dir {
	t.Helper()
	d := prefix.Dir(filepath.Join(t.TempDir(), "prefix"))
	if _, err := d.Prepare(); err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
