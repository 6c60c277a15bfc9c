package conf

import "time"

var generalKeys = []key{
	{name: "prefix", def: "/usr/local/kong/"},
	{name: "log_level", typ: choice, def: "notice",
		values: []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"}},
	{name: "node_id"},
	{name: "anonymous_reports", typ: boolean, def: "on", noEffect: "kongo sends no reports"},

	{name: "proxy_access_log", def: "logs/access.log"},
	{name: "proxy_error_log", def: "logs/error.log"},
	{name: "proxy_stream_access_log", def: "logs/access.log basic", noEffect: noStreams},
	{name: "proxy_stream_error_log", def: "logs/error.log", noEffect: noStreams},
	{name: "admin_access_log", def: "logs/admin_access.log"},
	{name: "admin_error_log", def: "logs/error.log"},
	{name: "admin_gui_access_log", def: "logs/admin_gui_access.log", noEffect: noGUI},
	{name: "admin_gui_error_log", def: "logs/admin_gui_error.log", noEffect: noGUI},
	{name: "status_access_log", def: "off"},
	{name: "status_error_log", def: "logs/status_error.log"},

	{name: "error_template_html"},
	{name: "error_template_json"},
	{name: "error_template_plain"},
	{name: "error_template_xml"},

	{name: "plugins", typ: list, def: "bundled"},
	{name: "pluginserver_names", typ: list, noEffect: noPluginServers},
	{name: "vaults", typ: list, def: "bundled"},
	{name: "vault_env_prefix", dynamic: true},

	{name: "tracing_instrumentations", typ: list, def: "off", noEffect: noTracing},
	{name: "tracing_sampling_rate", typ: number, def: "0.01", noEffect: noTracing},
	{name: "opentelemetry_tracing", typ: list, def: "off", heirs: []string{"tracing_instrumentations"}},
	{name: "opentelemetry_tracing_sampling_rate", typ: number, def: "0.01", heirs: []string{"tracing_sampling_rate"}},

	{name: "request_debug", typ: boolean, def: "on", noEffect: noRequestDebug},
	{name: "request_debug_token", noEffect: noRequestDebug},
	{name: "allow_debug_header", typ: boolean, def: "off"},

	{name: "admin_gui_url", typ: list},
	{name: "admin_gui_path", def: "/", noEffect: noGUI},
	{name: "admin_gui_api_url", noEffect: noGUI},
}

// luaKeys tune what is Lua, nginx or WebAssembly inside Kong.
var luaKeys = []key{
	{name: "lua_max_req_headers", typ: number, def: "100"},
	{name: "lua_max_resp_headers", typ: number, def: "100", noEffect: noLua},
	{name: "lua_max_uri_args", typ: number, def: "100", noEffect: noLua},
	{name: "lua_max_post_args", typ: number, def: "100", noEffect: noLua},
	{name: "lua_socket_pool_size", typ: number, def: "256", noEffect: "the connection pools of kongo have sizes of their own"},
	{name: "lua_package_path", def: "./?.lua;./?/init.lua;", noEffect: noLua},
	{name: "lua_package_cpath", noEffect: noLua},
	{name: "untrusted_lua", typ: choice, def: "sandbox", values: []string{"on", "off", "sandbox"}, noEffect: noLua},
	{name: "untrusted_lua_sandbox_environment", typ: list, noEffect: noLua},
	{name: "untrusted_lua_sandbox_requires", typ: list, noEffect: noLua},
	{name: "openresty_path", noEffect: "kongo is one binary and needs no OpenResty"},
	{name: "worker_events_max_payload", typ: number, def: "65535", noEffect: noWorkerEvents},
	{name: "worker_state_update_frequency", typ: number, def: "5", unit: time.Second, noEffect: atOnce},
	{name: "worker_consistency", typ: choice, def: "eventual", values: []string{"strict", "eventual"}, noEffect: atOnce},
	{name: "wasm", typ: boolean, def: "off", noEffect: noWasm},
	{name: "wasm_dynamic_module", noEffect: noWasm},
	{name: "wasm_filters", typ: list, def: "bundled,user", noEffect: noWasm},
	{name: "wasm_filters_path", noEffect: noWasm},
	{name: "nginx_wasm_main_shm_kv", dynamic: true, noEffect: noWasm},
}

// kongoKeys are kongo's own.
var kongoKeys = []key{
	{name: "sqlite_path"}, // unset means kongo.db in the prefix
	{name: "kongo_router_order", typ: choice, def: "released", values: []string{"released", "documented"}},
	{name: "kongo_unsupported_plugins", typ: choice, def: "refuse", values: []string{"refuse", "ignore"}},
	{name: "kongo_debug", typ: boolean, def: "off", noEffect: "kongo has no debugging aids yet"},
	{name: "admin_legacy_listen", typ: list, def: "off", noEffect: "kongo does not serve the Admin API of old releases yet"},
}
