package conf

import "time"

// hybridKeys belong to Kong's separation of control and data plane. They are
// checked as Kong checks them; a node of role traditional uses none of them.
var hybridKeys = []key{
	{name: "role", typ: choice, def: "traditional", values: []string{"data_plane", "control_plane", "traditional"}},
	{name: "cluster_mtls", typ: choice, def: "shared", values: []string{"shared", "pki"}, noEffect: true},
	{name: "cluster_cert", noEffect: true},
	{name: "cluster_cert_key", secret: true, noEffect: true},
	{name: "cluster_ca_cert", noEffect: true},
	{name: "cluster_listen", typ: list, def: "0.0.0.0:8005", noEffect: true},
	{name: "cluster_ocsp", typ: choice, def: "off", values: []string{"on", "off", "optional"}, noEffect: true},
	{name: "cluster_data_plane_purge_delay", typ: number, def: "1209600", unit: time.Second, noEffect: true},
	{name: "cluster_control_plane", def: "127.0.0.1:8005", noEffect: true},
	{name: "cluster_server_name", noEffect: true},
	{name: "cluster_max_payload", typ: number, def: "16777216", noEffect: true},
	{name: "cluster_dp_labels", typ: list, noEffect: true},
	{name: "cluster_use_proxy", typ: boolean, def: "off", noEffect: true},
	{name: "proxy_server", secret: true, noEffect: true},
	{name: "proxy_server_ssl_verify", typ: boolean, def: "on", noEffect: true},
	{name: "cluster_rpc", typ: boolean, def: "off", noEffect: true},
	{name: "cluster_incremental_sync", typ: boolean, def: "off", noEffect: true},
	{name: "cluster_cjson", typ: boolean, def: "off", noEffect: true},
	{name: "dedicated_config_processing", typ: boolean, def: "on", noEffect: true},
	{name: "kic", typ: boolean, def: "off", noEffect: true},
}
