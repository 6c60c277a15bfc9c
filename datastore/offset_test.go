package datastore_test

import (
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
)

func TestOffsets(t *testing.T) {
	const token = "WyIxMTExMTExMS0xMTExLTQxMTEtODExMS0wMDAwMDAwMDAwMzIiXQ"
	const id = "11111111-1111-4111-8111-000000000032"
	if got := datastore.EncodeOffset(id); got != token {
		t.Errorf("the token of %s is %s, want %s", id, got, token)
	}
	for name, text := range map[string]string{"token": token, "padded token": token + "==", "more padding": token + "===="} {
		if key, err := datastore.DecodeOffset(text); err != nil || !reflect.DeepEqual(key, []any{id}) {
			t.Errorf("%s: %v %v", name, key, err)
		}
	}
	if key, err := datastore.DecodeOffset(datastore.EncodeOffset(id, int64(7))); err != nil || !reflect.DeepEqual(key, []any{id, 7.0}) {
		t.Errorf("two elements: %v %v", key, err)
	}

	encode := base64.RawStdEncoding.EncodeToString
	for text, reason := range map[string]string{
		"!!":                     "bad base64 encoding",
		"bogus":                  "bad base64 encoding",
		"wxyz":                   "bad json encoding",
		"":                       "bad json encoding",
		encode([]byte("null")):   "bad json encoding",
		encode([]byte("[]")):     "bad json encoding",
		encode([]byte(`"text"`)): "bad json encoding",
		encode([]byte("[null]")): "bad json encoding",
		encode([]byte("[1]")):    "bad json encoding",
	} {
		_, err := datastore.DecodeOffset(text)
		var refusal *datastore.Error
		if !errors.As(err, &refusal) || refusal.Code != datastore.CodeInvalidOffset ||
			refusal.Message != "'"+text+"' is not a valid offset: "+reason {
			t.Errorf("%q: %v, want: %s", text, err, reason)
		}
	}
}

func FuzzDecodeOffset(f *testing.F) {
	f.Add(datastore.EncodeOffset("a"))
	f.Add(datastore.EncodeOffset("a", 1))
	f.Add("====")
	f.Fuzz(func(t *testing.T, token string) {
		key, err := datastore.DecodeOffset(token)
		if err != nil {
			if datastore.ErrorCode(err) != datastore.CodeInvalidOffset {
				t.Fatal(err)
			}
			return
		}
		again, err := datastore.DecodeOffset(datastore.EncodeOffset(key...))
		if err != nil || !reflect.DeepEqual(key, again) {
			t.Fatalf("%q means %v, and its own token %v (%v)", token, key, again, err)
		}
		if strings.HasSuffix(datastore.EncodeOffset(key...), "=") {
			t.Fatal("tokens have no padding")
		}
	})
}
