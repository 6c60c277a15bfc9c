package conf

import (
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check validates the settings and completes those that depend on others. It
// goes on after a problem: `check` shows them all.
//
// Kong 3.9: conf_loader, in its order, except that choices come sorted by key.
func (l *loader) check() {
	l.remarkOnValues()
	l.checkChoices()
	l.checkPrefix()
	l.checkTrustedCertificates()
	l.checkPortMaps()
	l.checkCertificates()
	l.checkGUIPath()
	l.applyCipherSuite()
	l.checkDHParameters()
	l.checkHeaders()
	l.checkNames()
	l.checkTrustedIPs()
	l.checkPools()
	l.checkWorkers()
	l.checkProxyServer()
	l.checkHybrid()
	l.checkLimits()
	l.checkTracing()
	l.checkArguments()
	l.checkCassandra()
	l.checkRemains()
	l.checkForms()
}

// checkChoices checks the settings that accept a few words only. Those of
// Cassandra matter to nobody who does not use it: files that outlived it must
// go on working.
func (l *loader) checkChoices() {
	for _, s := range l.sorted() {
		if strings.HasPrefix(s.Name, "cassandra_") && l.config.String("database") != "cassandra" {
			continue
		}
		if ok, accepted := s.key.accepts(s.value); !ok && s.key.typ == choice {
			value := "nil"
			if s.value != nil {
				value = textOf(s.value)
			}
			l.fail(s.Name, "accepted: "+accepted, "%s has an invalid value: '%s' (%s)", s.Name, value, accepted)
		}
	}
}

// checkForms checks what Kong leaves to nginx, and so after all the rest.
func (l *loader) checkForms() {
	for _, s := range l.sorted() {
		if ok, accepted := s.key.accepts(s.value); !ok && s.key.typ != choice {
			l.fail(s.Name, "accepted: "+accepted, "%s has an invalid value: '%s'", s.Name, textOf(s.value))
		}
	}
}

func (l *loader) checkPrefix() {
	prefix := l.config.settings["prefix"]
	if prefix.value == nil {
		l.fail("prefix", "accepted: a directory", "prefix must be specified")
		return
	}
	prefix.value = absolute(l.config.String("prefix"))
	sqlite := l.config.settings["sqlite_path"]
	if sqlite.value == nil {
		sqlite.value = filepath.Join(l.config.String("prefix"), "kongo.db")
	} else {
		sqlite.value = absolute(l.config.String("sqlite_path"))
	}
}

// checkPortMaps reads pairs of a published and an internal port, and derives
// host_ports from them.
func (l *loader) checkPortMaps() {
	ports := map[string]int{}
	for _, item := range l.config.List("port_maps") {
		published, internal, _ := strings.Cut(item, ":")
		outside, okOutside := parsePort(published)
		_, okInside := parsePort(internal)
		if !okOutside || !okInside {
			l.fail("port_maps", "accepted: pairs such as 80:8000, published port first", "invalid port mapping (`port_maps`): %s", item)
			continue
		}
		ports[internal] = outside
	}
	l.impose("host_ports", ports, "port_maps")
}

func parsePort(s string) (int, bool) {
	n, err := strconv.Atoi(strings.Trim(s, blanks))
	return n, err == nil && n >= 1 && n <= math.MaxUint16
}

func (l *loader) checkGUIPath() {
	path := l.config.String("admin_gui_path")
	if path == "" {
		return
	}
	const key, hint = "admin_gui_path", "accepted: a path such as /manager"
	if path[0] != '/' {
		l.fail(key, hint, "admin_gui_path must start with a slash ('/')")
	}
	if len(path) > 2 && path[0] == '/' && strings.HasSuffix(path, "/") {
		l.fail(key, hint, "admin_gui_path must not end with a slash ('/')")
	}
	if guiPathForeign.MatchString(path) {
		l.fail(key, hint, "admin_gui_path can only contain letters, digits, hyphens ('-'), underscores ('_'), and slashes ('/')")
	}
	if strings.Contains(path, "//") {
		l.fail(key, hint, "admin_gui_path must not contain continuous slashes ('/')")
	}
}

var guiPathForeign = regexp.MustCompile(`[^A-Za-z0-9_/-]`)

func (l *loader) checkHeaders() {
	for _, c := range []struct {
		key   string
		names []string
	}{
		{"headers", responseHeaders},
		{"headers_upstream", upstreamHeaders},
	} {
		for _, name := range l.config.List(c.key) {
			if name != "off" && !slices.ContainsFunc(c.names, func(n string) bool { return strings.EqualFold(n, name) }) {
				l.fail(c.key, "accepted: off, "+strings.Join(c.names, ", "), "%s: invalid entry '%s'", c.key, name)
			}
		}
	}
}

// checkPools checks the numbers that shape the pools of PostgreSQL. A zero
// passes in spite of the message.
func (l *loader) checkPools() {
	for _, prefix := range []string{"pg_", "pg_ro_"} {
		for _, name := range []string{"max_concurrent_queries", "semaphore_timeout", "keepalive_timeout", "pool_size", "backlog"} {
			name = prefix + name
			if !l.config.IsSet(name) {
				if keys[name].def != "" {
					l.fail(name, numberHint, "%s must be an integer greater than 0", name)
				}
				continue
			}
			n := l.config.Number(name)
			if n < 0 {
				l.fail(name, numberHint, "%s must be greater than 0", name)
			}
			if n != math.Trunc(n) {
				l.fail(name, numberHint, "%s must be an integer greater than 0", name)
			}
		}
	}
}

const numberHint = "accepted: a number"

// between checks that a number is set and lies within bounds.
func (l *loader) between(name string, low, high float64, format string, args ...any) {
	if n := l.config.Number(name); !l.config.IsSet(name) || n < low || n > high {
		l.fail(name, numberHint, format, args...)
	}
}

func (l *loader) checkWorkers() {
	l.between("worker_state_update_frequency", math.SmallestNonzeroFloat64, math.Inf(1), "worker_state_update_frequency must be greater than 0")
}

func (l *loader) checkLimits() {
	inf := math.Inf(1)
	l.between("cluster_data_plane_purge_delay", 60, inf, "cluster_data_plane_purge_delay must be 60 or greater")
	l.between("cluster_max_payload", 4194304, inf, "cluster_max_payload must be 4194304 (4MB) or greater")
	for _, name := range []string{"pool_size", "max_requests", "idle_timeout"} {
		name = "upstream_keepalive_" + name
		l.between(name, 0, inf, "%s must be 0 or greater", name)
	}
}

var tracingTypes = []string{"off", "all", "request", "db_query", "dns_query", "router", "http_client", "balancer",
	"plugin_rewrite", "plugin_access", "plugin_header_filter"}

func (l *loader) checkTracing() {
	const key = "tracing_instrumentations"
	types := l.config.List(key)
	if len(types) == 0 {
		return
	}
	for _, t := range types {
		if !slices.Contains(tracingTypes, t) {
			l.fail(key, "accepted: "+strings.Join(tracingTypes, ", "), "invalid tracing type: %s", t)
		}
	}
	if len(types) > 1 && slices.Contains(types, "off") {
		l.fail(key, "", "invalid tracing types: off, other types are mutually exclusive")
	}
	l.between("tracing_sampling_rate", 0, 1, "tracing_sampling_rate must be between 0 and 1")
}

func (l *loader) checkArguments() {
	for _, name := range []string{"lua_max_req_headers", "lua_max_resp_headers", "lua_max_uri_args", "lua_max_post_args"} {
		if n := l.config.Number(name); n < 1 || n > 1000 || n != math.Trunc(n) {
			l.fail(name, numberHint, "%s must be an integer between 1 and 1000", name)
		}
	}
}

// checkCassandra has the rules of Kong 2.8, the last to have known Cassandra
// well.
func (l *loader) checkCassandra() {
	if l.config.String("database") != "cassandra" {
		return
	}
	policy := l.config.String("cassandra_lb_policy")
	if strings.Contains(policy, "DCAware") && !l.config.IsSet("cassandra_local_datacenter") {
		l.fail("cassandra_local_datacenter", "accepted: the name of a data center",
			"must specify 'cassandra_local_datacenter' when %s policy is in use", policy)
	}
	l.between("cassandra_refresh_frequency", 0, math.Inf(1), "cassandra_refresh_frequency must be 0 or greater")
	for _, point := range l.config.List("cassandra_contact_points") {
		if _, _, ok := parseAddress(point); ok {
			l.fail("cassandra_contact_points", "accepted: names or addresses without ports",
				"bad cassandra contact point '%s': port must be specified in cassandra_port", point)
		}
	}
}

var uuidForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

func (l *loader) checkRemains() {
	if id := l.config.String("node_id"); id != "" && !uuidForm.MatchString(id) {
		l.fail("node_id", "accepted: a UUID, or nothing to have one made", "node_id must be a valid UUID")
	}
	if path := l.config.String("wasm_filters_path"); path != "" && l.config.Bool("wasm") && !exists(path) {
		l.fail("wasm_filters_path", "", "wasm_filters_path '%s' is not a valid directory", path)
	}
	if cpath := l.config.settings["lua_package_cpath"]; cpath.value == nil {
		cpath.value = ""
	}
	l.settleUser()
}

// settleUser drops the directive that names the user of the workers where it
// names nobody, or the default on a system that has no such account.
func (l *loader) settleUser() {
	for _, name := range []string{"nginx_user", "nginx_main_user"} {
		s := l.config.settings[name]
		user := strings.Join(strings.Fields(l.config.String(name)), " ")
		byDefault := user == "kong kong" && s.Origin.IsDefault()
		if user == "nobody" || user == "nobody nobody" || byDefault && l.UserExists != nil && !l.UserExists("kong") {
			s.value = nil
		}
	}
}
