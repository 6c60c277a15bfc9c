package conf

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Config is a configuration that passed every check. It does not change and
// may be used from several goroutines.
//
// The methods that take a key panic if there is no such key or if it is of
// another type: the key is a constant of the program, not input.
type Config struct {
	file      string
	settings  map[string]*Setting
	listeners map[string][]Listener
	warnings  []Warning
}

// File returns the path of the configuration file that was read, or "".
func (c *Config) File() string { return c.file }

// Warnings returns what a person should know, in the order of its sources.
func (c *Config) Warnings() []Warning { return slices.Clone(c.warnings) }

// All gives every setting, by name: those of Kong 3.9 and kongo's own, and of
// the keys known by their prefix those that were set.
func (c *Config) All() iter.Seq[Setting] {
	return func(yield func(Setting) bool) {
		for _, name := range slices.Sorted(maps.Keys(c.settings)) {
			if !yield(*c.settings[name]) {
				return
			}
		}
	}
}

// Origin says where the value of a key came from.
func (c *Config) Origin(key string) Origin { return c.setting(key).Origin }

// IsSet reports whether a key has a value, be it the default.
func (c *Config) IsSet(key string) bool { return c.setting(key).value != nil }

// String returns a text, "" if unset.
func (c *Config) String(key string) string {
	return valueAs[string](c.setting(key))
}

// Bool returns a switch.
func (c *Config) Bool(key string) bool {
	s := c.setting(key)
	if s.key.typ == boolean {
		return valueAs[bool](s)
	}
	return valueAs[string](s) == "on"
}

// List returns the items of a list. The caller may keep and change it.
func (c *Config) List(key string) []string {
	return slices.Clone(valueAs[[]string](c.setting(key)))
}

// Number returns a number, 0 if unset.
func (c *Config) Number(key string) float64 {
	return valueAs[float64](c.setting(key))
}

// Int returns a number without its fraction, 0 if unset, and the nearest int
// if it is out of range. The text of a directive such as
// nginx_http_keepalive_requests counts as a number, any other text as 0.
func (c *Config) Int(key string) int {
	s := c.setting(key)
	if s.key.typ == number {
		return int(clamp(valueAs[float64](s), math.MaxInt))
	}
	n, _ := parseNumber(valueAs[string](s))
	return int(clamp(n, math.MaxInt))
}

// Duration returns a time: a number in the unit of its key, such as
// milliseconds for pg_timeout, or a time of nginx such as 60s. It is 0 if
// unset, and the nearest possible if it is out of range.
func (c *Config) Duration(key string) time.Duration {
	s := c.setting(key)
	switch {
	case s.key.unit != 0:
		return time.Duration(clamp(valueAs[float64](s)*float64(s.key.unit), math.MaxInt64))
	case s.key.form == timeForm:
		d, _ := parseTime(valueAs[string](s))
		return d
	case s.key.form == keepaliveForm:
		first, _, _ := strings.Cut(valueAs[string](s), " ") // the second is for the Keep-Alive header
		d, _ := parseTime(first)
		return d
	}
	panic("conf: " + key + " is no time")
}

// Size returns a size such as 8k or 10m in bytes, 0 if unset.
func (c *Config) Size(key string) int64 {
	s := c.setting(key)
	if s.key.form != sizeForm {
		panic("conf: " + key + " is no size")
	}
	n, _ := parseSize(valueAs[string](s))
	return n
}

// Buffers returns the number and the size in bytes that a directive such as
// nginx_http_large_client_header_buffers names, zeros if unset.
func (c *Config) Buffers(key string) (n int, each int64) {
	n, each, _ = parseBuffers(c.String(key))
	return n, each
}

// Listeners returns the addresses of a key such as proxy_listen, in the order
// given. There are none if it is off.
func (c *Config) Listeners(key string) []Listener {
	listeners, ok := c.listeners[key]
	if !ok {
		panic("conf: " + key + " is no listen address")
	}
	return slices.Clone(listeners)
}

func (c *Config) setting(name string) *Setting {
	if s, ok := c.settings[name]; ok {
		return s
	}
	if k, ok := lookup(name); ok && k.dynamic {
		return &Setting{Name: name, key: k}
	}
	panic("conf: no key " + name)
}

// valueAs returns the value of a setting, or the zero value if it is unset.
func valueAs[T any](s *Setting) T {
	v, ok := s.value.(T)
	if !ok && s.value != nil {
		panic(fmt.Sprintf("conf: %s is no %T", s.Name, v))
	}
	return v
}

// clamp keeps a number between -limit and limit.
func clamp(f float64, limit int64) int64 {
	switch {
	case f >= float64(limit):
		return limit
	case f <= -float64(limit):
		return -limit
	}
	return int64(f)
}
