package telemetry_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/telemetry"
)

func TestWriteMetrics(t *testing.T) {
	var text strings.Builder
	err := telemetry.WriteMetrics(&text, []telemetry.Metric{
		{Name: "up", Help: "Whether\nit is \\ up", Kind: "gauge", Samples: []telemetry.Sample{{Value: 1}}},
		{Name: "none", Help: "Nothing", Kind: "gauge"},
		{Name: "bytes_total", Help: "Bytes", Kind: "counter", Samples: []telemetry.Sample{
			{Labels: []string{"path", "copy"}, Value: 12345678901},
			{Labels: []string{"path", `a"b\c` + "\n", "node", "x"}, Value: 0.5},
		}},
	})
	const want = `# HELP up Whether\nit is \\ up
# TYPE up gauge
up 1
# HELP bytes_total Bytes
# TYPE bytes_total counter
bytes_total{path="copy"} 12345678901
bytes_total{path="a\"b\\c\n",node="x"} 0.5
`
	if err != nil || text.String() != want {
		t.Errorf("error %v\n%s\nwant\n%s", err, text.String(), want)
	}
}

func TestWriteMetricsFails(t *testing.T) {
	broken := errors.New("broken")
	metric := telemetry.Metric{Name: "up", Kind: "gauge", Samples: []telemetry.Sample{{Value: 1}}}
	if err := telemetry.WriteMetrics(writer(func([]byte) (int, error) { return 0, broken }), []telemetry.Metric{metric}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
