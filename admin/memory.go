package admin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/admin/body"
)

const (
	defaultUnit  = "m"
	defaultScale = 2
	maxScale     = 99
)

// memoryFormat is how bytes are shown.
//
// Kong 3.9: Admin API, GET /status.
type memoryFormat struct {
	bytes  bool // as a number, without a unit
	scale  int  // decimals
	factor float64
	suffix string
}

func newMemoryFormat(query body.Arguments) (memoryFormat, error) {
	unit := argument(query, "unit", defaultUnit)
	scale, err := strconv.Atoi(argument(query, "scale", strconv.Itoa(defaultScale)))
	if err != nil || scale < 0 || scale > maxScale {
		return memoryFormat{}, badRequest("scale must be equal or greater than 0")
	}
	switch strings.ToLower(unit) {
	case "b":
		return memoryFormat{bytes: true}, nil
	case "k":
		return memoryFormat{scale: scale, factor: 1 << 10, suffix: "KiB"}, nil
	case "m":
		return memoryFormat{scale: scale, factor: 1 << 20, suffix: "MiB"}, nil
	case "g":
		return memoryFormat{scale: scale, factor: 1 << 30, suffix: "GiB"}, nil
	}
	return memoryFormat{}, badRequest(fmt.Sprintf("invalid unit '%s' (expected 'k/K', 'm/M', or 'g/G')", unit))
}

// argument is the value of an argument, or what stands for one that is not given.
func argument(query body.Arguments, name, otherwise string) string {
	if value, ok := query.First(name); ok {
		return value
	}
	return otherwise
}

func (f memoryFormat) size(bytes uint64) any {
	if f.bytes {
		return bytes
	}
	return strconv.FormatFloat(float64(bytes)/f.factor, 'f', f.scale, 64) + " " + f.suffix
}

// memory shows what a node takes up under the names that clients look for.
func (f memoryFormat) memory(m Memory) map[string]any {
	zones := make(map[string]any, len(m.Zones))
	for name, z := range m.Zones {
		zones[name] = map[string]any{"capacity": f.size(z.Capacity), "allocated_slabs": f.size(z.Allocated)}
	}
	heaps := make([]any, len(m.Heaps))
	for i, h := range m.Heaps {
		heaps[i] = map[string]any{"pid": h.PID, "http_allocated_gc": f.size(h.Allocated)}
	}
	return map[string]any{"lua_shared_dicts": zones, "workers_lua_vms": heaps}
}
