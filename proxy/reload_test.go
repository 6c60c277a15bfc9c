package proxy_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/proxy"
)

// TestChangesUnderLoad changes routes, services, upstreams and plugins while clients send requests. No request fails, and
// none that begins after a write has returned is led by what was before.
func TestChangesUnderLoad(t *testing.T) {
	echo := func(name string) *backend {
		return startBackend(t, func(r received) string {
			return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s", len(name)+len(path(r)), name, path(r))
		})
	}
	a, b := echo("a"), echo("b")
	n := start(t, config{options: func(o *proxy.Options) { o.Clients.MaxRequests = 0 }})
	service := n.insert("services", a.service())
	stable := n.insert("services", doc{"host": "127.0.0.1", "port": int64(b.port()), "path": "/stable"})
	n.insert("routes", doc{"paths": list("/stable"), "service": ref(stable)})
	changing := n.insert("routes", doc{"paths": list("/changing"), "service": ref(service)})

	done := make(chan struct{})
	var clients sync.WaitGroup
	var sent, failed atomic.Int64
	for range 4 {
		clients.Go(func() {
			s := connect(t, n.plain)
			for {
				select {
				case <-done:
					return
				default:
				}
				for path, want := range map[string]string{"/stable": "b/stable", "/changing": ""} {
					if _, err := s.Write([]byte(get(path))); err != nil {
						t.Error(err)
						return
					}
					got, err := s.tryResponse("GET")
					if err != nil {
						t.Error(err)
						return
					}
					if sent.Add(1); got.status != 200 || want != "" && got.body != want {
						failed.Add(1)
						t.Errorf("%s: got %s %q", path, got.line, got.body)
						return
					}
				}
			}
		})
	}
	s := connect(t, n.plain)
	expect := func(path, want string) { // "" for no route
		t.Helper()
		got := s.ask(t, get(path))
		if gone := want == ""; gone != (got.status == 404) || !gone && got.body != want {
			t.Errorf("%s: got %s %q, want %q", path, got.line, got.body, want)
		}
	}
	for i := range 30 {
		to, name := a, "a"
		if i%2 == 0 {
			to, name = b, "b"
		}
		n.update("services", service, doc{"port": int64(to.port())})
		expect("/changing", name+"/")
		n.update("services", service, doc{"path": "/v" + strconv.Itoa(i)})
		expect("/changing", name+"/v"+strconv.Itoa(i))
		n.update("services", service, doc{"path": nil})
		n.update("routes", changing, doc{"paths": list("/changing", "/new"+strconv.Itoa(i))})
		expect("/new"+strconv.Itoa(i), name+"/")
		expect("/new"+strconv.Itoa(i-1), "")
		extra := n.insert("routes", doc{"paths": list("/extra"), "service": ref(stable)})
		expect("/extra", "b/stable")
		n.delete("routes", extra)
		expect("/extra", "")
		upstream := n.insert("upstreams", doc{"name": "group"})
		n.insert("targets", doc{"upstream": ref(upstream), "target": to.Addr().String()})
		n.update("services", service, doc{"host": "group"})
		expect("/changing", name+"/")
		n.update("services", service, doc{"host": "127.0.0.1"})
		n.delete("upstreams", upstream)
		expect("/changing", name+"/")
	}
	close(done)
	clients.Wait()
	if sent.Load() < 100 {
		t.Errorf("only %d requests were sent meanwhile", sent.Load())
	}
}

// path is the target of a request.
func path(r received) string { return strings.Fields(r.line)[1] }

// TestDisabledService takes the routes of a service out and lets them in again.
func TestDisabledService(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{})
	service := n.insert("services", b.service())
	n.insert("routes", doc{"paths": list("/"), "service": ref(service)})
	for _, enabled := range []bool{false, true, false, true} {
		n.update("services", service, doc{"enabled": enabled})
		want := 404
		if enabled {
			want = 200
		}
		if got := n.ask(get("/")); got.status != want {
			t.Errorf("enabled %v: got %s", enabled, got.line)
		}
	}
}

// TestStoreFails lets a store fail while a change is read. The former configuration stays in force, and the change comes as
// soon as the store works again.
func TestStoreFails(t *testing.T) {
	a, b := startBackend(t, nil), startBackend(t, func(received) string { return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew" })
	n := start(t, config{})
	service := n.insert("services", a.service())
	n.insert("routes", doc{"paths": list("/"), "service": ref(service)})
	other := n.insert("services", b.service())

	n.store.failWith(errors.New("the disk is gone"))
	// Somebody else changes the row and tells of it.
	row, err := n.store.Store.Select(t.Context(), n.model.Entity("services"), datastore.ID(service), n.db.Workspace())
	n.must(err)
	row["port"] = int64(b.port())
	n.must(n.store.Store.Update(t.Context(), n.model.Entity("services"), row))
	n.tell("services:" + service)
	n.tell("routes:" + other)
	for range 20 {
		if got := n.ask(get("/")); got.body != "ok" {
			t.Fatalf("while the store fails: got %s %q", got.line, got.body)
		}
		time.Sleep(10 * time.Millisecond)
	}
	n.store.failWith(nil)
	waitFor(t, "the change", func() bool { return n.ask(get("/")).body == "new" })
}

// tell tells of a change to a row, as other nodes do.
func (n *node) tell(key string) {
	n.t.Helper()
	n.tellAll(key + ":::::" + n.db.Workspace())
}

// tellAll tells that a cache key is not good any more.
func (n *node) tellAll(key string) {
	n.t.Helper()
	n.must(n.feed.Publish(n.t.Context(), datastore.Event{Channel: datastore.ChannelCoreInvalidations, Data: key}))
}
