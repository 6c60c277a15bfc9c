package declarative

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxAliased bounds the values that stand for aliases: an alias is a few bytes and may mean any number of values.
const maxAliased = 1_000_000

// decodeYAML returns the first document of a YAML text.
func decodeYAML(text []byte) (any, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, syntaxError(text, err)
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	d := yamlDecoder{open: map[*yaml.Node]bool{}}
	v, err := d.value(document.Content[0], 0)
	if err != nil {
		return nil, err
	}
	return bounded(v)
}

// yamlDecoder turns nodes into values.
type yamlDecoder struct {
	aliases int                 // around the present node
	aliased int                 // values that stand for aliases, so far
	open    map[*yaml.Node]bool // the anchors of aliases around the present node
}

func (d *yamlDecoder) value(n *yaml.Node, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	if d.aliases > 0 {
		if d.aliased++; d.aliased > maxAliased {
			return nil, fmt.Errorf("aliases stand for more than %d values", maxAliased)
		}
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return d.scalar(n)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, element := range n.Content {
			v, err := d.value(element, depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		d.done(n)
		return list, nil
	case yaml.MappingNode:
		object, err := d.object(n, depth)
		d.done(n)
		return object, err
	case yaml.AliasNode:
		return d.alias(n, depth)
	}
	return nil, nil
}

// done lets go of what is below a node that nobody refers to: the nodes of a large document take more memory than its values.
func (d *yamlDecoder) done(n *yaml.Node) {
	if n.Anchor == "" && d.aliases == 0 {
		n.Content = nil
	}
}

func (d *yamlDecoder) alias(n *yaml.Node, depth int) (any, error) {
	if d.open[n.Alias] {
		return nil, place(n, "the alias %s stands for something that it is part of", n.Value)
	}
	d.open[n.Alias] = true
	d.aliases++
	v, err := d.value(n.Alias, depth)
	d.aliases--
	delete(d.open, n.Alias)
	return v, err
}

// object returns the members of a mapping. Of those with the same name the last counts; what << merges gives way to the
// mapping's own members.
func (d *yamlDecoder) object(n *yaml.Node, depth int) (map[string]any, error) {
	object := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, err := d.name(n.Content[i])
		if err != nil {
			return nil, err
		}
		v, err := d.value(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if name != "<<" {
			object[name] = v
			continue
		}
		merged, ok := v.([]any)
		if !ok {
			merged = []any{v}
		}
		for _, m := range merged {
			members, ok := m.(map[string]any)
			if !ok {
				return nil, place(n.Content[i], "what is merged with << has to be a mapping")
			}
			for name, v := range members {
				if _, given := object[name]; !given {
					object[name] = v
				}
			}
		}
	}
	return object, nil
}

// name is the name of a member. One that is no text is taken as it is written.
func (d *yamlDecoder) name(n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", place(n, "the name of a member has to be text")
	}
	return n.Value, nil
}

// scalar returns the value of a scalar: what its tag says or, without quotes, what it looks like.
func (d *yamlDecoder) scalar(n *yaml.Node) (any, error) {
	explicit := n.Style&yaml.TaggedStyle != 0
	plain := n.Style&^yaml.TaggedStyle == 0
	v := any(n.Value)
	if plain || explicit {
		v = plainScalar(n.Value)
	}
	if !explicit {
		return v, nil
	}
	fits := true
	switch n.Tag {
	case "!!str":
		v = n.Value
	case "!!null":
		fits = v == nil
	case "!!bool":
		_, fits = v.(bool)
	case "!!int":
		_, fits = v.(int64)
	case "!!float":
		switch v.(type) {
		case int64, float64:
		default:
			fits = false
		}
	default: // a tag of somebody else's
		if !plain {
			v = n.Value
		}
	}
	if !fits {
		return nil, place(n, "invalid '%s' value: '%s'", n.Tag, n.Value)
	}
	return v, nil
}

// place begins a message with the line and the column of a node.
func place(n *yaml.Node, format string, args ...any) error {
	return errors.New(fmt.Sprintf("%d:%d: ", n.Line, n.Column) + fmt.Sprintf(format, args...))
}
