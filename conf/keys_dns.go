package conf

import "time"

var dnsKeys = []key{
	{name: "dns_resolver", typ: list},
	{name: "dns_hostsfile", def: "/etc/hosts"},
	{name: "dns_order", typ: list, def: "LAST,SRV,A,CNAME"},
	{name: "dns_valid_ttl", typ: number, unit: time.Second},
	{name: "dns_stale_ttl", typ: number, def: "3600", unit: time.Second},
	{name: "dns_not_found_ttl", typ: number, def: "30", unit: time.Second},
	{name: "dns_error_ttl", typ: number, def: "1", unit: time.Second},
	{name: "dns_cache_size", typ: number, def: "10000"},
	{name: "dns_no_sync", typ: boolean, def: "off", noEffect: "lookups of one name at the same time are always one"},

	{name: "new_dns_client", typ: boolean, def: "off", noEffect: noNewDNS},
	{name: "resolver_address", typ: list, noEffect: noNewDNS},
	{name: "resolver_hosts_file", def: "/etc/hosts", noEffect: noNewDNS},
	{name: "resolver_family", typ: list, def: "A,SRV", noEffect: noNewDNS},
	{name: "resolver_valid_ttl", typ: number, unit: time.Second, noEffect: noNewDNS},
	{name: "resolver_stale_ttl", typ: number, def: "3600", unit: time.Second, noEffect: noNewDNS},
	{name: "resolver_error_ttl", typ: number, def: "1", unit: time.Second, noEffect: noNewDNS},
	{name: "resolver_lru_cache_size", typ: number, def: "10000", noEffect: noNewDNS},
	{name: "resolver_mem_cache_size", def: "5m", noEffect: noNewDNS},
}
