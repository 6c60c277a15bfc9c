package datastore

import (
	"context"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// rules are what holds for the rows of one entity beyond its description: what takes a look at other rows, and what nodes
// are told of a change. The rules of an entity embed plain and replace what is different about it.
type rules interface {
	// check refuses a write before its body is looked at in any other way.
	check(ctx context.Context, db *DB, w write) error
	// stripped is a body without what is said there of other rows.
	stripped(body Document) Document
	// written does what a write asks for beside its row, which is stored by then.
	written(ctx context.Context, db *DB, w write, row Document) error
	// deleting refuses the deletion of a row, or removes what has to go before it.
	deleting(ctx context.Context, db *DB, row Document) error
	// show adds to an answer what other rows say.
	show(ctx context.Context, db *DB, row Document) error

	// cacheKey is the name under which nodes remember a row, aliases are further ones under which they look for it.
	cacheKey(e *schema.Entity, row Document, ws string) string
	aliases(e *schema.Entity, row Document, ws string) []string
	// events are what nodes are told of a change beside the names of its row.
	events(ctx context.Context, db *DB, c change) ([]Event, error)
}

// rulesByEntity are the rules of the entities that have any of their own.
var rulesByEntity = map[string]rules{
	"acls":            aclRules{},
	"ca_certificates": authorityRules{},
	"certificates":    certificateRules{},
	"consumers":       consumerRules{},
	"keys":            keyRules{},
	"oauth2_tokens":   tokenRules{},
	"plugins":         pluginRules{},
	"routes":          routeRules{},
	"services":        serviceRules{},
	"snis":            sniRules{},
	"targets":         targetRules{},
	"upstreams":       upstreamRules{},
}

func rulesOf(e *schema.Entity) rules {
	if r := rulesByEntity[e.Name]; r != nil {
		return r
	}
	return plain{}
}

// plain are the rules of an entity that has none of its own.
type plain struct{}

func (plain) check(context.Context, *DB, write) error             { return nil }
func (plain) stripped(body Document) Document                     { return body }
func (plain) written(context.Context, *DB, write, Document) error { return nil }
func (plain) deleting(context.Context, *DB, Document) error       { return nil }
func (plain) show(context.Context, *DB, Document) error           { return nil }

func (plain) cacheKey(e *schema.Entity, row Document, ws string) string {
	return composedKey(e, row, ws)
}
func (plain) aliases(*schema.Entity, Document, string) []string    { return nil }
func (plain) events(context.Context, *DB, change) ([]Event, error) { return nil, nil }

// write is an Insert, Upsert or Update.
type write struct {
	entity *schema.Entity
	op     schema.Operation
	// key addresses the row; an Insert has none.
	key Key
	// body is what the client sent, stored the row before an Update. Neither must be changed.
	body, stored Document
}
