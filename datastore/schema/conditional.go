package schema

import (
	"fmt"
	"strings"
)

// Conditional demands something of one field when another has a certain value. The rules are partial fields: what they
// declare overrides the attributes of the field they are applied to.
type Conditional struct {
	If      string
	IfMatch Field

	Then      string
	ThenMatch Field
	// ThenErr replaces the message under [EntityErrors]; %s stands for the name of the If field.
	ThenErr string
}

func (co Conditional) run(c *checking) {
	if !c.ready(fields{names: []string{co.If}, invalid: true}, co.Then) || !c.matches(co.If, &co.IfMatch) {
		return
	}
	failure := c.failure(co.Then, &co.ThenMatch, c.value(co.Then))
	if failure == nil {
		return
	}
	c.errors.set(strings.Split(co.Then, "."), failure)
	if co.ThenErr != "" {
		c.errors.addEntity(strings.ReplaceAll(co.ThenErr, "%s", co.If))
		return
	}
	c.errors.addEntity(fmt.Sprintf("failed conditional validation given value of field '%s'", co.If))
}

func (co Conditional) describe() map[string]any {
	d := map[string]any{
		"if_field": co.If, "if_match": describeField(&co.IfMatch),
		"then_field": co.Then, "then_match": describeField(&co.ThenMatch),
	}
	if co.ThenErr != "" {
		d["then_err"] = co.ThenErr
	}
	return map[string]any{"conditional": d}
}

// ConditionalAtLeastOneOf demands that one of several fields is not empty when another has a certain value, and one of
// other fields when it has another.
type ConditionalAtLeastOneOf struct {
	If      string
	IfMatch Field
	Then    []string
	// ThenErr and ElseErr are messages of their own, with %s for the quoted names.
	ThenErr string

	ElseMatch *Field
	Else      []string
	ElseErr   string
}

func (co ConditionalAtLeastOneOf) run(c *checking) {
	named := append(append([]string{co.If}, co.Then...), co.Else...)
	if !c.ready(fields{names: named, missing: true, invalid: true}) {
		return
	}
	switch {
	case c.matches(co.If, &co.IfMatch):
		c.demandOneOf(co.Then, co.ThenErr)
	case co.ElseMatch != nil && c.matches(co.If, co.ElseMatch):
		c.demandOneOf(co.Else, co.ElseErr)
	}
}

func (c *checking) demandOneOf(names []string, message string) {
	switch {
	case len(c.filled(names)) > 0:
	case message != "":
		c.errors.addEntity(strings.ReplaceAll(message, "%s", quotedList(names)))
	default:
		c.errors.addEntity(c.atLeastOne(names))
	}
}

func (co ConditionalAtLeastOneOf) describe() map[string]any {
	d := map[string]any{
		"if_field": co.If, "if_match": describeField(&co.IfMatch),
		"then_at_least_one_of": stringList(co.Then),
	}
	if co.ThenErr != "" {
		d["then_err"] = co.ThenErr
	}
	if co.ElseMatch != nil {
		d["else_match"] = describeField(co.ElseMatch)
		d["else_then_at_least_one_of"] = stringList(co.Else)
		if co.ElseErr != "" {
			d["else_then_err"] = co.ElseErr
		}
	}
	return map[string]any{"conditional_at_least_one_of": d}
}
