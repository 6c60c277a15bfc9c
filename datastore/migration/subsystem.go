package migration

import (
	"slices"
	"strings"
)

// Core is the name of the subsystem that every database has.
const Core = "core"

// Subsystem is a part of the tables with migrations of its own.
type Subsystem struct {
	// Name is Core or that of a plugin.
	Name  string
	Steps []Step
	// Kong28 is how many of the steps, from the first on, Kong 2.8 has.
	Kong28 int
}

// Step is one migration.
type Step struct {
	Name string
	// Teardown says that the step has a second half.
	Teardown bool
}

// Known lists the subsystems of a node with these plugins, in the order in which they are migrated: the core, then the
// plugins by name.
//
// Kong 3.9: migrations, subsystems.
func Known(plugins []string) []Subsystem {
	var known []Subsystem
	for _, s := range subsystems {
		if s.Name == Core || slices.Contains(plugins, s.Name) {
			known = append(known, s)
		}
	}
	return known
}

var subsystems = []Subsystem{
	{Name: Core, Kong28: 14, Steps: steps(
		"000_base 003_100_to_110 004_110_to_120 005_120_to_130+ 006_130_to_140 007_140_to_150 008_150_to_200+ 009_200_to_210+ " +
			"010_210_to_211 011_212_to_213 012_213_to_220+ 013_220_to_230 014_230_to_270 015_270_to_280 " +
			"016_280_to_300+ 017_300_to_310 018_310_to_320 019_320_to_330 020_330_to_340 021_340_to_350 022_350_to_360 " +
			"023_360_to_370 024_380_to_390")},
	{Name: "acl", Kong28: 4, Steps: steps("000_base_acl 002_130_to_140 003_200_to_210+ 004_212_to_213+")},
	{Name: "acme", Kong28: 1, Steps: steps("000_base_acme 001_280_to_300 002_320_to_330 003_350_to_360+")},
	{Name: "ai-proxy", Steps: steps("001_360_to_370+")},
	{Name: "basic-auth", Kong28: 3, Steps: steps("000_base_basic_auth 002_130_to_140 003_200_to_210+")},
	{Name: "bot-detection", Kong28: 1, Steps: steps("001_200_to_210+")},
	{Name: "hmac-auth", Kong28: 3, Steps: steps("000_base_hmac_auth 002_130_to_140 003_200_to_210+")},
	{Name: "http-log", Steps: steps("001_280_to_300+")},
	{Name: "ip-restriction", Kong28: 1, Steps: steps("001_200_to_210+")},
	{Name: "jwt", Kong28: 3, Steps: steps("000_base_jwt 002_130_to_140 003_200_to_210+")},
	{Name: "key-auth", Kong28: 3, Steps: steps("000_base_key_auth 002_130_to_140 003_200_to_210+ 004_320_to_330")},
	{Name: "oauth2", Kong28: 4, Steps: steps(
		"000_base_oauth2 003_130_to_140 004_200_to_210+ 005_210_to_211 006_320_to_330 007_320_to_330")},
	{Name: "opentelemetry", Steps: steps("001_331_to_332+")},
	{Name: "post-function", Steps: steps("001_280_to_300+")},
	{Name: "pre-function", Steps: steps("001_280_to_300+")},
	{Name: "rate-limiting", Kong28: 3, Steps: steps(
		"000_base_rate_limiting 003_10_to_112 004_200_to_210 005_320_to_330 006_350_to_360+")},
	{Name: "response-ratelimiting", Kong28: 1, Steps: steps("000_base_response_rate_limiting 001_350_to_360+")},
	{Name: "session", Kong28: 2, Steps: steps("000_base_session 001_add_ttl_index 002_320_to_330")},
}

// steps reads names separated by blanks; a plus behind one says that the step has a second half.
func steps(names string) []Step {
	var list []Step
	for _, name := range strings.Fields(names) {
		name, teardown := strings.CutSuffix(name, "+")
		list = append(list, Step{Name: name, Teardown: teardown})
	}
	return list
}
