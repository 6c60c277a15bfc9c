package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// A gateway on a ring of three servers works on without one of them. Without two it goes on to serve and says why it takes no
// changes. It needs nobody's help when all are back.
func TestCassandraRingLosesNodes(t *testing.T) {
	t.Parallel()
	server := testenv.StartCassandra(t, testenv.CassandraOptions{
		Nodes: 3, Settings: "phi_convict_threshold: 5\n", // the servers notice sooner than usual that one has died
	})
	k := keyspace{server, server.Keyspace()} // goes with the server
	settings := map[string]string{
		"KONG_CASSANDRA_REPL_FACTOR":       "3",
		"KONG_CASSANDRA_READ_CONSISTENCY":  "QUORUM",
		"KONG_CASSANDRA_WRITE_CONSISTENCY": "QUORUM",
		"KONG_CASSANDRA_TIMEOUT":           "5000",
		"KONG_PLUGINS":                     "off", // tables take their time on a ring
	}
	nodes := []*testenv.Node{k.node(t, settings), k.node(t, settings)}
	expect(t, nodes[0], "migrations bootstrap -c CONF", 0, "…", "…")
	upstream := testenv.HTTPBin(t)
	for _, n := range nodes {
		n.Start(t)
	}
	serveRoute(t, nodes, upstream)
	var loads []*load
	for _, n := range nodes {
		loads = append(loads, startLoad("http://"+n.Proxy+"/r/status/200"))
	}

	server.Nodes[2].Kill(t)
	for i := range 10 {
		writer, other := nodes[i%2], nodes[1-i%2]
		admin, name := "http://"+writer.Admin, fmt.Sprint("one-down-", i)
		must(t, "POST", admin+"/services", `{"name":"`+name+`","url":"http://`+upstream.Addr+`","tags":["`+name+`"]}`)
		must(t, "PUT", admin+"/services/"+name+"/routes/"+name, `{"paths":["/`+name+`"]}`)
		must(t, "PATCH", admin+"/services/"+name, `{"retries":2}`)
		eventually(t, "the other node knows of "+name, func() bool { return serves(t, other, "/"+name+"/get") })
		must(t, "DELETE", admin+"/routes/"+name, "")
	}

	writing := startWriting(nodes[1].Admin)
	server.Nodes[1].Kill(t)
	var people []person
	for i := range 6 {
		p := person{id: uuid.NewString(), name: fmt.Sprint("two-down-", i)}
		people = append(people, p)
		admin := "http://" + nodes[i%2].Admin
		for _, c := range []struct{ method, path, body string }{
			{"PUT", "/consumers/" + p.id, p.document()},
			{"PATCH", "/services/s", `{"retries":1}`},
			{"DELETE", "/routes/r", ""},
			{"GET", "/consumers/" + p.id, ""},
		} {
			status, answer := send(t, c.method, admin+c.path, c.body)
			if status != 500 || !strings.HasPrefix(answer, `{"message":"cannot achieve consistency level `) {
				t.Errorf("%s %s without two nodes: %d %s", c.method, c.path, status, answer)
			}
		}
	}
	for _, n := range nodes {
		status, answer := send(t, "GET", "http://"+n.Status+"/status", "")
		if status != 200 || !strings.Contains(answer, `"database":{"reachable":false}`) {
			t.Errorf("/status without two nodes: %d %s", status, answer)
		}
	}

	people = append(people, writing.end()...)
	for _, n := range server.Nodes[1:] {
		n.Start(t)
	}
	for i, n := range nodes {
		name := fmt.Sprint("back-", i)
		eventually(t, "changes are taken again", func() bool {
			status, _ := send(t, "PUT", "http://"+n.Admin+"/services/s/routes/"+name, `{"paths":["/`+name+`"]}`)
			return status == http.StatusOK
		})
		eventually(t, "the other node knows of the change", func() bool { return serves(t, nodes[1-i], "/"+name+"/get") })
		eventually(t, "the datastore is said to be reachable", func() bool {
			_, answer := send(t, "GET", "http://"+n.Status+"/status", "")
			ready, _ := send(t, "GET", "http://"+n.Status+"/status/ready", "")
			return strings.Contains(answer, `"database":{"reachable":true}`) && ready == http.StatusOK
		})
	}
	for _, l := range loads {
		l.end(t)
	}
	for _, p := range people {
		// The servers may still be about to make up for what they had begun.
		eventually(t, "the consumer "+p.name+" is there as a whole or not at all", func() bool {
			found, missed := p.look(t, nodes[0].Admin)
			return found == 0 && !p.acknowledged || missed == 0
		})
	}
	if got := must(t, "GET", "http://"+nodes[0].Admin+"/services/s", "")["retries"]; got != 5.0 && got != 1.0 {
		t.Errorf("the service has %v retries", got)
	}
}

// person is a consumer that is found by everything it has: by id, by two unique values, in the list and by its tag.
type person struct {
	id, name     string
	acknowledged bool
}

func (p person) document() string {
	return fmt.Sprintf(`{"id":"%s","username":"%[2]s","custom_id":"c-%[2]s","tags":["t-%[2]s"]}`, p.id, p.name)
}

// look counts the ways in which the consumer is found, and those in which it is not.
func (p person) look(t *testing.T, admin string) (found, missed int) {
	t.Helper()
	for _, path := range []string{
		"/consumers/" + p.id, "/consumers/" + p.name, "/consumers?custom_id=c-" + p.name, "/consumers?size=1000",
		"/consumers?tags=t-" + p.name, "/tags/t-" + p.name,
	} {
		status, answer := send(t, "GET", "http://"+admin+path, "")
		switch {
		case status == http.StatusOK && strings.Contains(answer, p.id):
			found++
		case status == http.StatusOK || status == http.StatusNotFound:
			missed++
		default:
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	return found, missed
}

// writing makes consumers, one after the other, whatever becomes of them.
type writing struct {
	people        []person
	stop, stopped chan struct{}
}

func startWriting(admin string) *writing {
	w := &writing{stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(w.stopped)
		for {
			select {
			case <-w.stop:
				return
			default:
			}
			p := person{id: uuid.NewString(), name: fmt.Sprint("meanwhile-", len(w.people))}
			response, err := client.Post("http://"+admin+"/consumers", "application/json", strings.NewReader(p.document()))
			if err == nil {
				p.acknowledged = response.StatusCode == http.StatusCreated
				_ = response.Body.Close()
			}
			if w.people = append(w.people, p); !p.acknowledged {
				time.Sleep(500 * time.Millisecond) // there is no point in trying as fast as it goes
			}
		}
	}()
	return w
}

// end returns those who were made, or nearly so.
func (w *writing) end() []person {
	close(w.stop)
	<-w.stopped
	return w.people
}
