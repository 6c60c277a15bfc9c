package schema

// override returns f with whatever rule declares laid over it. Rules of conditional checks are such partial fields.
func override(f, rule *Field) Field {
	merged := *f
	if rule.Type != "" {
		merged.Type = rule.Type
	}
	if rule.Required != Undeclared {
		merged.Required = rule.Required
	}
	layer(&merged.Eq, rule.Eq)
	layer(&merged.Ne, rule.Ne)
	layer(&merged.Contains, rule.Contains)
	layerList(&merged.OneOf, rule.OneOf)
	layerList(&merged.NotOneOf, rule.NotOneOf)
	layerList(&merged.Between, rule.Between)
	layerPointer(&merged.GreaterThan, rule.GreaterThan)
	layerPointer(&merged.LenEq, rule.LenEq)
	layerPointer(&merged.LenMin, rule.LenMin)
	layerPointer(&merged.LenMax, rule.LenMax)
	layerPointer(&merged.Elements, rule.Elements)
	layerPointer(&merged.MatchAny, rule.MatchAny)
	layerText(&merged.Match, rule.Match)
	layerText(&merged.NotMatch, rule.NotMatch)
	layerText(&merged.StartsWith, rule.StartsWith)
	layerText(&merged.Err, rule.Err)
	if rule.Validator != nil {
		merged.Validator = rule.Validator
	}
	return merged
}

func layer(to *any, v any) {
	if v != nil {
		*to = v
	}
}

func layerList[T any](to *[]T, v []T) {
	if v != nil {
		*to = v
	}
}

func layerPointer[T any](to **T, v *T) {
	if v != nil {
		*to = v
	}
}

func layerText(to *string, v string) {
	if v != "" {
		*to = v
	}
}
