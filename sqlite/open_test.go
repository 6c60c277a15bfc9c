package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/sqlite"
)

func open(t testing.TB, path string, m *schema.Model) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// database opens a file without kongo.
func database(t testing.TB, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return db
}

func TestOpenKeepsTheFileToItsOwner(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a name with ? # % and spaces.db")
	open(t, path, storetest.Model())
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 2 {
		t.Errorf("the directory holds %v", entries)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(e.Name(), filepath.Base(path)) || info.Mode() != 0o600 {
			t.Errorf("%s has the mode %v", e.Name(), info.Mode())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := write("text", strings.Repeat("This is no database. ", 1000))
	other := filepath.Join(dir, "other.db")
	database(t, other, "CREATE TABLE t (a)").Close()
	marked := filepath.Join(dir, "marked.db")
	database(t, marked, "PRAGMA application_id = 7").Close()
	newer := filepath.Join(dir, "newer.db")
	open(t, newer, storetest.Model()).Close()
	database(t, newer, "PRAGMA user_version = 99").Close()

	for _, c := range []struct {
		name, path, reason string
	}{
		{"directory", dir, "not a regular file"},
		{"device", os.DevNull, "not a regular file"},
		{"text", text, "no SQLite database"},
		{"another program's tables", other, "another program"},
		{"another program's mark", marked, "another program"},
		{"newer layout", newer, "newer kongo"},
		{"missing directory", filepath.Join(dir, "missing", "kongo.db"), "no such file or directory"},
		{"below a file", filepath.Join(text, "kongo.db"), "not a directory"},
		{"file system without files", "/proc/kongo.db", "/proc"},
	} {
		before, _ := os.ReadFile(c.path)
		s, err := sqlite.Open(t.Context(), sqlite.Options{Path: c.path, Model: storetest.Model()})
		if err == nil {
			s.Close()
			t.Errorf("%s was opened", c.name)
			continue
		}
		if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", c.name)
		}
		if !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want the path and: %s", c.name, err, c.reason)
		}
	}
}

func TestOpenRefusesModels(t *testing.T) {
	parent := &schema.Entity{Name: "parents", Internal: true}
	child := &schema.Entity{Name: "children", Fields: []schema.Field{
		{Name: "id", Type: schema.String}, {Name: "parent", Type: schema.Foreign, Reference: "parents"},
	}}
	for name, entities := range map[string][]*schema.Entity{"no workspaces": nil, "parent without a table": {parent, child}} {
		m, err := schema.NewModel(entities...)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "test.db")
		if s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: m}); err == nil {
			s.Close()
			t.Errorf("a model with %s was accepted", name)
		}
	}
}

// openVariable makes TestOpenAtOnce, in a process of its own, only open the database that it names.
const openVariable = "KONGO_SQLITE_OPEN"

func TestOpenAtOnce(t *testing.T) {
	if path := os.Getenv(openVariable); path != "" {
		workspace, err := open(t, path, storetest.Model()).DefaultWorkspace(t.Context())
		fmt.Printf("workspace %s %v\n", workspace, err)
		return
	}
	const processes, goroutines = 4, 4
	path := filepath.Join(t.TempDir(), "test.db")
	workspaces := make([]string, processes+goroutines)
	var running sync.WaitGroup
	for i := range processes {
		running.Go(func() {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
			child.Env = append(os.Environ(), openVariable+"="+path)
			output, err := child.CombinedOutput()
			if err != nil {
				t.Errorf("%v: %s", err, output)
			}
			_, rest, _ := strings.Cut(string(output), "workspace ")
			workspaces[i], _, _ = strings.Cut(rest, " <nil>")
		})
	}
	for i := range goroutines {
		running.Go(func() {
			s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: storetest.Model()})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if workspaces[processes+i], err = s.DefaultWorkspace(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	for _, w := range workspaces {
		if !schema.IsUUID(w) || w != workspaces[0] {
			t.Fatalf("the default workspaces are %v", workspaces)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	m := storetest.Model()
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: m})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, m, 500)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The pages behind those that list the tables.
	for i := len(content) / 4; i < len(content); i++ {
		content[i] = byte(i * 7)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: m}); err != nil {
		return // found out at once
	}
	defer s.Close()
	if err := readAll(t.Context(), s, m); err == nil {
		t.Error("a damaged file was read without complaint")
	}
}

func TestOpenGivesUpWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	open(t, path, storetest.Model())
	lock(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := sqlite.Open(ctx, sqlite.Options{Path: path, Model: storetest.Model()})
	if err == nil {
		s.Close()
		t.Fatal("a locked database was opened")
	}
	if ctx.Err() == nil {
		t.Errorf("gave up before its time: %v", err)
	}
}
