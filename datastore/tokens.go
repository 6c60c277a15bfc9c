package datastore

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// tokenRules: the names of tokens are hashed, so that tokens stand neither in a cache nor in an event.
type tokenRules struct{ plain }

func (tokenRules) cacheKey(e *schema.Entity, row Document, ws string) string {
	sum := sha1.Sum([]byte(composedKey(e, row, ws)))
	return e.Name + ":" + hex.EncodeToString(sum[:])
}
