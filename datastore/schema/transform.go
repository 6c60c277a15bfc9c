package schema

// Transform runs the write transformations whose inputs are among the changed fields and returns the row to store.
func (e *Entity) Transform(row, changed map[string]any) (map[string]any, error) {
	for _, t := range e.Transformations {
		if filledPaths(changed, t.Input) < len(t.Input) || filledPaths(row, t.Needs) < len(t.Needs) {
			continue
		}
		members, err := t.OnWrite(row)
		if err != nil {
			return nil, err
		}
		for name, v := range members {
			row[name] = v
		}
	}
	return row, nil
}
