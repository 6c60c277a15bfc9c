package bench_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// largeResponses is how many responses of largeBody bytes are looked at.
const (
	largeResponses testenv.Count = 1000
	largeBody                    = 16 << 20
)

// TestSplice has 99 % of the bytes of large responses go from socket to socket within the kernel, by what the node counts and,
// where processes can be traced, by the system calls that it makes.
func TestSplice(t *testing.T) {
	content := bytes.Repeat([]byte("s"), largeBody)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content)
	}))
	defer server.Close()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	command := n.Command("start", "-c", n.Conf)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stopped(command); err != nil {
			t.Error(err)
		}
	}()
	ready(t, "http://"+n.Admin+"/status")
	put(t, "http://"+n.Admin+"/services/s", fmt.Sprintf(`{"url":%q}`, server.URL))
	put(t, "http://"+n.Admin+"/services/s/routes/r", `{"paths":["/"]}`)

	spliced := traceSplices(t, command.Process.Pid)
	responses := largeResponses.N()
	client := &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
	for range responses {
		answer, err := client.Get("http://" + n.Proxy + "/")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err != nil || got != largeBody || answer.StatusCode != http.StatusOK {
			t.Fatalf("got %s with %d bytes: %v", answer.Status, got, err)
		}
	}
	client.CloseIdleConnections()

	total := float64(responses * largeBody)
	if counted := counter(t, n.Admin, `direction="response",path="splice"`); counted < 0.99*total {
		t.Errorf("by its own count, the node spliced %.2f %%", 100*counted/total)
	}
	switch traced, ok := spliced(); {
	case !ok:
		t.Log("processes cannot be traced here: install the package strace")
	case traced < 0.99*total || traced > 1.01*total:
		t.Errorf("by its system calls, the node spliced %.2f %%", 100*traced/total)
	default:
		t.Logf("by its system calls, the node spliced %.2f %%", 100*traced/total)
	}
}

// traceSplices begins to trace a process. The function that it returns ends that, and returns how many bytes were spliced from
// socket to socket; false where processes cannot be traced.
func traceSplices(t *testing.T, pid int) func() (float64, bool) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		return func() (float64, bool) { return 0, false }
	}
	file := filepath.Join(t.TempDir(), "trace")
	command := exec.Command("strace", "-f", "-e", "trace=splice", "-o", file, "-p", strconv.Itoa(pid))
	messages, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(messages)
	attached := said.Scan() && strings.Contains(said.Text(), "attached")
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, messages)
	}()
	return func() (float64, bool) {
		_ = command.Process.Signal(os.Interrupt)
		<-drained
		_ = command.Wait() // it ends as if by the signal
		if !attached {
			return 0, false
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		moved := 0.0
		for _, match := range regexp.MustCompile(`(?m)splice.* = (\d+)$`).FindAllSubmatch(text, -1) {
			bytes, err := strconv.ParseFloat(string(match[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			moved += bytes
		}
		return moved / 2, true // every byte moves into a pipe and out of it
	}
}

// counter returns the value of kongo_body_bytes_total with some labels.
func counter(t *testing.T, admin, labels string) float64 {
	t.Helper()
	answer, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "kongo_body_bytes_total{"+labels+"} "); ok {
			number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
	}
	t.Fatalf("no kongo_body_bytes_total with %s in\n%s", labels, text)
	return 0
}

// ready waits until a node answers.
func ready(t *testing.T, url string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func put(t *testing.T, url, body string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("PUT %s: %s", url, answer.Status)
	}
}

// stopped ends a process and waits until it has.
func stopped(command *exec.Cmd) error {
	if err := command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return command.Wait()
}
