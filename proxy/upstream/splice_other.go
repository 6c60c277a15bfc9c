//go:build !linux

package upstream

// Only Linux splices.

func (m *mover) tryFill(uintptr) bool {
	m.err = errSpliceRefused
	return true
}

func (m *mover) tryDrain(uintptr) bool {
	m.err = errSpliceRefused
	return true
}

func newPipe() *pipe { return nil }

func (p *pipe) close() {}
