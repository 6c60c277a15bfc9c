package proxy

import (
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// row is a document of the datastore, read with the types that its description promises. What is null or missing has the zero
// value.
type row datastore.Document

func (r row) id() string                { return datastore.DocumentID(datastore.Document(r)) }
func (r row) reference(f string) string { return datastore.ForeignID(datastore.Document(r), f) }

func (r row) text(field string) string {
	text, _ := r[field].(string)
	return text
}

func (r row) flag(field string) bool {
	flag, _ := r[field].(bool)
	return flag
}

// number returns a number without its fraction.
func (r row) number(field string) int64 {
	return wholeNumber(r[field])
}

func wholeNumber(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

// real returns a number.
func (r row) real(field string) float64 {
	switch n := r[field].(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// milliseconds and seconds return a length of time that is given in that unit.
func (r row) milliseconds(field string) time.Duration {
	return time.Duration(r.number(field)) * time.Millisecond
}

func (r row) seconds(field string) time.Duration {
	return time.Duration(r.real(field) * float64(time.Second))
}

func (r row) texts(field string) []string { return textsOf(r[field]) }

func textsOf(v any) []string {
	list, _ := v.([]any)
	if len(list) == 0 {
		return nil
	}
	texts := make([]string, 0, len(list))
	for _, element := range list {
		if text, ok := element.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

func (r row) numbers(field string) []int {
	list, _ := r[field].([]any)
	numbers := make([]int, len(list))
	for i, element := range list {
		numbers[i] = int(wholeNumber(element))
	}
	return numbers
}

// lists returns a map of lists of texts.
func (r row) lists(field string) map[string][]string {
	members, _ := r[field].(map[string]any)
	if len(members) == 0 {
		return nil
	}
	lists := make(map[string][]string, len(members))
	for name, list := range members {
		lists[name] = textsOf(list)
	}
	return lists
}

// record returns a row within the row.
func (r row) record(field string) row {
	record, _ := r[field].(map[string]any)
	return record
}
