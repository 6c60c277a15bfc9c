package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// step is a command of the README and what it prints there.
type step struct{ command, output string }

// readme returns the commands of the block of the README that begins with a call of curl.
func readme(t *testing.T) []step {
	t.Helper()
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "```console\n$ curl ")
	block, _, closed := strings.Cut(block, "```\n")
	if !found || !closed {
		t.Fatal("the README has no block of commands for the quick start")
	}
	var steps []step
	for part := range strings.SplitSeq("curl "+block, "\n$ ") {
		command, output, _ := strings.Cut(part, "\n")
		if output != "" && !strings.HasSuffix(output, "\n") {
			output += "\n" // it went with the prompt that follows
		}
		steps = append(steps, step{command, output})
	}
	return steps
}

// The commands of the README print what the README says, on other ports.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("the commands of the README need curl: install the package curl")
	}
	steps := readme(t)
	if len(steps) != 4 {
		t.Fatalf("the README has %d commands to try, want 4", len(steps))
	}
	temporary := t.TempDir()
	n := testenv.NewNode(t, testenv.NodeConfig{
		Env:   map[string]string{"KONG_STATUS_LISTEN": "off", "TMPDIR": temporary},
		Unset: []string{"KONG_PREFIX", "KONG_DATABASE", "KONG_NGINX_DAEMON"},
	})
	output, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	printed := func() string {
		t.Helper()
		text, err := os.ReadFile(output.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	command := n.Command("quickstart")
	// The plain listener alone, so that the words are those of the README but for the ports.
	command.Env = append(command.Env, "KONG_PROXY_LISTEN="+n.Proxy)
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { _ = command.Process.Kill() })
	eventually(t, "the demonstration says what to try", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, printed())
		default:
		}
		return strings.Count(printed(), "\n    curl ") == len(steps)
	})

	ports := strings.NewReplacer("127.0.0.1:8000", n.Proxy, "127.0.0.1:8001", n.Admin)
	eventually(t, "the health checks have found both servers", func() bool {
		_, body := send(t, http.MethodGet, "http://"+n.Admin+"/upstreams/demo/health", "")
		return strings.Count(body, `"HEALTHY"`) >= 2
	})
	for _, s := range steps {
		line := ports.Replace(s.command)
		if !strings.Contains(printed(), "    "+line+"\n") {
			t.Errorf("the demonstration does not suggest %s:\n%s", line, printed())
		}
		output, err := exec.Command("sh", "-c", line).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		got := strings.TrimSuffix(string(output), "\n") + "\n"
		// Which of the servers comes first is a matter of chance.
		swapped := strings.NewReplacer("demo-a", "demo-b", "demo-b", "demo-a").Replace(s.output)
		if !matches(got, s.output) && !matches(got, swapped) {
			t.Errorf("%s prints\n%s\nthe README says\n%s", line, got, s.output)
		}
	}

	if err := command.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("after Ctrl-C: %v\n%s", err, printed())
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	for _, address := range []string{n.Proxy, n.Admin} {
		if !refuses(address) {
			t.Errorf("somebody listens on %s", address)
		}
	}
}
