package transfer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Options say how to copy.
type Options struct {
	// DeleteExtra lets go of rows of the target that the source does not have. Without it they keep a copy from beginning.
	DeleteExtra bool
	// Except are the names of entities that are left out on both sides.
	Except []string
	// Progress, if set, is told how far a copy is. It is called by one goroutine at a time and should return soon.
	Progress func(Progress)
	// VerifyEvery is how often Follow compares everything, five minutes if it is 0.
	VerifyEvery time.Duration
	Log         *slog.Logger
}

// Progress is how far a copy is.
type Progress struct {
	// Reading is the entity that is being compared, "" while rows are being written.
	Reading string
	// Written of Total rows have been written or deleted in this round.
	Written, Total int
}

// Copy makes the target the same as the source and reports what both hold then. It may be interrupted at any time, by ctx or
// worse, and begun again. Errors that are not the stores' own: *ExtraError and *UnkeptError, with the target as it was before,
// and *DifferenceError if there are differences in the end.
func Copy(ctx context.Context, from Source, to Target, opts Options) (Report, error) {
	c, err := newCopier(ctx, from, to, opts)
	if err != nil {
		return Report{}, err
	}
	return c.copy(ctx, c.copied, opts.DeleteExtra)
}

// copier is one Copy or Follow.
type copier struct {
	from Source
	to   Target
	opts Options
	// copied is everything that the copy is about.
	copied  []kind
	refused refusals

	mu       sync.Mutex
	progress Progress
}

func newCopier(ctx context.Context, from Source, to Target, opts Options) (*copier, error) {
	c := &copier{from: from, to: to, opts: opts}
	if unknown := c.unknownKinds(); len(unknown) > 0 {
		return nil, fmt.Errorf("no such entities: %s", strings.Join(unknown, ", "))
	}
	if err := errors.Join(oneWorkspace(ctx, from.DB, "source"), oneWorkspace(ctx, to.DB, "target")); err != nil {
		return nil, err
	}
	c.copied = c.kinds()
	return c, nil
}

// copy makes kinds the same on both sides, in as many rounds as there is progress.
func (c *copier) copy(ctx context.Context, kinds []kind, deleteExtra bool) (Report, error) {
	before, stuck := -1, false
	for {
		differences, err := c.compareAll(ctx, kinds)
		if err != nil {
			return Report{}, err
		}
		report := reportOf(differences)
		left := report.differing()
		refused := c.refused.take()
		switch {
		case left == 0:
			return report, nil
		case before < 0 && !deleteExtra:
			if err := extrasIn(differences); err != nil {
				return report, err
			}
		case before >= 0 && left >= before && stuck:
			return report, differenceIn(report, refused)
		case before >= 0 && left >= before:
			stuck = true
			if err := c.untangle(ctx, refused); err != nil {
				return report, err
			}
		default:
			stuck = false
		}
		before = left
		if uint64(left) < report.Rows() {
			c.opts.Log.Debug("the target has some of the rows already", "rows", report.Rows(), "differing", left)
		}
		if err := c.apply(ctx, differences); err != nil {
			return report, err
		}
	}
}

// begin, wrote and reading tell of progress.
func (c *copier) begin(total int) { c.tell(func(p *Progress) { *p = Progress{Total: total} }) }

func (c *copier) wrote(rows int) { c.tell(func(p *Progress) { p.Written += rows }) }

func (c *copier) reading(name string) { c.tell(func(p *Progress) { *p = Progress{Reading: name} }) }

func (c *copier) tell(change func(*Progress)) {
	if c.opts.Progress == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.progress)
	c.opts.Progress(c.progress)
}
