package migration_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kongo-gateway/kongo/datastore/migration"
)

// known are two subsystems of which an older version had a part.
var known = []migration.Subsystem{
	{Name: "core", Kong28: 2, Steps: []migration.Step{{Name: "000_base"}, {Name: "001_old", Teardown: true}, {Name: "002_new"}, {Name: "003_newest", Teardown: true}}},
	{Name: "jwt", Steps: []migration.Step{{Name: "000_jwt"}}},
}

// command runs a command and returns what it printed.
func command(s migration.Storage, change func(*migration.Run), fn func(migration.Run, context.Context) error) ([]string, error) {
	var lines []string
	r := migration.Run{
		Known: known, Storage: s, Target: "database 'kong'", LockTimeout: time.Minute,
		Print: func(line string) { lines = append(lines, line) },
	}
	if change != nil {
		change(&r)
	}
	err := fn(r, context.Background())
	return lines, err
}

func force(r *migration.Run)     { r.Force = true }
func impatient(r *migration.Run) { r.LockTimeout = 0 }
func onlyCore(r *migration.Run)  { r.Known = known[:1] }
func only28(r *migration.Run) {
	core := known[0]
	core.Steps = core.Steps[:2]
	r.Known = []migration.Subsystem{core}
}
func fresh() *tables { return &tables{} }
func made(r func(*migration.Run)) *tables {
	s := fresh()
	if _, err := command(s, r, migration.Run.Bootstrap); err != nil {
		panic(err)
	}
	s.done = nil
	return s
}

func TestCommands(t *testing.T) {
	t.Parallel()
	whole := migration.Ledger{
		"core": {LastExecuted: "003_newest", Executed: []string{"000_base", "001_old", "002_new", "003_newest"}, Pending: []string{}},
		"jwt":  {LastExecuted: "000_jwt", Executed: []string{"000_jwt"}},
	}
	half := migration.Ledger{
		"core": {LastExecuted: "002_new", Executed: []string{"000_base", "001_old", "002_new"}, Pending: []string{"003_newest"}},
		"jwt":  {LastExecuted: "000_jwt", Executed: []string{"000_jwt"}},
	}
	upgraded := func() *tables {
		s := made(only28)
		if _, err := command(s, nil, migration.Run.Up); err != nil {
			panic(err)
		}
		s.done = nil
		return s
	}
	for name, c := range map[string]struct {
		storage *tables
		change  func(*migration.Run)
		run     func(migration.Run, context.Context) error
		printed string
		done    string
		err     string
		ledger  migration.Ledger // nil if it does not matter
	}{
		"bootstrap": {fresh(), nil, migration.Run.Bootstrap,
			"Bootstrapping database...|migrating core on database 'kong'...|core migrated up to: 000_base (executed)|" +
				"core migrated up to: 001_old (executed)|core migrated up to: 002_new (executed)|core migrated up to: 003_newest (executed)|" +
				"migrating jwt on database 'kong'...|jwt migrated up to: 000_jwt (executed)|5 migrations processed|5 executed|Database is up-to-date",
			"core/000_base up|core/001_old up|core/001_old teardown|core/002_new up|core/003_newest up|core/003_newest teardown|jwt/000_jwt up", "", whole},
		"bootstrap again": {made(nil), nil, migration.Run.Bootstrap, "Database already bootstrapped", "", "", whole},
		"bootstrap that was interrupted": {&tables{ledger: migration.Ledger{}}, onlyCore, migration.Run.Bootstrap,
			"Bootstrapping database...|…|4 migrations processed|4 executed|Database is up-to-date", "…", "", nil},
		"bootstrap that fails": {&tables{broken: "core/003_newest teardown"}, nil, migration.Run.Bootstrap,
			"…|core migrated up to: 002_new (executed)", "", "[Memory error] failed to run migration '003_newest' teardown: no such luck", migration.Ledger{}},

		"up of nothing": {made(nil), nil, migration.Run.Up, "Database is already up-to-date", "", "", whole},
		"up of a plugin": {made(onlyCore), nil, migration.Run.Up,
			"migrating jwt on database 'kong'...|jwt migrated up to: 000_jwt (executed)|1 migration processed|1 executed", "jwt/000_jwt up", "", whole},
		"up of an older version": {made(only28), nil, migration.Run.Up,
			"migrating core on database 'kong'...|core migrated up to: 002_new (executed)|core migrated up to: 003_newest (pending)|" +
				"migrating jwt on database 'kong'...|jwt migrated up to: 000_jwt (executed)|3 migrations processed|2 executed|1 pending|" +
				"\nDatabase has pending migrations; run 'kongo migrations finish' when ready",
			"core/002_new up|core/003_newest up|jwt/000_jwt up", "", half},
		"up while something is pending": {upgraded(), nil, migration.Run.Up, "", "", "Database has pending migrations; run 'kongo migrations finish'", half},
		"up by force": {made(onlyCore), force, migration.Run.Up,
			"migrating core…|4 migrations processed|4 executed|migrating jwt…|1 migration processed|1 executed",
			"core/000_base up|core/001_old up|core/001_old teardown|…|jwt/000_jwt up", "", nil},
		"up of a database that lacks its last step": {
			&tables{ledger: migration.Ledger{
				"core": record("000_base 001_old 002_new 003_newest"), "jwt": {LastExecuted: "000_jwt"},
			}}, nil, migration.Run.Up, "Database is already up-to-date", "", "", nil,
		},
		"up of a database between the versions": {
			&tables{ledger: migration.Ledger{"core": record("000_base 001_old 002_new")}}, nil, migration.Run.Up,
			"", "", "…; missing are: core (003_newest)", nil,
		},
		"finish of what an older Kong began": {
			&tables{ledger: migration.Ledger{"core": record("000_base", "001_old")}}, nil, migration.Run.Finish,
			"", "", "…; missing are: core (001_old)", nil,
		},
		"up before bootstrap": {fresh(), nil, migration.Run.Up, "", "", "Cannot run migrations: Database needs bootstrapping…", nil},

		"finish of nothing": {made(nil), nil, migration.Run.Finish, "No pending migrations to finish", "", "", whole},
		"finish": {upgraded(), nil, migration.Run.Finish,
			"migrating core on database 'kong'...|core migrated up to: 003_newest (executed)|1 migration processed|1 executed|No pending migrations to finish",
			"core/003_newest teardown", "", whole},
		"finish while something is new": {made(onlyCore), nil, migration.Run.Finish, "\nNew migrations available; run 'kongo migrations up' to proceed", "", "", nil},
		"finish by force":               {made(onlyCore), func(r *migration.Run) { force(r); onlyCore(r) }, migration.Run.Finish, "…|4 migrations processed|4 executed", "…", "", nil},
		"finish before bootstrap":       {fresh(), nil, migration.Run.Finish, "", "", "Cannot run migrations: Database needs bootstrapping…", nil},

		"reset":                  {made(nil), nil, migration.Run.Reset, "Resetting database...|Database successfully reset", "", "", nil},
		"reset before bootstrap": {fresh(), nil, migration.Run.Reset, "Database not bootstrapped, nothing to reset", "", "nothing was done", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := command(c.storage, c.change, c.run)
			if printed := strings.Join(lines, "|"); !like(printed, c.printed) {
				t.Errorf("printed\n%s\nwant\n%s", printed, c.printed)
			}
			if done := strings.Join(c.storage.done, "|"); !like(done, c.done) {
				t.Errorf("did\n%s\nwant\n%s", done, c.done)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if !like(text, c.err) {
				t.Errorf("the error is %q, want %q", text, c.err)
			}
			if c.ledger != nil && !reflect.DeepEqual(c.storage.ledger, c.ledger) {
				t.Errorf("the ledger is\n%v\nwant\n%v", c.storage.ledger, c.ledger)
			}
			if c.storage.owner != "" {
				t.Error("the lock was not given back")
			}
		})
	}
}

// like compares a text with one in which … stands for anything.
func like(text, want string) bool {
	parts := strings.Split(want, "…")
	for i, part := range parts {
		at := strings.Index(text, part)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		if i == len(parts)-1 && i > 0 {
			return strings.HasSuffix(text, part)
		}
		text = text[at+len(part):]
	}
	return text == ""
}

const busy = "aborted: another node is performing database changes"

func TestAnotherNodeHasTheLock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		run     func(migration.Run, context.Context) error
		storage func() *tables
		change  func(*migration.Run)
		err     error
	}{
		"bootstrap":               {migration.Run.Bootstrap, fresh, nil, migration.ErrNothing},
		"up":                      {migration.Run.Up, func() *tables { return made(onlyCore) }, nil, migration.ErrNothing},
		"up, which does not wait": {migration.Run.Up, func() *tables { return made(onlyCore) }, impatient, migration.ErrNothing},
		"finish":                  {migration.Run.Finish, func() *tables { return made(nil) }, nil, nil},
		"reset":                   {migration.Run.Reset, func() *tables { return made(nil) }, nil, migration.ErrNothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := c.storage()
				s.owner, s.until = "another", time.Now().Add(time.Hour)
				lines, err := command(s, c.change, c.run)
				if !errors.Is(err, c.err) || len(lines) == 0 || lines[len(lines)-1] != busy {
					t.Errorf("printed %q, error %v", lines, err)
				}
				if len(s.done) > 0 || s.owner != "another" {
					t.Errorf("did %q, the lock is %s's", s.done, s.owner)
				}
			})
		})
	}
}

func TestALockThatIsLeftBehindRunsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := made(onlyCore)
		s.owner, s.until = "dead", time.Now().Add(10*time.Second)
		lines, err := command(s, nil, migration.Run.Up)
		if err != nil || !slices.Contains(lines, "1 executed") {
			t.Errorf("printed %q, error %v", lines, err)
		}
	})
}

func TestConcurrentBootstrapsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Together the steps take longer than a lock that is not extended.
		s := &tables{slow: 3 * time.Second}
		results := make([][]string, 3)
		var nodes sync.WaitGroup
		for i := range results {
			nodes.Go(func() {
				var err error
				if results[i], err = command(s, nil, migration.Run.Bootstrap); err != nil {
					t.Error(err)
				}
			})
		}
		nodes.Wait()
		won := 0
		for _, lines := range results {
			switch last := lines[len(lines)-1]; {
			case last == "Database is up-to-date":
				won++
			case last != "Database already bootstrapped":
				t.Errorf("a bootstrap printed %q", lines)
			}
		}
		if won != 1 || len(s.done) != 7 {
			t.Errorf("%d bootstraps did %q", won, s.done)
		}
	})
}

func TestUpThatWaitedHasNothingToDo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := made(onlyCore)
		s.slow = 3 * time.Second
		var first sync.WaitGroup
		first.Go(func() {
			if _, err := command(s, nil, migration.Run.Up); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if lines, err := command(s, nil, migration.Run.Up); err != nil || !slices.Equal(lines, []string{busy}) {
			t.Errorf("printed %q, error %v", lines, err)
		}
		first.Wait()
	})
}

func TestALockThatIsLostEndsTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := made(onlyCore)
		s.slow = time.Hour
		var up sync.WaitGroup
		up.Go(func() {
			if _, err := command(s, nil, migration.Run.Up); err == nil {
				t.Error("the work was done without the lock")
			}
		})
		synctest.Wait()
		s.mu.Lock()
		s.owner, s.until = "another", time.Now().Add(time.Hour)
		s.mu.Unlock()
		up.Wait()
		if len(s.done) > 0 || s.owner != "another" {
			t.Errorf("did %q, the lock is %s's", s.done, s.owner)
		}
	})
}
