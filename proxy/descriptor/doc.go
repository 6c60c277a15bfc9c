// Package descriptor makes the system calls of the data plane: reads, writes and splices on descriptors that never block.
//
// It differs from package golang.org/x/sys/unix in one thing. There a system call is announced to the scheduler of Go,
// because it might last; a monitor then looks every 20 µs whether the processor should be given to another thread. None of
// these calls waits for anything, so the announcement only costs: a tenth of a small request, more on a machine that is
// shared, where a thread can lose its processor in the middle of a call.
//
// A descriptor must be in non-blocking mode, as those of package net are, and must stay open during the call: package net
// guarantees that inside the callbacks of syscall.RawConn. Pages that have to be fetched from a disk would be waited for, so
// files have no place here.
package descriptor
