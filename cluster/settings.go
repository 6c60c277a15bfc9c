package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Settings are those that must be the same on all nodes, by their names, in the form of encoding/json. Lists whose order does
// not matter are sorted. There are no secrets among them.
type Settings map[string]any

// hash is the same for equal settings.
func (s Settings) hash() string {
	text, err := json.Marshal(s)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// written is a value as it is written. Values are compared so, because one may have been read from a store and another not.
func written(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
