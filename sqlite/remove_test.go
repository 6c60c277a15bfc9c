package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kongo.db")
	if err := sqlite.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a database: %v", err)
	}
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: storetest.Model()})
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Remove(path); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("while it is open: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Remove(path); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}
