package storetest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// crashVariable tells a process that the crash test started where the storage is, and with which number to begin.
const crashVariable = "KONGO_STORETEST_CRASH"

// kills is how often the crash test kills a process.
const kills = 5

// testCrash kills a process that writes, again and again, and looks for what it had acknowledged.
func testCrash(t *testing.T, d Driver) {
	if order, ok := os.LookupEnv(crashVariable); ok {
		location, first, _ := strings.Cut(order, "\n")
		n, err := strconv.Atoi(first)
		if err == nil {
			err = writeUntilKilled(d, location, n)
		}
		t.Fatal(err)
	}
	s := newSuite(t, d, Model())
	written := 0
	for range kills {
		s.anew()
		written += s.writeAndKill(written, 1+rand.IntN(testenv.CrashWrites.N()))
		s.store = s.open()
		s.anew()
		for n := range written {
			s.holdsCrashRow(n)
		}
		// One more may be there: it was written, and the process killed before it could say so.
		rows := s.pages(&authors, datastore.Query{Size: 1000})
		if len(rows) > written+1 {
			t.Fatalf("%d rows are there, %d were acknowledged", len(rows), written)
		}
		if len(rows) == written+1 {
			s.holdsCrashRow(written)
			written++
		}
		tags, err := s.store.Tags(s.ctx, datastore.TagQuery{Size: 3 * written})
		s.must(err)
		if len(tags.Rows) != 2*written {
			t.Fatalf("%d tags are there, want %d", len(tags.Rows), 2*written)
		}
	}
}

// crashRow is the n-th row of the crash test. Everything in it follows from n.
func crashRow(n int, workspace string) (datastore.Document, error) {
	row, err := wholeRow(&authors, datastore.Document{
		"id": numbered(n), "created_at": int64(1 + n), "name": fmt.Sprint(n), "born": int64(n), "rating": float64(n) + 0.5,
		"letters": datastore.Document{"text": []any{strings.Repeat(fmt.Sprint(n, " "), 500)}},
		"tags":    []any{"crash", fmt.Sprint(n)},
	}, workspace)
	if err != nil {
		return nil, err
	}
	row["updated_at"] = int64(1 + n) // Prepare insists on the present time
	return row, nil
}

// holdsCrashRow fails the test unless the n-th row of the crash test is there as a whole.
func (s *suite) holdsCrashRow(n int) {
	s.Helper()
	row, err := crashRow(n, s.workspace)
	s.must(err)
	s.holds(&authors, row)
}

// writeAndKill starts a process that writes rows from a number on, kills it once it has acknowledged some of them, and
// returns how many it had acknowledged by then.
func (s *suite) writeAndKill(first, enough int) int {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	var pattern []string
	for _, name := range strings.Split(s.Name(), "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(name)+"$")
	}
	child := exec.CommandContext(ctx, os.Args[0], "-test.run="+strings.Join(pattern, "/"))
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%d", crashVariable, s.location, first))
	// Should this process be killed, nobody else would end the child.
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	s.must(err)
	s.must(child.Start())
	acknowledged := 0
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		// A row is acknowledged by a whole line with its number; anything else comes from the test framework.
		if lines.Text() != fmt.Sprint("acknowledged ", first+acknowledged) {
			s.Logf("the writing process says: %s", lines.Text())
			continue
		}
		if acknowledged++; acknowledged == enough {
			s.must(child.Process.Kill())
		}
	}
	err = child.Wait()
	if state, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || state.Signal() != syscall.SIGKILL {
		s.Fatalf("the writing process ended by itself: %v", err)
	}
	return acknowledged
}

// writeUntilKilled writes rows from a number on and says so after each.
func writeUntilKilled(d Driver, location string, first int) error {
	ctx := context.Background()
	store, err := d.Open(ctx, location, Model())
	if err != nil {
		return err
	}
	defer store.Close()
	workspace, err := store.DefaultWorkspace(ctx)
	if err != nil {
		return err
	}
	for n := first; ; n++ {
		row, err := crashRow(n, workspace)
		if err != nil {
			return err
		}
		if err := store.Insert(ctx, &authors, row); err != nil {
			return err
		}
		if _, err := fmt.Println("acknowledged", n); err != nil {
			return err
		}
	}
}
