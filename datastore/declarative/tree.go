package declarative

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tree is the error as people read it on a terminal: a line for a member, those inside it indented below.
//
// Kong 3.9: command line, config parse.
func (e *Error) Tree() string {
	if text, ok := e.Fields["error"].(string); ok && e.document == nil {
		return text
	}
	var lines []string
	writeTree(&lines, "", "", e.Fields)
	return strings.Join(lines, "\n")
}

// writeTree adds the lines of the members of a record, or of the elements of the array called name.
func writeTree(lines *[]string, indent, name string, tree any) {
	line := func(label, member string, failure any) {
		if text, ok := failure.(string); ok {
			*lines = append(*lines, fmt.Sprintf("%s%s: %s", indent, label, text))
			return
		}
		*lines = append(*lines, indent+label+":")
		writeTree(lines, indent+"  ", member, failure)
	}
	if list, ok := tree.([]any); ok {
		for i, failure := range list {
			if failure != nil {
				line(fmt.Sprintf("- in entry %d of '%s'", i+1, name), fmt.Sprint(i+1), failure)
			}
		}
		return
	}
	members, _ := asMembers(tree)
	for _, member := range slices.Sorted(maps.Keys(members)) {
		line("in '"+member+"'", member, members[member])
	}
}
