package telemetry

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// bufferSize is what an AccessLog holds back at most, in bytes, before it writes.
	bufferSize = 64 << 10

	// flushDelay is how long it holds a line back.
	flushDelay = 200 * time.Millisecond

	// usualLine is the length of a line in bytes up to which appending allocates nothing.
	usualLine = 1 << 10

	// reportInterval is the time between two reports of lines that are lost.
	reportInterval = time.Minute
)

// AccessLog is a buffered access log. It writes a line a fifth of a second after Append at the latest, or as soon as the
// disk lets it, and keeps the order of Append. It is safe for concurrent use; a nil AccessLog takes entries and forgets
// them.
//
// Of its two buffers one takes lines while a goroutine writes the other, so Append waits for the disk only when both are
// full.
type AccessLog struct {
	file   *file
	withID bool
	log    *slog.Logger
	clock  atomic.Pointer[second]

	mu      sync.Mutex
	buffer  []byte // takes lines
	full    []byte // is being written, or about to be; nil if there is none, and then spare is not
	spare   []byte
	swapped int       // how many buffers have become full
	written int       // how many of these are written
	change  sync.Cond // written has changed
	closed  bool

	begun chan struct{} // has an element if the buffer has got its first line
	ready chan struct{} // has an element if there is a full buffer
	stop  chan struct{}
	done  chan struct{}
}

func newAccessLog(file *file, format string, log *slog.Logger) *AccessLog {
	a := &AccessLog{
		file:   file,
		withID: format != formatCombined,
		log:    log,
		buffer: make([]byte, 0, bufferSize),
		spare:  make([]byte, 0, bufferSize),
		begun:  make(chan struct{}, 1),
		ready:  make(chan struct{}, 1),
		stop:   make(chan struct{}),
		done:   make(chan struct{}),
	}
	a.change.L = &a.mu
	go a.run()
	return a
}

// Append appends the line of an entry, which the caller may reuse afterwards.
func (a *AccessLog) Append(e *Entry) {
	if a == nil {
		return
	}
	var usual [usualLine]byte
	line := e.append(usual[:0], &a.clock, a.withID)

	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.closed && len(a.buffer) > 0 && len(a.buffer)+len(line) > bufferSize {
		if a.spare == nil {
			a.change.Wait()
		} else {
			a.swap()
			notify(a.ready)
		}
	}
	if a.closed {
		return
	}
	if len(a.buffer) == 0 {
		notify(a.begun)
	}
	a.buffer = append(a.buffer, line...)
}

// swap makes the buffer the full one. The caller holds the lock and has seen that there is a spare one.
func (a *AccessLog) swap() {
	a.full, a.buffer, a.spare = a.buffer, a.spare, nil
	a.swapped++
}

// flush returns when all lines appended before are written.
func (a *AccessLog) flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	target := a.swapped
	if len(a.buffer) > 0 {
		target++
	}
	for a.written < target {
		if a.swapped < target && a.spare != nil {
			a.swap()
			notify(a.ready)
		}
		a.change.Wait()
	}
}

// close writes what is buffered and takes no more.
func (a *AccessLog) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.flush()
	close(a.stop)
	<-a.done
}

// run writes full buffers at once, and others a while after their first line.
func (a *AccessLog) run() {
	defer close(a.done)
	var reported time.Time
	for {
		select {
		case <-a.ready:
		case <-a.begun:
			select {
			case <-a.ready:
			case <-time.After(flushDelay):
			}
		case <-a.stop:
			return
		}
		if err := a.write(); err != nil && time.Since(reported) >= reportInterval {
			reported = time.Now()
			a.log.Error("could not write the access log, lines are lost", "error", err)
		}
	}
}

// write writes the full buffer, or the one that takes lines if none is full.
func (a *AccessLog) write() error {
	a.mu.Lock()
	if a.full == nil && len(a.buffer) == 0 { // what run was woken for is written already
		a.mu.Unlock()
		return nil
	}
	if a.full == nil {
		a.swap()
	}
	full := a.full
	a.mu.Unlock()

	_, err := a.file.Write(full)

	a.mu.Lock()
	a.full, a.spare = nil, full[:0]
	a.written++
	a.change.Broadcast()
	a.mu.Unlock()
	return err
}

// notify puts an element into a channel for one, if there is none.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
