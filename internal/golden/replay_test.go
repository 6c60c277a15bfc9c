package golden

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// recordings returns the names of all recordings.
func recordings(t *testing.T) []string {
	t.Helper()
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, directory, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".jsonl"))
	}
	return names
}

// loadTo reads the recording whose name begins with the given number, up to a little after the given line.
func loadTo(t *testing.T, number string, line int) *Recording {
	t.Helper()
	rec := load(t, number)
	rec.steps = rec.steps[:min(len(rec.steps), line+10)]
	return rec
}

// load reads the recording whose name begins with the given number.
func load(t *testing.T, number string) *Recording {
	t.Helper()
	for _, name := range recordings(t) {
		if strings.HasPrefix(name, number) {
			rec, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			return rec
		}
	}
	t.Fatalf("no recording %s", number)
	return nil
}

func TestAFaithfulNodePasses(t *testing.T) {
	for _, name := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(t, load(t, name), change{})
			Replay(t, name, p.Node)
			if left := p.left(); left > 0 {
				t.Errorf("%d exchanges were not replayed", left)
			}
		})
	}
}

func TestWhatMayDifferPasses(t *testing.T) {
	for name, c := range map[string]struct {
		recording   string
		change      change
		unsupported []string
	}{
		"a refusal where Kong crashes":     {"010", change{23, status(400)}, nil},
		"an error where Kong says nothing": {"105", change{174, func(*player, *answer) *answer { return body("oops")(nil, &answer{status: 502}) }}, nil},
		"a health mark by POST":            {"042", change{104, status(204)}, nil},
		"endpoints of its own":             {"001", change{4, swap(`["/",`, `["/","/aaa",`)}, nil},
		"a root with more members":         {"001", change{1, swap(`{"configuration":{`, `{"kongo":{"version":"1"},"configuration":{"sqlite_path":"/x",`)}, nil},
		"an empty list for a Lua table":    {"001", change{1, swap(`"trusted_ips":{}`, `"trusted_ips":[]`)}, nil},
		"metrics of its own":               {"001", change{16, swap(`# TYPE kong_node_info gauge`, "# TYPE kongo_x counter\n# TYPE kong_node_info gauge")}, nil},
		"metrics of known length": {"001", change{16, func(p *player, a *answer) *answer {
			return setHeader("Content-Length", fmt.Sprint(len(a.body)))(p, dropHeader("Transfer-Encoding")(p, a))
		}}, nil},
		"no Lua":                         {"001", change{16, swap(`kong_memory_lua`, `kongo_memory`)}, nil},
		"any page for 415":               {"010", change{32, body(`{"message":"Unsupported"}`)}, nil},
		"robots.txt by the gateway":      {"001", change{25, header("Server", "kongo/0.1.0-test")}, nil},
		"a last page without a database": {"121", change{55, lastPage}, nil},
		"a list by tag without a database": {"121", change{56, func(_ *player, a *answer) *answer {
			a.status = 200
			return body(`{"data":[],"next":null}`)(nil, a)
		}}, nil},
		"a plugin that is missing": {"113", change{19, func(_ *player, a *answer) *answer {
			a.status, a.headers = 501, nil
			return body(`{"message":"plugin 'key-auth' is not supported"}`)(nil, a)
		}}, []string{"key-auth"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := loadTo(t, c.recording, c.change.line)
			p := newPlayer(t, rec, c.change)
			p.Unsupported = c.unsupported
			found, err := rec.Replay(t.Context(), p.Node)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range found {
				t.Error(m)
			}
		})
	}
}

func TestRoundRobinIsASet(t *testing.T) {
	const first, last = 222, 233 // 502 and 200 in turns
	for name, c := range map[string]struct {
		edit func(run []step)
		want []int // lines that differ
	}{
		"another order": {func(run []step) {
			run[0].exchange, run[1].exchange = run[1].exchange, run[0].exchange
		}, nil},
		"one too few": {func(run []step) { run[0].exchange.answer.status = 500 }, []int{last - 1}},
		"none at all": {func(run []step) {
			for i := 0; i < len(run); i += 2 {
				run[i].exchange.answer.status = 500
			}
		}, []int{222, 224, 226, 228, 230, 232}},
	} {
		t.Run(name, func(t *testing.T) {
			played := load(t, "105")
			c.edit(played.steps[first-1 : last])
			rec := load(t, "105")
			found, err := rec.Replay(t.Context(), newPlayer(t, played, change{}).Node)
			if err != nil {
				t.Fatal(err)
			}
			var lines []int
			for _, m := range found {
				lines = append(lines, m.Line)
			}
			if !slices.Equal(lines, c.want) {
				t.Errorf("lines %d differ, want %d: %v", lines, c.want, found)
			}
		})
	}
}

func TestUnsupportedPluginsMustSaySo(t *testing.T) {
	rec := load(t, "113")
	p := newPlayer(t, rec, change{19, status(501)})
	p.Unsupported = []string{"key-auth"}
	found, err := rec.Replay(t.Context(), p.Node)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Line != 19 || found[0].Differences[0].At != "status" {
		t.Errorf("got %v", found)
	}
}

func TestCertificateIsCompared(t *testing.T) {
	rec := load(t, "103")
	p := newPlayer(t, rec, change{})
	for _, s := range rec.steps {
		if s.exchange != nil && s.exchange.peerSubject != "" {
			s.exchange.peerSubject = "subject=CN = elsewhere"
		}
	}
	found, err := rec.Replay(t.Context(), p.Node)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 12 {
		t.Errorf("%d exchanges differ, want the 12 over TLS", len(found))
	}
	for _, m := range found {
		if len(m.Differences) != 1 || m.Differences[0].At != "certificate" {
			t.Errorf("got %v", m)
		}
	}
}

func TestReplayNeedsWhatTheRecordingAsksFor(t *testing.T) {
	for name, c := range map[string]struct {
		recording string
		lose      func(n *Node)
		want      string
	}{
		"listener": {"103", func(n *Node) { n.ProxyTLS = "" }, "no address for proxy_tls"},
		"database": {"122", func(n *Node) { n.StopDatabase = nil }, "nothing to stop the database with"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := load(t, c.recording)
			n := newPlayer(t, rec, change{}).Node
			c.lose(&n)
			_, err := rec.Replay(t.Context(), n)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), rec.file()) {
				t.Errorf("got %v, want %q and the file", err, c.want)
			}
		})
	}
}
