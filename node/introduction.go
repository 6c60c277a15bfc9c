package node

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/kongo-gateway/kongo/cluster"
)

// Introduce asks the node whose Admin or status API is at an address who it is. The address may be a URL, or a host and a
// port.
func Introduce(ctx context.Context, address string) (cluster.Introduction, error) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	url := strings.TrimRight(address, "/")
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	who, err := introduce(ctx, url)
	if errors.Is(err, errNoRoot) {
		return introduceByMetrics(ctx, url)
	}
	return who, err
}

// errNoRoot says that what answers is no Admin API.
var errNoRoot = errors.New("it does not answer as an Admin API does")

// introduce asks an Admin API.
func introduce(ctx context.Context, url string) (cluster.Introduction, error) {
	body, err := get(ctx, url+"/")
	if err != nil {
		return cluster.Introduction{}, err
	}
	defer body.Close()
	return readRoot(body)
}

// readRoot reads what an Admin API of kongo or of Kong says of its node.
func readRoot(body io.Reader) (cluster.Introduction, error) {
	var root struct {
		NodeID        string         `json:"node_id"`
		Hostname      string         `json:"hostname"`
		Configuration map[string]any `json:"configuration"`
		Kongo         struct {
			NodeID    string `json:"node_id"`
			Datastore string `json:"datastore"`
		} `json:"kongo"`
	}
	if err := json.NewDecoder(body).Decode(&root); err != nil || root.NodeID == "" {
		return cluster.Introduction{}, errNoRoot
	}
	who := cluster.Introduction{ID: root.NodeID, Kind: cluster.KindKong, Hostname: root.Hostname}
	kind, _ := root.Configuration["database"].(string)
	if root.Kongo.NodeID != "" {
		who.ID, who.Kind, kind = root.Kongo.NodeID, cluster.KindKongo, root.Kongo.Datastore
	}
	who.Datastore = shownDatastore(kind, root.Configuration)
	return who, nil
}

// shownDatastore names the datastore of a configuration that a node shows, as DatastoreName does.
func shownDatastore(kind string, shown map[string]any) string {
	switch kind {
	case "postgres":
		return fmt.Sprintf("postgres %v:%v/%v", shown["pg_host"], shown["pg_port"], shown["pg_database"])
	case "cassandra":
		var points []string
		list, _ := shown["cassandra_contact_points"].([]any)
		for _, point := range list {
			points = append(points, fmt.Sprint(point))
		}
		return fmt.Sprintf("cassandra %s:%v/%v", strings.Join(points, ","), shown["cassandra_port"], shown["cassandra_keyspace"])
	case "sqlite":
		return fmt.Sprintf("sqlite %v", shown["sqlite_path"])
	}
	return "database = " + kind
}

// nodeInfo is the metric by which a node of kongo or of Kong names itself.
var nodeInfo = regexp.MustCompile(`^(kongo|kong)_node_info\{.*?\bnode_id="([^"]+)"`)

// introduceByMetrics asks a status API. What datastore the node uses is not told there.
func introduceByMetrics(ctx context.Context, url string) (cluster.Introduction, error) {
	body, err := get(ctx, url+"/metrics")
	if err != nil {
		return cluster.Introduction{}, err
	}
	defer body.Close()
	who, err := readMetrics(body)
	if err != nil {
		err = fmt.Errorf("GET %s/metrics: %w", url, err)
	}
	return who, err
}

// readMetrics reads who a node is from its metrics. Those of kongo name it as the list does, whatever id it was given by a setting.
func readMetrics(body io.Reader) (cluster.Introduction, error) {
	var who cluster.Introduction
	for lines := bufio.NewScanner(body); lines.Scan(); {
		if match := nodeInfo.FindStringSubmatch(lines.Text()); match != nil && who.Kind != cluster.KindKongo {
			who = cluster.Introduction{Kind: match[1], ID: match[2]}
		}
	}
	if who.ID == "" {
		return who, errors.New("no metric names a node")
	}
	return who, nil
}

// largestAnswer bounds what is read of an answer, in bytes.
const largestAnswer = 4 << 20

// get returns the body of an answer whatever its status, which whoever calls closes.
func get(ctx context.Context, url string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		// Certificates of nodes are self-signed, as a rule. What is told is for the eyes of a person alone.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, largestAnswer), answer.Body}, nil
}
