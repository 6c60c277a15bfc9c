package datastore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// certificateRules: a certificate has a list of the server names it is for, "snis". The names are rows of their own, which
// are written after the certificate.
//
// Kong 3.9: Admin API, certificates and SNIs.
type certificateRules struct{ plain }

// namesIn returns the names that a body lists, in alphabetical order, and whether it says anything of names: what is
// neither a list nor null says nothing.
func namesIn(body Document) (names []any, given bool) {
	switch v := body["snis"].(type) {
	case []any:
		names = slices.Clone(v)
		slices.SortStableFunc(names, func(a, b any) int {
			x, _ := a.(string)
			y, _ := b.(string)
			return cmp.Compare(x, y)
		})
		return names, true
	case nil, map[string]any:
		_, given = body["snis"]
	}
	return nil, given
}

// check refuses names that come twice, are none, or belong to another certificate.
func (certificateRules) check(ctx context.Context, db *DB, w write) error {
	listed, _ := w.body["snis"].([]any)
	for i, name := range listed {
		if s, ok := name.(string); ok && slices.Contains(listed[:i], name) {
			return SchemaViolation(schema.Errors{"snis": s + " is duplicated"})
		}
	}
	names, _ := namesIn(w.body)
	snis := db.model.Entity("snis")
	for _, name := range names {
		if reason := snis.ValidateField("name", name); reason != "" {
			return invalidUnique("name", reason)
		}
		sni, err := db.Find(ctx, snis, Key{Field: "name", Value: name.(string)})
		if ErrorCode(err) == CodeNotFound {
			continue
		}
		if err != nil {
			return err
		}
		if owner := ForeignID(sni, "certificate"); owner != w.key.Value {
			reason := fmt.Sprintf("%s already associated with existing certificate '%s'", name, owner)
			return SchemaViolation(schema.Errors{"snis": reason})
		}
	}
	return nil
}

func (certificateRules) stripped(body Document) Document {
	body = maps.Clone(body)
	delete(body, "snis")
	return body
}

// written makes the names of a certificate those that the body lists: none where it does not say, except for an update.
func (certificateRules) written(ctx context.Context, db *DB, w write, row Document) error {
	wanted, given := namesIn(w.body)
	if !given && w.op == schema.Update {
		return nil
	}
	certificate := DocumentID(row)
	snis := db.model.Entity("snis")
	var kept []any
	err := db.eachName(ctx, certificate, func(sni Document) error {
		if slices.Contains(wanted, sni["name"]) {
			kept = append(kept, sni["name"])
			return nil
		}
		_, err := db.Delete(ctx, snis, ID(DocumentID(sni)))
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range wanted {
		if slices.Contains(kept, name) {
			continue
		}
		if _, err := db.Insert(ctx, snis, Document{"name": name, "certificate": ID(certificate).document()}); err != nil {
			return err
		}
	}
	return nil
}

// deleting removes the names of a certificate, unless something else stands in the way of its deletion.
func (certificateRules) deleting(ctx context.Context, db *DB, row Document) error {
	certificate := DocumentID(row)
	snis := db.model.Entity("snis")
	for _, child := range db.model.Children("certificates") {
		if child.Entity == snis {
			continue
		}
		q := Query{Size: 1, Parent: Key{Field: child.Field.Name, Value: certificate}}
		page, err := db.store.Page(ctx, child.Entity, q)
		if err != nil {
			return fmt.Errorf("%s of certificate %s: %w", child.Entity.Name, certificate, err)
		}
		if len(page.Rows) > 0 {
			return stillReferenced("certificates", child.Entity.Name)
		}
	}
	return db.eachName(ctx, certificate, func(sni Document) error {
		_, err := db.Delete(ctx, snis, ID(DocumentID(sni)))
		return err
	})
}

// show lists the names of a certificate in alphabetical order.
func (certificateRules) show(ctx context.Context, db *DB, row Document) error {
	var names []string
	err := db.eachName(ctx, DocumentID(row), func(sni Document) error {
		name, _ := sni["name"].(string)
		names = append(names, name)
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(names)
	list := make([]any, len(names))
	for i := range names {
		list[i] = names[i]
	}
	row["snis"] = list
	return nil
}

// eachName calls fn with the rows of the names of a certificate, until fn fails.
func (db *DB) eachName(ctx context.Context, certificate string, fn func(sni Document) error) error {
	return db.Each(ctx, db.model.Entity("snis"), Key{Field: "certificate", Value: certificate}, fn)
}
