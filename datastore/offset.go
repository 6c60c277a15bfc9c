package datastore

import (
	"encoding/base64"
	"encoding/json"
)

// EncodeOffset makes the paging token of stores that page by key: unpadded base64 of the JSON list of the last row's key.
// Nodes that share a store can use each other's tokens, real Kong nodes included.
//
// Kong 3.9: Admin API, paging.
func EncodeOffset(key ...any) string {
	text, err := json.Marshal(key)
	if err != nil {
		return "" // strings and integers always marshal
	}
	return base64.RawStdEncoding.EncodeToString(text)
}

// DecodeOffset reads a token of EncodeOffset with at least one element, the first of them text. It fails with an *Error of
// CodeInvalidOffset. Padding is tolerated.
func DecodeOffset(token string) ([]any, error) {
	text, err := base64.RawStdEncoding.DecodeString(trimPadding(token))
	if err != nil {
		return nil, InvalidOffset(token, "bad base64 encoding")
	}
	var key []any
	if err := json.Unmarshal(text, &key); err != nil || len(key) == 0 {
		return nil, InvalidOffset(token, "bad json encoding")
	}
	if _, ok := key[0].(string); !ok {
		return nil, InvalidOffset(token, "bad json encoding")
	}
	return key, nil
}

func trimPadding(token string) string {
	for len(token) > 0 && token[len(token)-1] == '=' {
		token = token[:len(token)-1]
	}
	return token
}
