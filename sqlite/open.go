package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	codes "modernc.org/sqlite/lib"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Options say which database to open.
type Options struct {
	// Path is the database file. It is created, readable for its owner only, if it is not there; its directory must be.
	Path string
	// Model describes the entities to keep. One of them is called workspaces.
	Model *schema.Model
}

// Open opens the database, creating the file and whatever is missing in it. Several processes may do so at the same time;
// one of them does the work and the others wait for it, as long as ctx allows.
//
// It fails if the file can't be read and written, or is something else than a database of kongo's.
func Open(ctx context.Context, opts Options) (*Store, error) {
	s := &Store{model: opts.Model}
	if err := s.open(ctx, opts.Path); err != nil {
		if primary(code(err)) == codes.SQLITE_NOTADB {
			err = fmt.Errorf("the file is no SQLite database: %w", err)
		}
		return nil, fmt.Errorf("open database %s: %w", opts.Path, errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if s.tables, err = newTables(s.model); err != nil {
		return err
	}
	if err := createFile(path); err != nil {
		return err
	}
	// FULL makes every commit wait for the disk, so that it also survives a power failure, as Kong's users know it from
	// PostgreSQL. That costs well under a millisecond on a solid-state disk; NORMAL would only survive the end of the process.
	if s.write, err = connect(path, 1, "synchronous(FULL)"); err != nil {
		return err
	}
	if s.read, err = connect(path, readers, "query_only(1)"); err != nil {
		return err
	}
	// Whether the file is kongo's is looked at before anything in it changes, and again when nobody else can change it.
	if err := patiently(ctx, func() error { _, err := claimed(ctx, s.write.db); return err }); err != nil {
		return err
	}
	if err := s.logAhead(ctx); err != nil {
		return err
	}
	return patiently(ctx, func() error { return s.bringUp(ctx) })
}

// createFile makes an empty file if there is none. SQLite would let others read it. And a database file must not be opened
// beside SQLite: closing it again would drop the locks that this process may hold on it. So the file is made under another
// name and linked into place.
func createFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".kongo-*.db")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// newTables makes the tables of all entities but the internal ones, by the names of the entities.
func newTables(m *schema.Model) (map[string]*table, error) {
	tables := make(map[string]*table)
	for _, e := range m.Entities() {
		if !e.Internal {
			tables[e.Name] = newTable(e)
		}
	}
	for _, e := range m.Entities() {
		for i := range e.Fields {
			if f := &e.Fields[i]; f.Type == schema.Foreign && (e.Internal || tables[f.Reference] == nil) {
				return nil, fmt.Errorf("%s of %s refers to %s, and one of these has no table", f.Name, e.Name, f.Reference)
			}
		}
	}
	if tables[workspaces] == nil {
		return nil, fmt.Errorf("no entity is called %s", workspaces)
	}
	return tables, nil
}

// logAhead switches to the write-ahead log, which the file remembers.
func (s *Store) logAhead(ctx context.Context) error {
	var mode string
	if _, err := s.write.one(ctx, []any{&mode}, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if mode != "wal" {
		return errors.New("the file system does not allow a write-ahead log")
	}
	return nil
}
