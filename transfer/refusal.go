package transfer

import (
	"context"
	"fmt"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
)

// refusal is a row that the target did not take.
type refusal struct {
	kind
	id  string
	err error // of type *datastore.Error
}

func (r refusal) Error() string { return fmt.Sprintf("%s %s: %v", r.name, r.id, r.err) }

// Unwrap returns the target's error.
func (r refusal) Unwrap() error { return r.err }

// refusals are the first few of a round. They may be added by many goroutines.
type refusals struct {
	mu    sync.Mutex
	first []refusal
}

// mostRefusals is how many are worth showing.
const mostRefusals = 5

func (r *refusals) add(refused refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.first) < mostRefusals {
		r.first = append(r.first, refused)
	}
}

// take returns the refusals and forgets them.
func (r *refusals) take() []refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.first
	r.first = nil
	return first
}

// untangle lets rows go on that have exchanged their names, so that each is refused for the name that the other still has in the
// target: those that were refused get their ids for names until the next round.
func (c *copier) untangle(ctx context.Context, refused []refusal) error {
	for _, r := range refused {
		if datastore.ErrorCode(r.err) != datastore.CodeUniqueViolation {
			continue
		}
		row, err := c.to.DB.Find(ctx, r.to, datastore.ID(r.id))
		if datastore.ErrorCode(err) == datastore.CodeNotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		for i := range r.to.Fields {
			f := &r.to.Fields[i]
			if _, isText := row[f.Name].(string); isText && f.Unique {
				row[f.Name] = r.id
			}
		}
		row = datastore.Stored(r.to, row, c.to.DB.Workspace())
		// Where even this is refused, the next round tells why.
		if err := c.to.DB.Import(ctx, r.to, row); err != nil && datastore.ErrorCode(err) == 0 {
			return fmt.Errorf("write %s %s: %w", r.name, r.id, err)
		}
	}
	return nil
}
