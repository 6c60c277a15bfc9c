package node

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
)

// reachTimeout bounds a question to another node.
const reachTimeout = 2 * time.Second

// reach asks a node of the list who it is, by its Admin API. Where that is not open to others it remains unknown.
func reach(ctx context.Context, n cluster.Node) cluster.Reached {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	var found cluster.Reached
	for _, address := range n.AdminListen {
		address = dialable(address, n.Hostname)
		if !accepts(ctx, address) {
			continue
		}
		found.Accepts = true
		for _, scheme := range []string{"http", "https"} {
			if id, store, err := introduce(ctx, scheme+"://"+address+"/"); err == nil {
				found.ID, found.Datastore = id, store
				return found
			}
		}
	}
	for _, address := range n.Listen {
		found.Accepts = found.Accepts || accepts(ctx, dialable(address, n.Hostname))
	}
	return found
}

// dialable is an address at which a node of some host can be reached from here. Where it listens on all addresses these are
// those of its name.
func dialable(address, hostname string) string {
	listening, err := netip.ParseAddrPort(address)
	if err != nil || !listening.Addr().IsUnspecified() {
		return address
	}
	host := hostname
	if own, err := os.Hostname(); err == nil && own == hostname {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(listening.Port()))
}

func accepts(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// introduce asks a node for its id and its datastore.
func introduce(ctx context.Context, url string) (id, store string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", "", err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		// Certificates of nodes are self-signed, as a rule. What is told is for the eyes of a person alone.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return "", "", err
	}
	defer answer.Body.Close()
	var root struct {
		NodeID        string         `json:"node_id"`
		Configuration map[string]any `json:"configuration"`
		Kongo         struct {
			NodeID    string `json:"node_id"`
			Datastore string `json:"datastore"`
		} `json:"kongo"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&root); err != nil {
		return "", "", fmt.Errorf("GET %s: %w", url, err)
	}
	if root.Kongo.NodeID != "" {
		root.NodeID = root.Kongo.NodeID
	}
	c := root.Configuration
	switch store = root.Kongo.Datastore; store {
	case "postgres":
		store = fmt.Sprintf("postgres %v:%v/%v", c["pg_host"], c["pg_port"], c["pg_database"])
	case "cassandra":
		store = fmt.Sprintf("cassandra %v:%v/%v", c["cassandra_contact_points"], c["cassandra_port"], c["cassandra_keyspace"])
	case "sqlite":
		store = fmt.Sprintf("sqlite %v", c["sqlite_path"])
	}
	return root.NodeID, store, nil
}
