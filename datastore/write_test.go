package datastore_test

import (
	"errors"
	"maps"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// expect fails the test unless doc has these members. The members are JSON.
func expect(t *testing.T, doc datastore.Document, members string) {
	t.Helper()
	for name, want := range parse(t, members) {
		if got, ok := doc[name]; !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func refused(t *testing.T, err error, code datastore.Code) {
	t.Helper()
	if datastore.ErrorCode(err) != code {
		t.Errorf("got %v, want an error of code %d", err, code)
	}
}

func TestInsert(t *testing.T) {
	g := newGateway(t)
	body := parse(t, `{"name":"s","url":"https://example.com:81/p","tags":["b","a","b"],"ca_certificates":[]}`)
	before := maps.Clone(body)
	row, err := g.do("insert", "services", "", body)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, row, `{"name":"s","protocol":"https","host":"example.com","port":81,"path":"/p","retries":5,"tags":["b","a"],
		"ca_certificates":[],"client_certificate":null,"enabled":true}`)
	if !reflect.DeepEqual(body, before) {
		t.Errorf("the body became %v", body)
	}
	for _, hidden := range []string{"url", schema.ColumnWorkspace, schema.ColumnCacheKey} {
		if _, ok := row[hidden]; ok {
			t.Errorf("%s is shown", hidden)
		}
	}
	if stored := g.must("select", "services", "s", ""); !reflect.DeepEqual(stored, row) {
		t.Errorf("stored was\n%v\nshown\n%v", stored, row)
	}
	row = g.must("insert", "services", "", `{"id":"AAAAAAAA-1111-4111-8111-111111111111","host":"h"}`)
	expect(t, row, `{"id":"aaaaaaaa-1111-4111-8111-111111111111"}`)
	_, err = g.do("insert", "targets", "", parse(t, `{"target":"a","weight":null,"upstream":{"id":"`+
		g.must("insert", "upstreams", "", `{"name":"u"}`)["id"].(string)+`"}}`))
	refused(t, err, datastore.CodePrimaryKeyViolation) // as Kong answers to a null that its table refuses
}

func TestUpsert(t *testing.T) {
	g := newGateway(t)
	first := g.must("insert", "services", "", `{"name":"s","host":"h","retries":1,"tags":["t"],"created_at":1500000000}`)
	id := first["id"].(string)

	row := g.must("upsert", "services", "s", `{"id":"`+id2+`","name":"ignored","host":"g"}`)
	expect(t, row, `{"id":"`+id+`","name":"s","host":"g","retries":5,"tags":null}`)
	if row["created_at"] == first["created_at"] {
		t.Error("the row kept the time of its creation")
	}
	row = g.must("upsert", "services", id, `{"id":"`+id2+`","host":"g"}`)
	expect(t, row, `{"id":"`+id+`","name":null}`)

	row = g.must("upsert", "services", id3, `{"host":"h"}`)
	expect(t, row, `{"id":"`+id3+`","name":null}`)
	row = g.must("upsert", "services", "new", `{"host":"h"}`)
	expect(t, row, `{"name":"new"}`)
	if row["id"] == id || !schema.IsUUID(row["id"].(string)) {
		t.Errorf("the new row has the id %v", row["id"])
	}
	_, err := g.do("upsert", "services", "new", nil)
	refused(t, err, datastore.CodeSchemaViolation)
}

func TestUpdate(t *testing.T) {
	g := newGateway(t)
	first := g.must("insert", "services", "", `{"id":"`+id1+`","name":"s","host":"h","created_at":1500000000,"tags":["a","b"]}`)
	row := g.must("update", "services", "s", `{}`)
	if row["updated_at"].(int64) < first["updated_at"].(int64) {
		t.Errorf("updated at %v, before at %v", row["updated_at"], first["updated_at"])
	}
	expect(t, row, `{"host":"h","created_at":1500000000,"tags":["a","b"]}`)
	expect(t, g.must("update", "services", "s", `{"tags":["c"],"path":"/p"}`), `{"host":"h","tags":["c"],"path":"/p"}`)
	expect(t, g.must("update", "services", "s", `{"tags":null,"path":null}`), `{"tags":null,"path":null}`)
	expect(t, g.must("update", "services", "s", `{"id":"`+id2+`"}`), `{"id":"`+id1+`"}`)
	expect(t, g.must("update", "services", id1, `{"id":"`+strings.ToUpper(id1)+`","name":"r"}`), `{"id":"`+id1+`","name":"r"}`)
	_, err := g.do("update", "services", id1, parse(t, `{"id":"`+id2+`"}`))
	refused(t, err, datastore.CodeNotFound)
	_, err = g.do("update", "services", "nobody", parse(t, `{"nope":1}`))
	refused(t, err, datastore.CodeNotFound)

	g.must("insert", "upstreams", "", `{"name":"u","healthchecks":{"active":{"timeout":7,"healthy":{"successes":3}}}}`)
	row = g.must("update", "upstreams", "u", `{"healthchecks":{"active":{"healthy":{"http_statuses":[201]}}}}`)
	active := row["healthchecks"].(datastore.Document)["active"].(datastore.Document)
	expect(t, active, `{"timeout":7,"concurrency":10,"healthy":{"successes":3,"interval":0,"http_statuses":[201]}}`)
	expect(t, g.must("update", "upstreams", "u", `{"hash_on":"ip"}`), `{"hash_on":"ip","algorithm":"consistent-hashing"}`)
	expect(t, g.must("update", "upstreams", "u", `{"algorithm":"latency"}`), `{"hash_on":"none","algorithm":"latency"}`)

	g.must("insert", "routes", "", `{"name":"r","paths":["/"],"headers":{"a":["1"],"b":["2"]},"service":{"name":"r"}}`)
	expect(t, g.must("update", "routes", "r", `{"headers":{"c":["3"]}}`), `{"headers":{"c":["3"]},"service":{"id":"`+id1+`"}}`)
	expect(t, g.must("update", "routes", "r", `{"service":null}`), `{"service":null}`)
	expect(t, g.must("update", "routes", "r", `{"service":{"name":"r"}}`), `{"service":{"id":"`+id1+`"}}`)
}

func TestTransformations(t *testing.T) {
	g := newGateway(t)
	pki, other := newPKI(t), newPKI(t)
	row := g.must("insert", "ca_certificates", "", `{"cert":"`+jsonText(t, pki.authority)+`"}`)
	expect(t, row, `{"cert_digest":"`+pki.digest+`"}`)
	id := row["id"].(string)
	expect(t, g.must("update", "ca_certificates", id, `{"tags":["t"]}`), `{"cert_digest":"`+pki.digest+`"}`)
	row = g.must("update", "ca_certificates", id, `{"cert":"`+jsonText(t, other.authority)+`"}`)
	expect(t, row, `{"cert_digest":"`+other.digest+`"}`)
}

// sessions are entities that expire.
var sessions = schema.Entity{
	Name: "sessions", EndpointKey: "name", TTL: true,
	Fields: []schema.Field{typedef.ID, typedef.CreatedAt, typedef.Named("name", typedef.UTF8Name)},
}

func TestTTL(t *testing.T) {
	g := newGateway(t, &sessions)
	left := func(row datastore.Document, least, most int64) {
		t.Helper()
		if ttl, ok := row["ttl"].(int64); !ok || ttl < least || ttl > most {
			t.Errorf("%v has %v seconds left, want %d to %d", row["name"], row["ttl"], least, most)
		}
	}
	for _, never := range []string{`{"name":"a"}`, `{"name":"b","ttl":0}`, `{"name":"c","ttl":null}`} {
		expect(t, g.must("insert", "sessions", "", never), `{"ttl":null}`)
	}
	left(g.must("insert", "sessions", "", `{"name":"s","ttl":1000}`), 900, 1000)
	left(g.must("select", "sessions", "s", ""), 900, 1000)
	left(g.must("update", "sessions", "s", `{}`), 900, 1000)
	left(g.must("update", "sessions", "s", `{"ttl":5000}`), 4900, 5000)
	expect(t, g.must("update", "sessions", "s", `{"ttl":0}`), `{"ttl":null}`)
	left(g.must("upsert", "sessions", "s", `{"ttl":100000000}`), 99999900, 100000000)
	expect(t, g.must("upsert", "sessions", "s", `{}`), `{"ttl":null}`)
	// The time counts from the creation.
	_, err := g.do("insert", "sessions", "", parse(t, `{"name":"late","created_at":1500000000,"ttl":10}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.do("select", "sessions", "late", nil)
	refused(t, err, datastore.CodeNotFound)

	for _, ttl := range []string{`-1`, `100000001`, `1.5`, `"10"`, `true`, `[]`} {
		for _, op := range []string{"insert", "upsert", "update"} {
			key := map[string]string{"upsert": "s", "update": "s"}[op]
			_, err := g.do(op, "sessions", key, parse(t, `{"name":"n","ttl":`+ttl+`}`))
			refused(t, err, datastore.CodeInvalidOptions)
		}
	}
	_, err = g.do("insert", "services", "", parse(t, `{"host":"h","ttl":1}`))
	refused(t, err, datastore.CodeSchemaViolation) // a service does not expire
}

func TestPathKey(t *testing.T) {
	g := newGateway(t)
	for _, c := range []struct {
		entity, segment string
		want            datastore.Key
		code            datastore.Code
	}{
		{"services", "AAAAAAAA-1111-4111-8111-111111111111", datastore.ID("aaaaaaaa-1111-4111-8111-111111111111"), 0},
		{"services", "a-name", datastore.Key{Field: "name", Value: "a-name"}, 0},
		{"services", "a name", datastore.Key{}, datastore.CodeInvalidUnique},
		{"consumers", "a name", datastore.Key{Field: "username", Value: "a name"}, 0},
		{"ca_certificates", "a-name", datastore.Key{}, datastore.CodeInvalidPrimaryKey},
	} {
		key, err := g.db.PathKey(g.db.Model().Entity(c.entity), c.segment)
		if key != c.want || datastore.ErrorCode(err) != c.code {
			t.Errorf("%s of %s: %v %v, want %v and code %d", c.segment, c.entity, key, err, c.want, c.code)
		}
	}
}

func TestReading(t *testing.T) {
	g := newGateway(t)
	services, routes := g.db.Model().Entity("services"), g.db.Model().Entity("routes")
	service := g.must("insert", "services", "", `{"name":"s","host":"h"}`)
	var want []string
	for _, body := range []string{`{"paths":["/a"],"service":{"name":"s"},"tags":["x"]}`, `{"paths":["/b"],"service":{"name":"s"}}`} {
		want = append(want, g.must("insert", "routes", "", body)["id"].(string))
	}
	g.must("insert", "routes", "", `{"paths":["/c"]}`)
	parent := datastore.Key{Field: "service", Value: service["id"].(string)}

	rows, next, err := g.db.Page(t.Context(), routes, datastore.PageOptions{Size: 2, Parent: parent})
	if err != nil || len(rows) != 2 || next != "" {
		t.Errorf("page of children: %v %q %v", rows, next, err)
	}
	rows, _, err = g.db.Page(t.Context(), routes, datastore.PageOptions{Size: 2, Tags: []string{"x"}})
	if err != nil || len(rows) != 1 || rows[0]["id"] != want[0] {
		t.Errorf("page of a tag: %v %v", rows, err)
	}
	_, _, err = g.db.Page(t.Context(), routes, datastore.PageOptions{Size: 2, Offset: "!!"})
	refused(t, err, datastore.CodeInvalidOffset)

	seen := 0
	err = g.db.Each(t.Context(), routes, parent, func(row datastore.Document) error {
		if datastore.ForeignID(row, "service") != parent.Value || row["protocols"] == nil {
			t.Errorf("row %v", row)
		}
		seen++
		return nil
	})
	if err != nil || seen != len(want) {
		t.Errorf("each child: %d, %v", seen, err)
	}
	enough := errors.New("enough")
	if err := g.db.Each(t.Context(), routes, datastore.Key{}, func(datastore.Document) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("each until it fails: %v", err)
	}

	if row, err := g.db.Find(t.Context(), services, datastore.Key{Field: "name", Value: "s"}); err != nil || row["id"] != parent.Value {
		t.Errorf("find: %v %v", row, err)
	}
	_, err = g.db.Find(t.Context(), services, datastore.ID(id4))
	refused(t, err, datastore.CodeNotFound)
	tags, err := g.db.Tags(t.Context(), datastore.TagQuery{Size: 10})
	if err != nil || len(tags.Rows) != 1 || tags.Rows[0] != (datastore.TagRow{Tag: "x", EntityName: "routes", EntityID: want[0]}) {
		t.Errorf("tags: %v %v", tags, err)
	}
	if err := g.db.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAnswersSayWhatIsStored reads again what writes returned, for documents that leave out nearly everything.
func TestAnswersSayWhatIsStored(t *testing.T) {
	g := newGateway(t, &sessions)
	pki := newPKI(t)
	certificate := g.must("insert", "certificates", "", `{"cert":"`+jsonText(t, pki.cert)+`","key":"`+jsonText(t, pki.key)+`"}`)
	upstream := g.must("insert", "upstreams", "", `{"name":"first"}`)
	for name, body := range map[string]string{
		"services": `{"host":"h"}`, "routes": `{"paths":["/"]}`, "consumers": `{"username":"c"}`, "upstreams": `{"name":"u"}`,
		"targets":         `{"target":"[::1]:80","upstream":{"id":"` + upstream["id"].(string) + `"}}`,
		"plugins":         `{"name":"key-auth"}`,
		"snis":            `{"name":"a.example","certificate":{"id":"` + certificate["id"].(string) + `"}}`,
		"ca_certificates": `{"cert":"` + jsonText(t, pki.authority) + `"}`,
		"vaults":          `{"name":"env","prefix":"en"}`, "key_sets": `{}`, "sessions": `{"ttl":500}`,
		"keys": `{"kid":"k","jwk":"{\"kid\":\"k\",\"kty\":\"oct\",\"k\":\"AAAA\"}"}`,
	} {
		inserted := g.must("insert", name, "", body)
		id := inserted["id"].(string)
		updated := g.must("update", name, id, `{}`)
		selected := g.must("select", name, id, "")
		for _, row := range []datastore.Document{inserted, updated, selected} {
			delete(row, "updated_at")
			delete(row, "ttl") // what is left gets less
		}
		if !reflect.DeepEqual(updated, inserted) || !reflect.DeepEqual(selected, inserted) {
			t.Errorf("%s: inserted\n%v\nupdated\n%v\nselected\n%v", name, inserted, updated, selected)
		}
	}
}

func TestTimesAreOfNow(t *testing.T) {
	g := newGateway(t)
	before := time.Now().Unix()
	upstream := g.must("insert", "upstreams", "", `{"name":"u"}`)
	target := g.must("insert", "targets", "", `{"target":"a","upstream":{"name":"u"}}`)
	after := time.Now().Unix()
	for _, name := range []string{"created_at", "updated_at"} {
		if at := upstream[name].(int64); at < before || at > after {
			t.Errorf("%s is %d, want %d to %d", name, at, before, after)
		}
		at, isFloat := target[name].(float64)
		if !isFloat {
			at = float64(target[name].(int64)) // a whole second
		}
		if at < float64(before) || at > float64(after+1) || math.Abs(at*1000-math.Round(at*1000)) > 1e-3 {
			t.Errorf("%s of the target is %v, want milliseconds of now", name, target[name])
		}
	}
}
