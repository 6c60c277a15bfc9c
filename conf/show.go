package conf

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes the effective configuration as one JSON object: every key
// with its value and its origin. Secrets are masked, and what came out of a
// vault is shown as the reference to it, unless reveal is set.
func (c *Config) WriteJSON(w io.Writer, reveal bool) error {
	type entry struct {
		Value  any    `json:"value"`
		Origin string `json:"origin"`
	}
	settings := map[string]entry{}
	for s := range c.All() {
		value := s.Masked()
		if reveal {
			value = s.Value()
		}
		settings[s.Name] = entry{value, s.Origin.String()}
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(settings); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return nil
}
