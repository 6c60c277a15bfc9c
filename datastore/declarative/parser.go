package declarative

import (
	"runtime"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Parser turns documents into configurations. It is safe for concurrent use.
type Parser struct {
	kinds     []*kind
	byName    map[string]*kind
	workspace string
	keepTimes bool
}

// NewParser returns a parser of documents with the entities of a model. All rows belong to the workspace with the given id.
func NewParser(model *schema.Model, workspace string) *Parser {
	p := &Parser{kinds: kindsOf(model), byName: map[string]*kind{}, workspace: workspace}
	for _, k := range p.kinds {
		p.byName[k.entity.Name] = k
	}
	return p
}

// KeepTimes makes p take the times of the last changes from documents that say them. Otherwise entities are new and count as
// changed now, as with Kong. It is called before anything is parsed.
func (p *Parser) KeepTimes() { p.keepTimes = true }

// Parse returns the configuration that a source describes. Errors are of type *Error.
func (p *Parser) Parse(s Source) (*Config, error) {
	doc, failure := s.decode()
	if failure != nil {
		return nil, failure
	}
	config := &Config{Hash: s.hash()}
	d, failure := p.read(doc, s.Began)
	if failure != nil {
		return nil, failure
	}
	config.take(p, d)
	return config, nil
}

// document is a document with its entries.
type document struct {
	parser    *Parser
	given     map[string]any
	failures  schema.Errors // of members of the document itself
	top       map[string]*entries
	all       []*entry
	known     references
	transform bool
	now       time.Time
}

// read turns a document into rows, which the entries have afterwards.
func (p *Parser) read(doc map[string]any, began time.Time) (*document, *Error) {
	if began.IsZero() {
		began = time.Now()
	}
	migrate(doc)
	d := &document{
		parser: p, given: doc, failures: p.validateHead(doc), top: map[string]*entries{}, now: began,
		transform: doc["_transform"] != false,
	}
	var c collector
	for _, k := range p.kinds {
		if v := doc[k.entity.Name]; v != nil {
			d.top[k.entity.Name] = c.array(k, nil, "", v)
		}
	}
	d.all = c.all
	d.known = d.refer()

	d.each(func(e *entry) {
		row, failures := e.validate(e.unresolved(), e.fields(), d.now)
		if e.failures = failures; failures == nil {
			d.finish(e, row)
		}
	})
	if tree := d.errors((*entry).own); len(tree) > 0 {
		if tree := d.secondLook(tree); len(tree) > 0 {
			return nil, newDocumentError(tree, d)
		}
	}
	if tree := d.conflicts(); len(tree) > 0 {
		return nil, newDocumentError(tree, d)
	}
	return d, nil
}

// own are the errors of an entry itself.
func (e *entry) own() schema.Errors { return e.failures }

// chunk is the number of entries that are worth a processor of their own.
const chunk = 256

// each calls fn with every entry, on all processors.
func (d *document) each(fn func(*entry)) {
	workers := min(runtime.GOMAXPROCS(0), 1+len(d.all)/chunk)
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			for _, e := range d.all[w*len(d.all)/workers : (w+1)*len(d.all)/workers] {
				fn(e)
			}
		})
	}
	running.Wait()
}

// unresolved describes an entry as it is written.
func (e *entry) unresolved() *schema.Entity {
	if e.parent == nil {
		return e.kind.top
	}
	return e.kind.nested
}

// validate fills an entry with defaults and checks it by a description.
func (e *entry) validate(by *schema.Entity, fields map[string]any, now time.Time) (datastore.Document, schema.Errors) {
	if reason := e.takeTTL(); reason != "" {
		return nil, schema.Errors{schema.ColumnTTL: reason}
	}
	row, failures := by.Prepare(fields, schema.Insert, now)
	if failures == nil {
		failures = by.Validate(row, schema.ValidateOptions{Input: fields})
	}
	return row, failures
}

// maxTTL is the longest life of a row, in seconds.
const maxTTL = 100_000_000

// takeTTL reads the seconds that an entry has to live and returns what is wrong with them, or "".
func (e *entry) takeTTL() string {
	v := e.given[schema.ColumnTTL]
	if v == nil || !e.kind.entity.TTL {
		return ""
	}
	ttl, ok := v.(int64)
	if !ok || ttl < 0 || ttl > maxTTL {
		return "must be an integer between 0 and 100000000"
	}
	e.ttl = ttl
	return ""
}

// updatedAt is the field with the time of an entity's last change.
const updatedAt = "updated_at"

// finish turns a valid entry into what a store keeps of it.
func (d *document) finish(e *entry, row datastore.Document) {
	entity := e.kind.entity
	if entity.Normalize != nil {
		if e.failures = entity.Normalize(row); e.failures != nil {
			return
		}
	}
	if e.kind.identified() {
		row[schema.PrimaryKey] = e.id
	}
	if at := e.given[updatedAt]; at != nil && d.parser.keepTimes && entity.ValidateField(updatedAt, at) == "" {
		row[updatedAt] = at
	}
	d.resolve(e, row)
	if e.kind.codec == nil {
		return
	}
	row = datastore.Stored(entity, row, d.parser.workspace)
	if e.ttl > 0 {
		row[schema.ColumnTTL] = d.now.Unix() + e.ttl
	}
	if d.transform && len(entity.Transformations) > 0 {
		e.shown = e.kind.codec.Encode(row)
		var err error
		if row, err = entity.Transform(row, row); err != nil {
			e.failures = schema.Errors{schema.EntityErrors: []any{err.Error()}}
			return
		}
	}
	e.row = e.kind.codec.Encode(row)
}
