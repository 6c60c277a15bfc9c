package storetest

import (
	"errors"
	"slices"

	"github.com/kongo-gateway/kongo/datastore"
)

// testChanges takes an entity through its life by way of a DB.
func testChanges(s *nodeSuite) {
	n := s.node(s.store, 0)
	services := s.entity("services")
	created := n.insert("services", datastore.Document{"name": "s", "url": "https://example.com/p", "tags": []any{"t"}})
	for name, want := range map[string]any{
		"protocol": "https", "host": "example.com", "port": int64(443), "path": "/p", "retries": int64(5), "enabled": true,
		"client_certificate": nil, "ca_certificates": nil,
	} {
		if got := created[name]; got != want {
			s.Errorf("%s of the new service is %v, want %v", name, got, want)
		}
	}
	byName := datastore.Key{Field: "name", Value: "s"}
	read, err := n.db.Select(s.ctx, services, byName)
	s.must(err)
	if difference := s.differ(services, created, read); difference != "" {
		s.Errorf("read again: %s", difference)
	}
	updated, err := n.db.Update(s.ctx, services, byName, datastore.Document{"path": nil, "port": int64(1)})
	s.must(err)
	if updated["path"] != nil || updated["port"] != int64(1) || updated["host"] != "example.com" {
		s.Errorf("updated: %v", updated)
	}
	replaced, err := n.db.Upsert(s.ctx, services, byName, datastore.Document{"host": "other.example"})
	s.must(err)
	if replaced["id"] != created["id"] || replaced["port"] != int64(80) || replaced["tags"] != nil {
		s.Errorf("replaced: %v", replaced)
	}
	rows, next, err := n.db.Page(s.ctx, services, datastore.PageOptions{Size: 10})
	s.must(err)
	if len(rows) != 1 || next != "" || s.differ(services, replaced, rows[0]) != "" {
		s.Errorf("page: %v %q, want %v", rows, next, replaced)
	}
	for _, want := range []bool{true, false} {
		deleted, err := n.db.Delete(s.ctx, services, byName)
		s.must(err)
		if deleted != want {
			s.Errorf("deleted: %v, want %v", deleted, want)
		}
	}
}

// testRefusals looks at the words in which clients learn what a store refused.
func testRefusals(s *nodeSuite) {
	n := s.node(s.store, 0)
	const nowhere = "00000000-0000-4000-8000-000000000000"
	service := n.insert("services", datastore.Document{"name": "s", "host": "example.com"})
	id := datastore.DocumentID(service)
	n.insert("routes", datastore.Document{"paths": []any{"/a"}, "service": foreign(service)})
	upstream := n.insert("upstreams", datastore.Document{"name": "u"})
	target := datastore.Document{"target": "a.example:1", "upstream": foreign(upstream)}
	n.insert("targets", target)

	insert := func(name string, body datastore.Document) error {
		_, err := n.db.Insert(s.ctx, s.entity(name), body)
		return err
	}
	for _, c := range []struct {
		name    string
		err     error
		code    datastore.Code
		message string
	}{
		{
			"same name", insert("services", datastore.Document{"name": "s", "host": "h"}),
			datastore.CodeUniqueViolation, `UNIQUE violation detected on '{name="s"}'`,
		},
		{
			"same id", insert("services", datastore.Document{"id": id, "name": "s", "host": "h"}),
			datastore.CodePrimaryKeyViolation, `primary key violation on key '{id="` + id + `"}'`,
		},
		{
			"same cache key", insert("targets", target),
			datastore.CodeUniqueViolation,
			`UNIQUE violation detected on '{target="a.example:1",upstream={id="` + datastore.DocumentID(upstream) + `"}}'`,
		},
		{
			"missing parent",
			insert("routes", datastore.Document{"paths": []any{"/"}, "service": datastore.Document{"id": nowhere}}),
			datastore.CodeForeignKeyViolation,
			`the foreign key '{id="` + nowhere + `"}' does not reference an existing 'services' entity.`,
		},
		{
			"parent in use", func() error { _, err := n.db.Delete(s.ctx, s.entity("services"), datastore.ID(id)); return err }(),
			datastore.CodeForeignKeyViolation, "an existing 'routes' entity references this 'services' entity",
		},
		{
			"invalid", insert("services", datastore.Document{"host": "h", "port": "eighty"}),
			datastore.CodeSchemaViolation, "schema violation (port: expected an integer)",
		},
	} {
		var refusal *datastore.Error
		if !errors.As(c.err, &refusal) {
			s.Errorf("%s: %v", c.name, c.err)
		} else if refusal.Code != c.code || refusal.Message != c.message {
			s.Errorf("%s: code %d, %s; want %d, %s", c.name, refusal.Code, refusal.Message, c.code, c.message)
		}
	}
}

// testCascades deletes an entity with entities below it: nodes are told of each.
func testCascades(s *nodeSuite) {
	n := s.node(s.store, 0)
	upstream := n.insert("upstreams", datastore.Document{"name": "u"})
	id := datastore.DocumentID(upstream)
	var want []datastore.Event
	for _, target := range []string{"a.example:1", "b.example:2"} {
		row := n.insert("targets", datastore.Document{"target": target, "upstream": foreign(upstream)})
		name := id + ":" + target + "::::"
		if s.entity("targets").Unkeyed {
			name = datastore.DocumentID(row) + ":::::"
		}
		want = append(want,
			datastore.Event{Channel: datastore.ChannelCoreInvalidations, Data: "targets:" + name + n.db.Workspace()},
			datastore.Event{Channel: datastore.ChannelTargets, Data: "delete:" + id},
		)
	}
	parents := map[string]datastore.Document{"upstreams": upstream}
	var key datastore.Document
	if !s.entity("key_sets").Absent {
		set := n.insert("key_sets", datastore.Document{"name": "k"})
		key = n.insert("keys", datastore.Document{
			"kid": "k1", "set": foreign(set), "jwk": `{"kid":"k1","kty":"oct","k":"AAAA"}`,
		})
		parents["key_sets"] = set
		want = append(want,
			datastore.Event{Channel: datastore.ChannelCoreInvalidations, Data: "keys:k1:" + datastore.DocumentID(set)})
	}
	before, _ := n.log.all()
	for name, row := range parents {
		deleted, err := n.db.Delete(s.ctx, s.entity(name), datastore.ID(datastore.DocumentID(row)))
		if !deleted || err != nil {
			s.Fatalf("deleted: %v %v", deleted, err)
		}
	}
	all, _ := n.log.all()
	told := all[len(before):]
	want = append(want,
		datastore.Event{Channel: datastore.ChannelCoreInvalidations, Data: "upstreams:" + id + ":::::" + n.db.Workspace()},
		datastore.Event{Channel: datastore.ChannelUpstreams, Data: "delete:" + n.db.Workspace() + ":" + id + ":u"},
	)
	for _, e := range want {
		if !slices.Contains(told, e) {
			s.Errorf("nobody was told of %v; told were %v", e, told)
		}
	}
	if key == nil {
		return
	}
	_, err := n.db.Select(s.ctx, s.entity("keys"), datastore.ID(datastore.DocumentID(key)))
	if datastore.ErrorCode(err) != datastore.CodeNotFound {
		s.Errorf("the key is still there: %v", err)
	}
}
