package conf

// directiveKeys are the nginx directives that have a default or that kongo
// honours (those of TLS are in tlsKeys). Any other is accepted, see
// directivePrefixes, and has no effect.
var directiveKeys = []key{
	{name: "nginx_main_user", def: "kong kong", noEffect: noUser},
	{name: "nginx_main_daemon", def: "on", form: flagForm},
	{name: "nginx_main_worker_processes", def: "auto", form: processesForm},
	{name: "nginx_main_worker_shutdown_timeout", dynamic: true, form: timeForm},
	{name: "nginx_main_worker_rlimit_nofile", def: "auto", noEffect: "the limit on open files is that of the system"},
	{name: "nginx_events_worker_connections", def: "auto", noEffect: "connections are limited by open files alone"},
	{name: "nginx_events_multi_accept", def: "on", noEffect: "kongo always accepts all connections that wait"},

	{name: "nginx_http_charset", def: "UTF-8"},
	{name: "nginx_http_client_max_body_size", def: "0", form: sizeForm},
	{name: "nginx_http_client_body_buffer_size", def: "8k", form: sizeForm},
	{name: "nginx_http_client_header_buffer_size", dynamic: true, form: sizeForm,
		noEffect: "the head of a request is limited by large_client_header_buffers alone"},
	{name: "nginx_http_large_client_header_buffers", dynamic: true, form: buffersForm},
	{name: "nginx_http_client_header_timeout", dynamic: true, form: timeForm},
	{name: "nginx_http_client_body_timeout", dynamic: true, form: timeForm},
	{name: "nginx_http_send_timeout", dynamic: true, form: timeForm},
	{name: "nginx_http_keepalive_timeout", dynamic: true, form: keepaliveForm},
	{name: "nginx_http_keepalive_requests", def: "10000", form: countForm},
	{name: "nginx_http_proxy_buffering", dynamic: true, form: flagForm},
	{name: "nginx_http_proxy_request_buffering", dynamic: true, form: flagForm},
	{name: "nginx_http_lua_shared_dict", dynamic: true}, // plugins may name the zone
	{name: "nginx_http_log_format", dynamic: true, noEffect: "access logs have Kong's format or nginx's combined one"},
	{name: "nginx_http_lua_regex_cache_max_entries", def: "8192", noEffect: noLua},
	{name: "nginx_http_lua_regex_match_limit", def: "100000", noEffect: noLua},

	{name: "nginx_proxy_real_ip_header", def: "X-Real-IP"},
	{name: "nginx_proxy_real_ip_recursive", def: "off", form: flagForm},
	{name: "nginx_proxy_client_max_body_size", dynamic: true, form: sizeForm},
	{name: "nginx_proxy_client_body_buffer_size", dynamic: true, form: sizeForm},
	{name: "nginx_proxy_large_client_header_buffers", dynamic: true, form: buffersForm},
	{name: "nginx_proxy_keepalive_timeout", dynamic: true, form: keepaliveForm},
	{name: "nginx_proxy_keepalive_requests", dynamic: true, form: countForm},
	{name: "nginx_proxy_proxy_buffering", dynamic: true, form: flagForm},
	{name: "nginx_proxy_proxy_request_buffering", dynamic: true, form: flagForm},

	{name: "nginx_location_proxy_buffering", dynamic: true, form: flagForm},
	{name: "nginx_location_proxy_request_buffering", dynamic: true, form: flagForm},

	{name: "nginx_admin_client_max_body_size", def: "10m", form: sizeForm},
	{name: "nginx_admin_client_body_buffer_size", def: "10m", form: sizeForm,
		noEffect: "a body sent to the Admin API is held in memory as a whole"},
}
