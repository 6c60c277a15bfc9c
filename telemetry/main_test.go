package telemetry_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/telemetry"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waits that end early when all is well.
const patience = 30 * time.Second

// newFiles returns an owner of files that is closed at the end of the test if it is not before.
func newFiles(t testing.TB) *telemetry.Files {
	t.Helper()
	files := &telemetry.Files{}
	t.Cleanup(func() {
		if err := files.Close(); err != nil {
			t.Error(err)
		}
	})
	return files
}

// in returns the target that is a file of a directory.
func in(dir, name string) telemetry.Target { return telemetry.Target{Path: filepath.Join(dir, name)} }

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
