package cluster_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/datastore"
)

func TestMembersSeeEachOther(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	second := join(t, open(t, path), "b", func(o *cluster.Options) {
		o.Self.Version = "2"
		o.Self.Settings = cluster.Settings{"router_flavor": "expressions", "plugins": []string{"cors"}}
	})
	third := join(t, open(t, path), "c", nil)

	list := first.Nodes(t.Context(), false)
	if list.Total != 3 || list.Warning != "" || first.Live(t.Context()) != 3 {
		t.Fatalf("the list is %+v", list)
	}
	for i, m := range []*member{first, second, third} {
		n := list.Data[i]
		name := []string{"a", "b", "c"}[i]
		if n.ID != m.ID() || n.Kind != cluster.KindKongo || !n.Live || n.Status != cluster.StatusAlive || n.Address != name+":8000" ||
			!slices.Equal(n.Listen, []string{name + ":8000", name + ":8001"}) {
			t.Errorf("node %s is %+v", name, n)
		}
		if age := float64(time.Now().UnixMilli())/1000 - n.LastSeenAt; age < -1 || age > patience.Seconds() || *n.StartedAt > n.LastSeenAt {
			t.Errorf("node %s was seen %v s ago, and started at %v", name, age, *n.StartedAt)
		}
	}
	if got := list.Data[1].Differs; !slices.Equal(got, []string{"router_flavor", "version"}) {
		t.Errorf("the second node differs in %v", got)
	}
	if len(list.Data[0].Differs) > 0 || list.Data[0].SettingsHash != list.Data[2].SettingsHash || list.Data[0].SettingsHash == list.Data[1].SettingsHash {
		t.Errorf("the first and the third are %+v and %+v", list.Data[0], list.Data[2])
	}

	third.stop()
	third.Leave(t.Context())
	third.Leave(t.Context())
	if list := first.Nodes(t.Context(), false); list.Total != 2 {
		t.Errorf("after one has left the list is %+v", list)
	}
	all := first.Nodes(t.Context(), true)
	if all.Total != 3 || all.Data[2].Live || !all.Data[2].Left || all.Data[2].Status != cluster.StatusFailed {
		t.Errorf("all nodes are %+v", all)
	}
	for _, want := range []bool{true, false} {
		if found, err := first.Forget(t.Context(), third.ID()); err != nil || found != want {
			t.Errorf("forget: %v, error %v", found, err)
		}
	}
}

func TestSilentMemberIsNotLive(t *testing.T) {
	t.Parallel()
	path := file(t)
	watching := join(t, open(t, path), "a", nil)
	silent := join(t, open(t, path), "b", nil)
	silent.stop()
	if list := watching.Nodes(t.Context(), false); list.Total != 2 {
		t.Errorf("a moment later the list is %+v", list)
	}
	eventually(t, "the node is not live", func() bool { return watching.Nodes(t.Context(), false).Total == 1 })
	if n := watching.Nodes(t.Context(), true).Data[1]; n.Live || n.Left {
		t.Errorf("the node is %+v", n)
	}
}

// A node of Kong's is known by what it writes.
func TestNodesOfKong(t *testing.T) {
	t.Parallel()
	m := join(t, open(t, file(t)), "a", nil)
	kong, command := uuid.NewString(), uuid.NewString()
	publish := func(node string) {
		t.Helper()
		event := datastore.Event{Channel: datastore.ChannelInvalidations, Data: "consumers:x:::::y"}
		if err := m.store.Publish(t.Context(), node, []datastore.Event{event}, 0, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	publish(kong)
	publish(command)
	if err := cluster.Hide(t.Context(), m.store, command); err != nil {
		t.Fatal(err)
	}
	list := m.Nodes(t.Context(), false)
	if list.Total != 2 || list.Data[1].ID != kong || list.Data[1].Kind != cluster.KindKong || !list.Data[1].Live || list.Data[1].LagMS != nil {
		t.Fatalf("the list is %+v", list)
	}
	if found, err := m.Forget(t.Context(), kong); err != nil || !found {
		t.Errorf("forget: %v, error %v", found, err)
	}
	if list := m.Nodes(t.Context(), true); list.Total != 1 {
		t.Errorf("after it was forgotten the list is %+v", list)
	}
	time.Sleep(10 * time.Millisecond)
	publish(kong)
	if list := m.Nodes(t.Context(), true); list.Total != 2 {
		t.Errorf("a node that writes again is not on the list: %+v", list)
	}
}

// faulty is a store of which some methods fail.
type faulty struct {
	datastore.Store
	mu    sync.Mutex
	list  error
	lists int // how often the list was read
}

func (f *faulty) Nodes(ctx context.Context) ([]datastore.NodeRecord, time.Time, error) {
	f.mu.Lock()
	f.lists++
	err := f.list
	f.mu.Unlock()
	if err != nil {
		return nil, time.Time{}, err
	}
	return f.Store.Nodes(ctx)
}

func (f *faulty) Announce(ctx context.Context, r datastore.NodeRecord) error {
	f.mu.Lock()
	err := f.list
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.Store.Announce(ctx, r)
}

func TestStoreWithoutAList(t *testing.T) {
	t.Parallel()
	store := &faulty{Store: inMemory(t), list: datastore.ErrNoRegistry}
	m := join(t, store, "a", nil)
	m.insert(t, "consumers", datastore.Document{"username": "u"})
	list := m.Nodes(t.Context(), false)
	if list.Total != 1 || list.Data[0].Kind != cluster.KindKongo || list.Data[0].Hostname != "a" || list.Warning != "" {
		t.Errorf("the list is %+v", list)
	}
	report, err := cluster.NewView(store, nil).Verify(t.Context())
	if err != nil || report.OK || len(report.Faults) != 1 {
		t.Errorf("the report is %+v, error %v", report, err)
	}
}

func TestStoreThatIsAway(t *testing.T) {
	t.Parallel()
	path := file(t)
	store := &faulty{Store: open(t, path)}
	m := join(t, store, "a", nil)
	join(t, open(t, path), "b", nil)
	if list := m.Nodes(t.Context(), false); list.Total != 2 {
		t.Fatalf("the list is %+v", list)
	}
	m.stop()
	store.list = errors.New("no route to host")
	list := m.Nodes(t.Context(), false)
	if list.Total != 2 || list.Warning == "" {
		t.Errorf("the list is %+v", list)
	}
	report, err := cluster.NewView(store, nil).Verify(t.Context())
	if !errors.Is(err, store.list) || report.OK {
		t.Errorf("the report is %+v, error %v", report, err)
	}
}

// A node knows the others though nobody has asked it for them before the store went away.
func TestMemberLooksAround(t *testing.T) {
	t.Parallel()
	path := file(t)
	store := &faulty{Store: open(t, path)}
	join(t, open(t, path), "b", nil)
	m := join(t, store, "a", nil)
	eventually(t, "the node has read the list by itself, and acted on it", func() bool {
		store.mu.Lock()
		defer store.mu.Unlock()
		return store.lists > 1
	})
	m.stop()
	store.list = errors.New("no route to host")
	if list := m.Nodes(t.Context(), false); list.Total != 2 {
		t.Errorf("the list is %+v", list)
	}
}

func TestConfigHash(t *testing.T) {
	t.Parallel()
	first := join(t, open(t, file(t)), "a", nil)
	services := first.db.Model().Entity("services")
	for _, name := range []string{"x", "y"} {
		first.insert(t, "services", datastore.Document{"name": name, "host": "h", "tags": []any{"a", "b"}})
	}
	page, err := first.store.Page(t.Context(), services, datastore.Query{Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(page.Rows)
	members := []*member{first}
	for _, store := range []datastore.Store{inMemory(t), open(t, file(t))} {
		workspace, err := store.DefaultWorkspace(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			row["ws_id"] = workspace
			if err := store.Insert(t.Context(), services, row); err != nil {
				t.Fatal(err)
			}
		}
		members = append(members, join(t, store, "a", nil))
	}
	hash := func(m *member) string { return m.Nodes(t.Context(), false).Data[0].ConfigHash }
	eventually(t, "equal tables have equal hashes", func() bool {
		return hash(members[0]) != "" && hash(members[0]) == hash(members[1]) && hash(members[1]) == hash(members[2])
	})
	before := hash(first)
	id := datastore.ID(datastore.DocumentID(page.Rows[0]))
	if _, err := members[1].db.Update(t.Context(), services, id, datastore.Document{"host": "other"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another table has another hash", func() bool { return hash(members[1]) != before })
	if hash(first) != before {
		t.Error("the hash of another node has changed")
	}
}
