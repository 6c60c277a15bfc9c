package conf

import "time"

// listenKeys hold addresses; listener.go has their grammar.
var listenKeys = []key{
	{name: "proxy_listen", typ: list, def: "0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384"},
	{name: "stream_listen", typ: list, def: "off", noEffect: noStreams},
	{name: "admin_listen", typ: list, def: "127.0.0.1:8001 reuseport backlog=16384, 127.0.0.1:8444 http2 ssl reuseport backlog=16384"},
	{name: "admin_gui_listen", typ: list, def: "0.0.0.0:8002, 0.0.0.0:8445 ssl", noEffect: noGUI},
	{name: "status_listen", typ: list, def: "127.0.0.1:8007 reuseport backlog=16384"},
	{name: "port_maps", typ: list},
	{name: "host_ports", noEffect: "it follows from port_maps, whatever is written"}, // derived from port_maps, whatever is written
}

// proxyKeys shape what happens to a request.
var proxyKeys = []key{
	{name: "trusted_ips", typ: list},
	{name: "real_ip_header", def: "X-Real-IP", copiedTo: []string{"nginx_proxy_real_ip_header"}},
	{name: "real_ip_recursive", typ: onOff, def: "off", copiedTo: []string{"nginx_proxy_real_ip_recursive"}},
	{name: "headers", typ: list, def: "server_tokens, latency_tokens, x-kong-request-id"},
	{name: "headers_upstream", typ: list, def: "x-kong-request-id"},
	{name: "error_default_type", typ: choice, def: "text/plain",
		values: []string{"application/json", "application/xml", "text/html", "text/plain"}},
	{name: "router_flavor", typ: choice, def: "traditional_compatible",
		values: []string{"traditional", "traditional_compatible", "expressions"}},
	{name: "client_body_buffer_size", def: "8k", heirs: []string{"nginx_http_client_body_buffer_size"}},

	{name: "upstream_keepalive_pool_size", typ: number, def: "512"},
	{name: "upstream_keepalive_max_requests", typ: number, def: "10000"},
	{name: "upstream_keepalive_idle_timeout", typ: number, def: "60", unit: time.Second},

	{name: "nginx_user", def: "kong kong", copiedTo: []string{"nginx_main_user"}, noEffect: noUser},
	{name: "nginx_daemon", typ: onOff, def: "on", copiedTo: []string{"nginx_main_daemon"}},
	{name: "nginx_worker_processes", def: "auto", copiedTo: []string{"nginx_main_worker_processes"}},
}
