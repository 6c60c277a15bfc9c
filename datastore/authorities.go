package datastore

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Services list the ids of the authorities that they trust. No foreign key guards such a list, so what follows does.

// trusting calls fn with every service that trusts the authority with an id, and with its list, until fn fails.
func (db *DB) trusting(ctx context.Context, id string, fn func(service Document, list []string) error) error {
	services := db.model.Entity("services")
	if services == nil {
		return nil
	}
	return db.Each(ctx, services, Key{}, func(service Document) error {
		trusted, _ := service["ca_certificates"].([]any)
		var list []string
		for _, v := range trusted {
			s, _ := v.(string)
			list = append(list, s)
		}
		if !slices.Contains(list, id) {
			return nil
		}
		return fn(service, list)
	})
}

// untrusted fails with an *Error of CodeReferencedByOthers if e is that of authorities and a service trusts the one with id.
func (db *DB) untrusted(ctx context.Context, e *schema.Entity, id string) error {
	if e.Name != "ca_certificates" {
		return nil
	}
	return db.trusting(ctx, id, func(service Document, _ []string) error {
		return stillTrusted(id, "services", DocumentID(service))
	})
}

// trustStores are the events that make nodes load anew the trust stores that hold an authority. Nodes know a store by the
// ids in it.
//
// Kong 3.9: cluster events, rows written per change.
func (db *DB) trustStores(ctx context.Context, id string) ([]Event, error) {
	var events []Event
	err := db.trusting(ctx, id, func(_ Document, list []string) error {
		slices.Sort(list)
		sum := md5.Sum([]byte(strings.Join(list, ":")))
		if e := coreKey("ca_stores:" + hex.EncodeToString(sum[:])); !slices.Contains(events, e) {
			events = append(events, e)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("trust stores with %s: %w", id, err)
	}
	return events, nil
}
