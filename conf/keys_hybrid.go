package conf

import "time"

// hybridKeys belong to Kong's separation of control and data plane. They are
// checked as Kong checks them; a node of role traditional uses none of them.
var hybridKeys = []key{
	{name: "role", typ: choice, def: "traditional", values: []string{"data_plane", "control_plane", "traditional"}},
	{name: "cluster_mtls", typ: choice, def: "shared", values: []string{"shared", "pki"}, noEffect: noHybrid},
	{name: "cluster_cert", noEffect: noHybrid},
	{name: "cluster_cert_key", secret: true, noEffect: noHybrid},
	{name: "cluster_ca_cert", noEffect: noHybrid},
	{name: "cluster_listen", typ: list, def: "0.0.0.0:8005", noEffect: noHybrid},
	{name: "cluster_ocsp", typ: choice, def: "off", values: []string{"on", "off", "optional"}, noEffect: noHybrid},
	{name: "cluster_data_plane_purge_delay", typ: number, def: "1209600", unit: time.Second, noEffect: noHybrid},
	{name: "cluster_control_plane", def: "127.0.0.1:8005", noEffect: noHybrid},
	{name: "cluster_server_name", noEffect: noHybrid},
	{name: "cluster_max_payload", typ: number, def: "16777216", noEffect: noHybrid},
	{name: "cluster_dp_labels", typ: list, noEffect: noHybrid},
	{name: "cluster_use_proxy", typ: boolean, def: "off", noEffect: noHybrid},
	{name: "proxy_server", secret: true, noEffect: noHybrid},
	{name: "proxy_server_ssl_verify", typ: boolean, def: "on", noEffect: noHybrid},
	{name: "cluster_rpc", typ: boolean, def: "off", noEffect: noHybrid},
	{name: "cluster_incremental_sync", typ: boolean, def: "off", noEffect: noHybrid},
	{name: "cluster_cjson", typ: boolean, def: "off", noEffect: noHybrid},
	{name: "dedicated_config_processing", typ: boolean, def: "on", noEffect: noHybrid},
	{name: "kic", typ: boolean, def: "off", noEffect: "kongo does not behave differently below an ingress controller"},
}
