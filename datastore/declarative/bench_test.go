package declarative_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkLoad loads 10,000 services with a route each.
func BenchmarkLoad(b *testing.B) {
	var inJSON, inYAML strings.Builder
	inJSON.WriteString(`{"_format_version": "3.0", "services": [`)
	inYAML.WriteString("_format_version: '3.0'\nservices:\n")
	for i := range 10_000 {
		if i > 0 {
			inJSON.WriteString(",")
		}
		fmt.Fprintf(&inJSON, `{"name": "s%d", "url": "http://s%d.example:8080", "routes": [{"name": "r%d", "paths": ["/r/%d/"]}]}`, i, i, i, i)
		fmt.Fprintf(&inYAML, "- name: s%d\n  url: http://s%d.example:8080\n  routes:\n  - name: r%d\n    paths: [/r/%d/]\n", i, i, i, i)
	}
	inJSON.WriteString("]}")
	for name, text := range map[string]string{"JSON": inJSON.String(), "YAML": inYAML.String()} {
		b.Run(name, func(b *testing.B) {
			n := start(b)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.loader.Load(b.Context(), source(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
