package proxy

// table is a list that never changes: with makes another one that shares nearly all of its memory. The cost of a change does
// not depend on what is in the list, and hardly on how long that is.
type table[T any] struct {
	chunks [][]T
}

// chunkLen is the length of all chunks.
const chunkLen = 256

// tableOf returns a table of the elements of a slice.
func tableOf[T any](elements []T) (t table[T]) {
	for len(elements) > 0 {
		chunk := make([]T, chunkLen)
		elements = elements[copy(chunk, elements):]
		t.chunks = append(t.chunks, chunk)
	}
	return t
}

// at returns the element at an index, or the zero value where nothing was set.
func (t *table[T]) at(i int) (element T) {
	if chunk := i / chunkLen; i >= 0 && chunk < len(t.chunks) {
		element = t.chunks[chunk][i%chunkLen]
	}
	return element
}

// with returns a table with another element at an index.
func (t table[T]) with(i int, element T) table[T] {
	chunk := i / chunkLen
	chunks := make([][]T, max(len(t.chunks), chunk+1))
	copy(chunks, t.chunks)
	for n := len(t.chunks); n < len(chunks); n++ {
		chunks[n] = make([]T, chunkLen)
	}
	changed := make([]T, chunkLen)
	copy(changed, chunks[chunk])
	changed[i%chunkLen] = element
	chunks[chunk] = changed
	return table[T]{chunks}
}
