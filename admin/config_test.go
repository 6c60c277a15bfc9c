package admin_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
)

// startDeclarative starts a node without a database.
func startDeclarative(t testing.TB, change ...func(*admin.Options)) *node {
	t.Helper()
	var store *memory.Store
	open := func(_ context.Context, m *schema.Model) (datastore.Store, error) {
		store = memory.New(memory.Options{Model: m, ReadOnly: true})
		return store, nil
	}
	withLoader := func(o *admin.Options) {
		feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: "loader", Frequency: time.Hour, Log: o.Log})
		if err != nil {
			t.Fatal(err)
		}
		o.Database = "off"
		o.Declarative = declarative.NewLoader(declarative.NewParser(o.DB.Model(), o.DB.Workspace()), store, feed)
		for _, c := range change {
			c(o)
		}
	}
	return startOn(t, open, &badges, withLoader)
}

const (
	yamlType = "text/yaml"
	moss     = "_format_version: '3.0'\nservices:\n- name: moss\n  host: h\n"
	mossJSON = `{"_format_version": "3.0", "services": [{"name": "moss", "host": "h"}]}`
	mossID   = "a45f95bb-1f20-5ab8-89e0-d7e9048c492a"
)

func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// post sends a configuration.
func (n *node) post(query, contentType, text string) reply {
	n.t.Helper()
	return n.sendAs(n.admin.URL, "POST", "/config"+query, contentType, text)
}

func (n *node) hash() string {
	n.t.Helper()
	return fmt.Sprint(n.must("GET", "/status", nil)["configuration_hash"])
}

// parts is a multipart body with one part for each pair of a name and a text, and its content type.
func parts(t *testing.T, pairs ...string) (contentType, text string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// TestConfigInput sends the same configuration in every way there is.
func TestConfigInput(t *testing.T) {
	multipartType, multipartText := parts(t, "config", moss)
	inJSON := func(text string) string { return encoded(t, doc{"config": text}) }
	for _, c := range []struct{ name, query, contentType, text, hash string }{
		{"members in JSON", "", jsonType, mossJSON, ""},
		{"members in a form", "", formType, "_format_version=3.0&services[1].name=moss&services[1].host=h", ""},
		{"JSON inside JSON", "", jsonType, inJSON(mossJSON), md5Of(mossJSON)},
		{"YAML inside JSON", "", jsonType, inJSON(moss), md5Of(moss)},
		{"YAML in a form", "", formType, "config=" + url.QueryEscape(moss), md5Of(moss)},
		{"YAML in parts", "", multipartType, multipartText, md5Of(moss)},
		{"YAML", "", yamlType, moss, md5Of(moss)},
		{"YAML by its other name", "", "application/yaml; charset=utf-8", moss, md5Of(moss)},
		{"JSON that is called YAML", "", yamlType, mossJSON, md5Of(mossJSON)},
		{"the query", "?config=" + url.QueryEscape(moss), "", "", md5Of(moss)},
		{"with options in the query", "?check_hash=1&flatten_errors=1", jsonType, mossJSON, ""},
		{"with options in the body", "", jsonType, strings.Replace(mossJSON, "{", `{"check_hash": 1, "flatten_errors": true, `, 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := startDeclarative(t)
			got := n.post(c.query, c.contentType, c.text)
			got.want(t, 201, nil)
			services, _ := got.object()["services"].(doc)
			if len(got.object()) != 1 || len(services) != 1 || services[mossID] == nil {
				t.Fatalf("the answer is %s", got.text)
			}
			if length := got.header.Get("Content-Length"); length != fmt.Sprint(len(got.text)) || got.header.Get("Content-Type") != jsonType+"; charset=utf-8" {
				t.Errorf("headers %v for %d bytes", got.header, len(got.text))
			}
			if host := n.must("GET", "/services/moss", nil)["host"]; host != "h" {
				t.Errorf("in force is %v", host)
			}
			if hash := n.hash(); len(hash) != 32 || hash == declarative.NoHash || c.hash != "" && hash != c.hash {
				t.Errorf("hash %s, want %s", hash, c.hash)
			}
		})
	}
}

// invalid is the body for a configuration that is wrong.
func invalid(message string, fields doc) doc {
	return doc{"code": 14, "name": "invalid declarative configuration", "message": "declarative config is invalid: " + message, "fields": fields}
}

// TestConfigRefused sends what is no configuration, which changes nothing.
func TestConfigRefused(t *testing.T) {
	n := startDeclarative(t)
	n.post("", yamlType, moss).want(t, 201, nil)
	hostless := `{"_format_version": "3.0", "services": [{"name": "b"}]}`
	missing := invalid(`{services={{host="required field missing"}}}`, doc{"services": []any{doc{"host": "required field missing"}}})
	flattened := func(flat ...any) doc {
		d := invalid("{}", doc{})
		d["flattened_errors"] = flat
		return d
	}(doc{
		"entity_type": "service", "entity_name": "b", "entity": doc{"name": "b"},
		"errors": []any{doc{"type": "field", "field": "host", "message": "required field missing"}},
	})
	unreadable := func(reason string) doc {
		text := "failed parsing declarative configuration: " + reason
		return invalid(`{error="`+text+`"}`, doc{"error": text})
	}
	nothing := said("expected a declarative configuration")
	for _, c := range []struct {
		name, query, contentType, text string
		status                         int
		body                           any
	}{
		{"no body", "", "", "", 400, nothing},
		{"no form", "", formType, "", 400, nothing},
		{"an object where text should be", "", jsonType, `{"config": {}}`, 400, invalid(
			`{_format_version="required field missing",config="unknown field"}`,
			doc{"_format_version": "required field missing", "config": "unknown field"})},
		{"empty JSON", "", jsonType, `{}`, 400,
			invalid(`{_format_version="required field missing"}`, doc{"_format_version": "required field missing"})},
		{"an empty list", "", jsonType, `[]`, 400,
			invalid(`{_format_version="required field missing"}`, doc{"_format_version": "required field missing"})},
		{"broken JSON", "", jsonType, `{`, 400, said("Cannot parse JSON body")},
		{"broken YAML", "", yamlType, "a: [", 400, unreadable("1:4: did not find expected node content")},
		{"a word", "", yamlType, "x", 400, unreadable("expected an object")},
		{"another type", "", "text/plain", moss, 415, said("Unsupported media type")},
		{"too large", "", yamlType, moss + strings.Repeat("#", 1<<20), 413, said("Payload too large")},
		{"an argument that is no member", "?gadgets=1", jsonType, mossJSON, 400,
			invalid(`{gadgets="unknown field"}`, doc{"gadgets": "unknown field"})},
		{"errors", "", jsonType, hostless, 400, missing},
		{"errors that are not flattened", "?flatten_errors=0", jsonType, hostless, 400, missing},
		{"flattened errors", "?flatten_errors=1", jsonType, hostless, 400, flattened},
		{"flattened errors, in words", "?flatten_errors=True", jsonType, hostless, 400, flattened},
		{"flattened errors, in the body", "", jsonType, strings.Replace(hostless, "{", `{"flatten_errors": "YES", `, 1), 400, flattened},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.t = t
			n.post(c.query, c.contentType, c.text).want(t, c.status, c.body)
			if hash := n.hash(); hash != md5Of(moss) {
				t.Errorf("hash %s", hash)
			}
			n.send("GET", "/services/moss", nil).want(t, 200, nil)
		})
	}
}

// TestConfigCheckHash sends what is in force already.
func TestConfigCheckHash(t *testing.T) {
	n := startDeclarative(t)
	for _, c := range []struct {
		name, query, contentType, text string
		status                         int
	}{
		{"for the first time", "?check_hash=1", yamlType, moss, 201},
		{"again", "?check_hash=1", yamlType, moss, 304},
		{"inside JSON", "", jsonType, encoded(t, doc{"config": moss, "check_hash": 1}), 304},
		{"without looking", "", yamlType, moss, 201},
		{"another number", "?check_hash=2", yamlType, moss, 201},
		{"another text", "?check_hash=1", yamlType, moss + "\n", 201},
		{"members", "?check_hash=1", jsonType, mossJSON, 201},
		{"the same members", "?check_hash=1", jsonType, mossJSON, 201},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := n.post(c.query, c.contentType, c.text)
			if got.status != c.status || c.status == 304 && got.text != "" {
				t.Errorf("status %d, %s", got.status, got.text)
			}
		})
	}
}

// TestConfigShown shows what is in force as a document, which can be sent back.
func TestConfigShown(t *testing.T) {
	n := startDeclarative(t)
	if text := n.must("GET", "/config", nil)["config"]; text != "_format_version: '3.0'\n_transform: false\n" {
		t.Errorf("in the beginning: %v", text)
	}
	n.post("", jsonType, `{"_format_version": "3.0", "consumers": [{"username": "c",
		"basicauth_credentials": [{"username": "u", "password": "p"}], "keyauth_credentials": [{"key": "k"}]}]}`).want(t, 201, nil)
	text := fmt.Sprint(n.must("GET", "/config", nil)["config"])
	n.post("", yamlType, text).want(t, 201, nil)
	updated := regexp.MustCompile(`updated_at: \d+`) // loading is a change
	again := fmt.Sprint(n.must("GET", "/config", nil)["config"])
	if updated.ReplaceAllString(again, "") != updated.ReplaceAllString(text, "") {
		t.Errorf("shown\n%s\nand then\n%s", text, again)
	}
	n.send("OPTIONS", "/config", nil).want(t, 204, nil)
	n.send("PUT", "/config", doc{}).want(t, 405, said("Method not allowed"))
}

// TestConfigReady looks at what load balancers are told.
func TestConfigReady(t *testing.T) {
	n := startDeclarative(t)
	ready := func() reply { return n.sendAs(n.status.URL, "GET", "/status/ready", "", "") }
	ready().want(t, 503, said("no configuration available (empty configuration present)"))
	n.post("", yamlType, moss).want(t, 201, nil)
	ready().want(t, 200, said("ready"))
	n.post("", jsonType, `{"_format_version": "3.0"}`).want(t, 201, doc{})
	if hash := n.hash(); hash != declarative.NoHash {
		t.Errorf("hash %s of nothing", hash)
	}
	ready().want(t, 503, nil)
}

// TestTargetsOnStatusListener looks at the targets of a node without a database where its health is looked at.
func TestTargetsOnStatusListener(t *testing.T) {
	n := startDeclarative(t)
	n.post("", jsonType, `{"_format_version": "3.0", "upstreams": [{"name": "u", "targets": [{"target": "a:1"}]}]}`).want(t, 201, nil)
	for path, status := range map[string]int{
		"/upstreams/u/health": 200, "/upstreams/u/targets": 200, "/upstreams/u/targets/all": 200, "/upstreams/u/targets/a:1": 200,
		"/upstreams/none/health": 404, "/upstreams": 404, "/upstreams/u": 404, "/services": 404,
	} {
		n.sendAs(n.status.URL, "GET", path, "", "").want(t, status, nil)
	}
	n.sendAs(n.status.URL, "PUT", "/upstreams/u/targets/a:1/healthy", "", "").want(t, 404, nil)
	n.sendAs(n.status.URL, "DELETE", "/upstreams/u/targets/a:1", "", "").want(t, 405, nil)
	with := start(t)
	with.sendAs(with.status.URL, "GET", "/upstreams/u/health", "", "").want(t, 404, said("Not found"))
}

// TestConfigBusy sends a configuration while another one is being loaded, and after the end.
func TestConfigBusy(t *testing.T) {
	under, finish := make(chan struct{}, 1), make(chan struct{})
	var loader *declarative.Loader
	n := startDeclarative(t, func(o *admin.Options) {
		store := memory.New(memory.Options{Model: o.DB.Model(), ReadOnly: true})
		feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: "slow", Frequency: time.Hour, Log: o.Log})
		if err != nil {
			t.Fatal(err)
		}
		feed.Subscribe(func(context.Context, []datastore.Event) {
			under <- struct{}{}
			<-finish
		}, datastore.ChannelEverything)
		loader = declarative.NewLoader(declarative.NewParser(o.DB.Model(), o.DB.Workspace()), store, feed)
		o.Declarative = loader
	})
	var loading sync.WaitGroup
	loading.Go(func() { n.post("", yamlType, moss).want(t, 201, nil) })
	<-under
	got := n.post("", yamlType, moss)
	got.want(t, http.StatusTooManyRequests, said("Currently loading previous configuration"))
	if got.header.Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
	close(finish)
	loading.Wait()
	if err := loader.Close(); err != nil {
		t.Fatal(err)
	}
	n.post("", yamlType, moss).want(t, 503, said("Kong currently exiting"))
}

// TestConfigTimeout sends a configuration to a node that has no time for it.
func TestConfigTimeout(t *testing.T) {
	n := startDeclarative(t, func(o *admin.Options) { o.Timeout = time.Nanosecond })
	n.post("", yamlType, moss).want(t, http.StatusGatewayTimeout, said("Timed out while loading configuration"))
}

// TestWritesWithoutDatabase makes changes by the endpoints of entities. They are validated, and then refused.
func TestWritesWithoutDatabase(t *testing.T) {
	n := startDeclarative(t)
	n.post("", jsonType, `{"_format_version": "3.0", "services": [{"name": "moss", "host": "h", "routes": [{"name": "fern", "paths": ["/"]}]}],
		"consumers": [{"username": "newt", "acls": [{"group": "g"}]}], "upstreams": [{"name": "u", "targets": [{"target": "a:1"}]}]}`).want(t, 201, nil)
	refused := func(what string) doc {
		return doc{"code": 12, "name": "operation unsupported", "message": "cannot " + what + " when not using a database"}
	}
	host := doc{"host": "quarry.example"}
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		want         any
	}{
		{"POST", "/services", host, 405, refused("create 'services' entities")},
		{"POST", "/services", doc{"port": 1}, 400, nil},
		{"PUT", "/services/moss", host, 405, refused("create or update 'services' entities by 'name'")},
		{"PUT", "/services/" + mossID, host, 405, refused("create or update 'services' entities")},
		{"PUT", "/services/new", host, 405, refused("create or update 'services' entities by 'name'")},
		{"PATCH", "/services/moss", host, 405, refused("update 'services' entities by 'name'")},
		{"PATCH", "/services/" + mossID, host, 405, refused("update 'services' entities")},
		{"PATCH", "/services/moss", doc{"port": -1}, 400, nil},
		{"PATCH", "/services/none", doc{"retries": 1}, 404, doc{
			"code": 6, "name": "not found", "message": `could not find the entity with '{name="none"}'`, "fields": doc{"name": "none"},
		}},
		{"DELETE", "/services/granite", nil, 204, nil},
		{"DELETE", "/routes/fern", nil, 405, refused("remove 'routes' entities by 'name'")},
		{"DELETE", "/services/" + mossID, nil, 405, refused("remove 'services' entities")},
		{"DELETE", "/services/moss", nil, 405, refused("remove 'services' entities by 'name'")},
		{"POST", "/services/moss/routes", doc{"paths": []string{"/x"}}, 405, refused("create 'routes' entities")},
		{"POST", "/consumers/newt/key-auth", doc{}, 405, refused("create 'keyauth_credentials' entities")},
		{"POST", "/consumers/newt/acls", doc{"group": "h"}, 405, refused("create 'acls' entities")},
		{"POST", "/upstreams/u/targets", doc{"target": "b:1"}, 405, refused("create 'targets' entities")},
		{"POST", "/schemas/services/validate", host, 200, nil},
	} {
		n.send(c.method, c.path, c.body).want(t, c.status, c.want)
	}
	if rows := n.must("GET", "/services", nil)["data"].([]any); len(rows) != 1 {
		t.Errorf("services %v", rows)
	}
}
