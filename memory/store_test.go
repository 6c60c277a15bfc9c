package memory_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// locations lets a store be opened any number of times, as the suite wants it.
type locations struct {
	mu     sync.Mutex
	stores map[string]*memory.Store
}

func (l *locations) create(t testing.TB, model *schema.Model) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := fmt.Sprint(t.Name(), " ", len(l.stores))
	l.stores[name] = memory.New(memory.Options{Model: model})
	return name
}

func (l *locations) open(_ context.Context, name string, _ *schema.Model) (datastore.Store, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stores[name], nil
}

func TestStore(t *testing.T) {
	t.Parallel()
	l := locations{stores: map[string]*memory.Store{}}
	storetest.Run(t, storetest.Driver{Create: l.create, Open: l.open, Volatile: true})
}
