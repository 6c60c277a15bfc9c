package node_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/handover"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

// A reload that changes what can't be changed under way makes another node on the same sockets. The one before it finishes
// its requests.
func TestReloadWithOtherListeners(t *testing.T) {
	ports := testenv.Ports(t, 2)
	settings := map[string]string{
		"PREFIX":       filepath.Join(t.TempDir(), "prefix"),
		"ADMIN_LISTEN": fmt.Sprintf("127.0.0.1:%d", ports[0]),
	}
	r := run(t, settings)
	url := fmt.Sprintf("http://127.0.0.1:%d/", ports[0])
	before := root(t, r.Node)["node_id"]
	finish := r.slow(t)

	settings["ADMIN_LISTEN"] += fmt.Sprintf(", 127.0.0.1:%d", ports[1])
	settings["LUA_MAX_REQ_HEADERS"] = "50"
	r.next = func() (*conf.Config, error) { return configure(t, settings), nil }
	r.signals <- syscall.SIGHUP
	eventually(t, "another node serves", func() bool {
		return strings.Contains(errorLog(t, r.config), "for changed settings: admin_listen, lua_max_req_headers")
	})
	status, body := get(t, url)
	if status != http.StatusOK || strings.Contains(body, fmt.Sprint(before)) || !strings.Contains(body, `"lua_max_req_headers":50`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get(t, fmt.Sprintf("http://127.0.0.1:%d/status", ports[1])); status != http.StatusOK {
		t.Errorf("on the new address: %d", status)
	}
	if line, err := finish(); line != "HTTP/1.1 201 Created\r\n" {
		t.Errorf("the request in flight got %q (%v)", line, err)
	}
	eventually(t, "one node is left on the list", func() bool {
		_, body := get(t, url+"cluster")
		return strings.Contains(body, `"total":1`)
	})
	if process, err := prefix.Dir(r.config.String("prefix")).Running(); err != nil || process.Pid() != os.Getpid() {
		t.Errorf("the prefix speaks of %v, error %v", process, err)
	}

	// Settings that can't be used leave everything as it is.
	settings["ADMIN_LISTEN"] = "192.0.2.1:1"
	r.signals <- syscall.SIGHUP
	eventually(t, "the node says that it goes on", func() bool {
		return contains(errorLog(t, r.config), "the node goes on as it was", "Cannot assign requested address")
	})
	if status, _ := get(t, url); status != http.StatusOK {
		t.Errorf("after a failed reload: %d", status)
	}
	r.end(t, syscall.SIGQUIT)
	isGone(t, r.config)
}

// Whoever takes the sockets replaces the node.
func TestAnotherProcessTakesOver(t *testing.T) {
	port := testenv.Ports(t, 1)[0]
	settings := map[string]string{
		"PREFIX":       filepath.Join(t.TempDir(), "prefix"),
		"ADMIN_LISTEN": fmt.Sprintf("127.0.0.1:%d", port),
	}
	r := run(t, settings)
	eventually(t, "the node serves", func() bool { return len(r.states) > 0 })
	<-r.states
	name, err := handover.Name(r.config.String("prefix"), os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()

	taking, err := handover.Take(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	next, err := node.Start(t.Context(), node.Options{Config: r.config, Version: "2", Replaces: true, Inherited: taking.Files})
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if err := taking.Commit(); err != nil {
		t.Fatal(err)
	}
	// A connection from before gets its answer, from whichever of the two has it.
	fmt.Fprint(conn, "GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "HTTP/1.1 200 OK\r\n" {
		t.Errorf("got %q, error %v", line, err)
	}
	r.ended(t)
	if len(r.states) > 0 {
		t.Errorf("a node that was replaced says %v", <-r.states)
	}
	if status, _ := get(t, fmt.Sprintf("http://127.0.0.1:%d/", port)); status != http.StatusOK {
		t.Errorf("the other node: %d", status)
	}
	if process, err := prefix.Dir(r.config.String("prefix")).Running(); err != nil || process.Pid() != os.Getpid() {
		t.Errorf("the prefix speaks of %v, error %v", process, err)
	}
}
