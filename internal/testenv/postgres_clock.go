package testenv

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// StartPostgreSQLAhead starts a server as StartPostgreSQL does, whose clock is ahead of the machine's, or behind it if ahead is
// negative. It is exact to the second.
func StartPostgreSQLAhead(t testing.TB, major int, ahead time.Duration) *PostgresServer {
	t.Helper()
	return startPostgres(t, major, ahead)
}

// otherClock is a library that gives a program another time than the system's. AHEAD is in seconds. It asks the kernel itself,
// because the functions of that name are the ones which it takes the place of.
const otherClock = `
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
	int failed = syscall(SYS_clock_gettime, clock, now);
	if (!failed && clock == CLOCK_REALTIME)
		now->tv_sec += AHEAD;
	return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
	struct timespec precise;
	int failed = clock_gettime(CLOCK_REALTIME, &precise);
	if (!failed) {
		now->tv_sec = precise.tv_sec;
		now->tv_usec = precise.tv_nsec / 1000;
	}
	return failed;
}

time_t time(time_t *seconds) {
	struct timespec precise;
	if (clock_gettime(CLOCK_REALTIME, &precise))
		return -1;
	if (seconds)
		*seconds = precise.tv_sec;
	return precise.tv_sec;
}
`

// setClock has the server started on another clock. It needs a C compiler, as the race detector does.
func (s *PostgresServer) setClock(ahead time.Duration) error {
	source, library := filepath.Join(s.SocketDir, "clock.c"), filepath.Join(s.SocketDir, "clock.so")
	if err := s.write(source, []byte(otherClock)); err != nil {
		return err
	}
	cmd := exec.Command("cc", "-shared", "-fPIC", fmt.Sprintf("-DAHEAD=(%d)", int64(ahead/time.Second)), "-o", library, source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cc (package gcc): %w\n%s", err, out)
	}
	s.preload = library
	return nil
}
