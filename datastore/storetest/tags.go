package storetest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// testTags lists tags through the life of the rows that bear them.
func testTags(s *suite) {
	s.tagged("", nil)
	ada := s.insert(&authors, datastore.Document{"id": numbered(1), "name": "Ada", "tags": []any{"red", "a tag", "ünï"}})
	shelf := s.insert(&shelves, datastore.Document{"id": numbered(2), "name": "top", "tags": []any{"red"}})
	other := numbered(1) // rows of different kinds may have one id
	if s.driver.TagsByID {
		other = numbered(3)
	}
	twin := s.insert(&shelves, datastore.Document{"id": other, "name": "twin", "tags": []any{"blue", "red"}})
	s.insert(&authors, datastore.Document{"name": "no tags"})
	s.insert(&authors, datastore.Document{"name": "empty tags", "tags": []any{}})

	want := []string{
		tagRow("red", &authors, ada), tagRow("a tag", &authors, ada), tagRow("ünï", &authors, ada),
		tagRow("red", &shelves, shelf), tagRow("blue", &shelves, twin), tagRow("red", &shelves, twin),
	}
	s.tagged("", want)
	s.tagged("red", []string{want[0], want[3], want[5]})
	s.tagged("ünï", want[2:3])
	s.tagged("nobody's", nil)

	ada["tags"] = []any{"ünï", "green"}
	s.must(s.store.Update(s.ctx, &authors, ada))
	s.tagged("red", []string{want[3], want[5]})
	s.tagged("", []string{tagRow("ünï", &authors, ada), tagRow("green", &authors, ada), want[3], want[4], want[5]})

	twin["tags"] = nil
	_, err := s.store.Upsert(s.ctx, &shelves, schema.PrimaryKey, twin)
	s.must(err)
	s.tagged("red", want[3:4])
	_, err = s.store.Delete(s.ctx, &shelves, datastore.DocumentID(shelf))
	s.must(err)
	s.tagged("", []string{tagRow("ünï", &authors, ada), tagRow("green", &authors, ada)})

	_, err = s.store.Tags(s.ctx, datastore.TagQuery{Size: 5, Offset: "!!"})
	if datastore.ErrorCode(err) != datastore.CodeInvalidOffset {
		s.Errorf("tags behind a bad token: %v", err)
	}
}

func tagRow(tag string, e *schema.Entity, row datastore.Document) string {
	return fmt.Sprintf("%s of %s %s", tag, e.TableName(), datastore.DocumentID(row))
}

// tagged fails the test unless exactly these pairs are listed for a tag, or for all, in pages of every size.
func (s *suite) tagged(tag string, want []string) {
	s.Helper()
	want = slices.Sorted(slices.Values(want))
	for size := 1; size <= len(want)+1; size++ {
		q := datastore.TagQuery{Size: size, Tag: tag}
		var got []string
		for {
			page, err := s.store.Tags(s.ctx, q)
			s.must(err)
			if len(page.Rows) > size || len(page.Rows) == 0 && page.Next != "" {
				s.Fatalf("a page of %d tags, asked for %d", len(page.Rows), size)
			}
			for _, row := range page.Rows {
				got = append(got, fmt.Sprintf("%s of %s %s", row.Tag, row.EntityName, row.EntityID))
			}
			if q.Offset = page.Next; q.Offset == "" {
				break
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			s.Fatalf("tags %q in pages of %d:\n%s\nwant:\n%s", tag, size, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
