package prefix_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/prefix"
)

// Nobody starts while another one does.
func TestLockKeepsStartsApart(t *testing.T) {
	d := prepared(t)
	const starts = 20
	var inside, done atomic.Int32
	var all sync.WaitGroup
	for range starts {
		all.Go(func() {
			lock, err := d.Lock()
			if err != nil {
				t.Error(err)
				return
			}
			if now := inside.Add(1); now != 1 {
				t.Errorf("%d have the lock", now)
			}
			time.Sleep(time.Millisecond) // long enough for the others to come in if they can
			inside.Add(-1)
			done.Add(1)
			lock.Unlock()
			lock.Unlock()
		})
	}
	all.Wait()
	if done.Load() != starts {
		t.Errorf("%d of %d got the lock", done.Load(), starts)
	}
}

func TestLockGoesWithItsProcess(t *testing.T) {
	d := prepared(t)
	holder := start(t, "kongo", "starter", d)
	pids, err := os.Open(d.Path("pids"))
	if err != nil {
		t.Fatal(err)
	}
	defer pids.Close()
	if err := unix.Flock(int(pids.Fd()), unix.LOCK_EX|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
		t.Fatalf("the lock of another process does not count: %v", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	lock, err := d.Lock() // waits until the process is gone
	if err != nil {
		t.Fatal(err)
	}
	lock.Unlock()
}

func TestLockOfNoDirectory(t *testing.T) {
	d := prefix.Dir(filepath.Join(t.TempDir(), "none"))
	if _, err := d.Lock(); err == nil {
		t.Error("a directory that does not exist can be locked")
	}
}
