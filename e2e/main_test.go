package e2e_test

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// together is how many tests run at once unless -parallel says otherwise: most of the time they wait, for health checks, for
// polls and for the ends of processes.
const together = 4

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", strconv.Itoa(together)); err != nil {
			panic(err)
		}
	}
	testenv.Main(m)
}

// patience bounds what is expected to happen soon.
const patience = 60 * time.Second

var timestamp = regexp.MustCompile(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[`)

// plain returns what a command printed with the paths of its node and the time put aside, so that it can be compared.
func plain(n *testenv.Node, text string) string {
	text = strings.NewReplacer(n.Prefix, "PREFIX", n.Conf, "CONF").Replace(text)
	return timestamp.ReplaceAllString(text, "TIME [")
}

// more is what ends the words of a command that failed.
const more = "\n\n  Run with --v (verbose) or --vv (debug) for more details\n"

// expect runs a command and compares all of what it does. A leading or trailing … stands for any text before or after.
func expect(t *testing.T, n *testenv.Node, args string, code int, stdout, stderr string) {
	t.Helper()
	got := n.Run(t, strings.Fields(strings.ReplaceAll(args, "CONF", n.Conf))...)
	if got.ExitCode != code {
		t.Errorf("kongo %s: exit code %d, want %d", args, got.ExitCode, code)
	}
	for _, stream := range []struct{ name, got, want string }{{"stdout", got.Stdout, stdout}, {"stderr", got.Stderr, stderr}} {
		if text := plain(n, stream.got); !matches(text, stream.want) {
			t.Errorf("kongo %s: %s is\n%s\nwant\n%s", args, stream.name, text, stream.want)
		}
	}
}

// matches compares a text with one in which … stands for anything.
func matches(text, want string) bool {
	parts := strings.Split(want, "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`(?s)\A` + strings.Join(parts, ".*") + `\z`).MatchString(text)
}

// client makes a connection of its own for each request.
var client = &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}

// send sends a request with a JSON body, "" for none.
func send(t *testing.T, method, url, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// must sends a request that has to succeed and returns the object it is answered with.
func must(t *testing.T, method, url, body string) map[string]any {
	t.Helper()
	status, answer := send(t, method, url, body)
	if status/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, url, status, answer)
	}
	var object map[string]any
	if answer != "" {
		if err := json.Unmarshal([]byte(answer), &object); err != nil {
			t.Fatalf("%s %s: %v in %s", method, url, err, answer)
		}
	}
	return object
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
