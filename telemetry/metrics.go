package telemetry

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// A Metric is a family of numbers under one name. Prometheus: text exposition format 0.0.4.
type Metric struct {
	Name, Help string
	// Kind is gauge or counter.
	Kind    string
	Samples []Sample
}

// A Sample is one number of a metric.
type Sample struct {
	// Labels are names and values in turns.
	Labels []string
	Value  float64
}

// MetricsType is the content type of what WriteMetrics writes, as Kong has it.
const MetricsType = "text/plain; charset=UTF-8"

var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// WriteMetrics writes metrics in the order given, for Prometheus to read. A metric without samples is left out.
func WriteMetrics(w io.Writer, metrics []Metric) error {
	b := bufio.NewWriter(w) // remembers the first error
	for _, m := range metrics {
		if len(m.Samples) == 0 {
			continue
		}
		b.WriteString("# HELP " + m.Name + " " + helpEscapes.Replace(m.Help) + "\n")
		b.WriteString("# TYPE " + m.Name + " " + m.Kind + "\n")
		for _, s := range m.Samples {
			b.WriteString(m.Name)
			opening := "{"
			for i := 0; i+1 < len(s.Labels); i += 2 {
				b.WriteString(opening + s.Labels[i] + `="` + labelEscapes.Replace(s.Labels[i+1]) + `"`)
				opening = ","
			}
			if opening == "," {
				b.WriteByte('}')
			}
			b.WriteString(" " + strconv.FormatFloat(s.Value, 'f', -1, 64) + "\n")
		}
	}
	return b.Flush()
}
