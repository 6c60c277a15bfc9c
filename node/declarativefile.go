package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/transfer"
)

// declarativeFile is a declarative configuration file as one side of a copy. What it says is held in memory, where it can be
// looked up like in a database.
type declarativeFile struct {
	loader *declarative.Loader
	model  *schema.Model
	path   string // of a target
}

// newDeclarativeFile returns a file that says nothing yet, held in the store of s.
func newDeclarativeFile(s *copySide) *declarativeFile {
	parser := declarative.NewParser(s.store.model, s.db.Workspace())
	parser.KeepTimes()
	return &declarativeFile{
		loader: declarative.NewLoader(parser, s.store.Store.(*memory.Store), s.feed),
		model:  s.store.model,
	}
}

// load reads what a source says.
func (f *declarativeFile) load(ctx context.Context, what string, source declarative.Source) error {
	_, err := f.loader.Load(ctx, source)
	var invalid *declarative.Error
	if errors.As(err, &invalid) {
		return fmt.Errorf("error parsing declarative config %s:\n%s", what, invalid.Tree())
	}
	return err
}

// open reads the file that is to be written, if it is there.
func (f *declarativeFile) open(ctx context.Context, path string) error {
	if !strings.HasSuffix(path, ".yml") && !strings.HasSuffix(path, ".yaml") {
		return fmt.Errorf("database = off, and declarative_config = %q does not name a file to write, which ends in .yml or .yaml", path)
	}
	f.path = path
	source, err := declarative.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.load(ctx, "file "+path, source)
}

// holds reports whether rows of an entity have a place in the file.
func (f *declarativeFile) holds(e *schema.Entity) bool { return declarative.Exported(e) }

// replace writes the file anew. It is either the old one or the new one, whatever happens meanwhile. What is held afterwards is
// what has been read of it again, as of the moment at which writing began.
func (f *declarativeFile) replace(ctx context.Context, each transfer.EachRow) error {
	// What an interrupted attempt has left is written over.
	next := filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+".next")
	now := time.Now()
	err := f.write(ctx, next, now, each)
	if err == nil {
		err = f.read(ctx, next, now)
	}
	if err == nil {
		err = os.Rename(next, f.path)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(next))
	}
	return nil
}

// write writes rows to a file for its owner alone, and to the disk.
func (f *declarativeFile) write(ctx context.Context, path string, now time.Time, each transfer.EachRow) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = declarative.Write(f.model, out, now, func(e *schema.Entity, fn func(datastore.Document) error) error {
		return each(ctx, e, fn)
	})
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// read holds what a file says that is to become the one at path.
func (f *declarativeFile) read(ctx context.Context, from string, began time.Time) error {
	source, err := declarative.ReadFile(from)
	if err != nil {
		return err
	}
	source.Name, source.Began = f.path, began
	return f.load(ctx, "file "+f.path, source)
}
