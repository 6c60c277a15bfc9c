package testenv

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package and exits: it stops the servers that the tests shared and, if all went well so far,
// fails the run over goroutines that are left. The options say which of those are known and harmless.
func Main(m *testing.M, options ...goleak.Option) {
	os.Exit(run(m, options))
}

func run(m *testing.M, options []goleak.Option) (code int) {
	sharedPostgres.Lock()
	sharedPostgres.owned = true
	sharedPostgres.Unlock()

	code = m.Run()
	if err := errors.Join(stopShared(), stopSharedCassandra()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(options...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}
