package conf

import "time"

var datastoreKeys = []key{
	{name: "database", typ: choice, def: "postgres", values: []string{"postgres", "cassandra", "off", "sqlite"}},

	{name: "pg_host", def: "127.0.0.1"},
	{name: "pg_port", typ: number, def: "5432"},
	{name: "pg_timeout", typ: number, def: "5000", unit: time.Millisecond},
	{name: "pg_user", def: "kong"},
	{name: "pg_password", secret: true},
	{name: "pg_database", def: "kong"},
	{name: "pg_schema"},
	{name: "pg_ssl", typ: boolean, def: "off"},
	{name: "pg_ssl_verify", typ: boolean, def: "off"},
	{name: "pg_max_concurrent_queries", typ: number, def: "0"},
	{name: "pg_semaphore_timeout", typ: number, def: "60000", unit: time.Millisecond},
	{name: "pg_keepalive_timeout", typ: number, unit: time.Millisecond},
	{name: "pg_pool_size", typ: number},
	{name: "pg_backlog", typ: number},
	{name: "_debug_pg_ttl_cleanup_interval", typ: number, def: "300", unit: time.Second},

	{name: "pg_ro_host"},
	{name: "pg_ro_port", typ: number},
	{name: "pg_ro_timeout", typ: number, unit: time.Millisecond},
	{name: "pg_ro_user"},
	{name: "pg_ro_password", secret: true},
	{name: "pg_ro_database"},
	{name: "pg_ro_schema"},
	{name: "pg_ro_ssl", typ: boolean},
	{name: "pg_ro_ssl_verify", typ: boolean},
	{name: "pg_ro_max_concurrent_queries", typ: number},
	{name: "pg_ro_semaphore_timeout", typ: number, unit: time.Millisecond},
	{name: "pg_ro_keepalive_timeout", typ: number, unit: time.Millisecond},
	{name: "pg_ro_pool_size", typ: number},
	{name: "pg_ro_backlog", typ: number},

	{name: "declarative_config"},
	{name: "declarative_config_string", secret: true},
	{name: "lmdb_environment_path", def: "dbless.lmdb", noEffect: noLMDB},
	{name: "lmdb_map_size", def: "2048m", noEffect: noLMDB},

	{name: "db_update_frequency", typ: number, def: "5", unit: time.Second},
	{name: "db_update_propagation", typ: number, def: "0", unit: time.Second},
	{name: "db_cache_ttl", typ: number, def: "0", unit: time.Second, noEffect: noCachedRows},
	{name: "db_cache_neg_ttl", typ: number, unit: time.Second, noEffect: noCachedRows},
	{name: "db_resurrect_ttl", typ: number, def: "30", unit: time.Second, noEffect: noCachedRows},
	{name: "db_cache_warmup_entities", typ: list, def: "services", noEffect: "what routing needs is always in memory"},
	{name: "mem_cache_size", def: "128m", form: sizeForm},
}

// cassandraKeys left Kong in 3.4. They work in kongo, with the defaults of 2.8.
var cassandraKeys = []key{
	{name: "cassandra_contact_points", typ: list, def: "127.0.0.1"},
	{name: "cassandra_port", typ: number, def: "9042"},
	{name: "cassandra_keyspace", def: "kong"},
	{name: "cassandra_username", def: "kong"},
	{name: "cassandra_password", secret: true},
	{name: "cassandra_ssl", typ: boolean, def: "off"},
	{name: "cassandra_ssl_verify", typ: boolean, def: "off"},
	{name: "cassandra_timeout", typ: number, def: "5000", unit: time.Millisecond},
	{name: "cassandra_read_consistency", typ: choice, def: "ONE", values: consistencies},
	{name: "cassandra_write_consistency", typ: choice, def: "ONE", values: consistencies},
	{name: "cassandra_lb_policy", typ: choice, def: "RequestRoundRobin",
		values: []string{"RoundRobin", "RequestRoundRobin", "DCAwareRoundRobin", "RequestDCAwareRoundRobin"}},
	{name: "cassandra_local_datacenter"},
	{name: "cassandra_refresh_frequency", typ: number, def: "60", unit: time.Second},
	{name: "cassandra_repl_strategy", typ: choice, def: "SimpleStrategy",
		values: []string{"SimpleStrategy", "NetworkTopologyStrategy"}},
	{name: "cassandra_repl_factor", typ: number, def: "1"},
	{name: "cassandra_data_centers", typ: list, def: "dc1:2,dc2:3"},
	{name: "cassandra_schema_consensus_timeout", typ: number, def: "10000", unit: time.Millisecond},
}

var consistencies = []string{"ALL", "EACH_QUORUM", "QUORUM", "LOCAL_QUORUM", "ONE", "TWO", "THREE", "LOCAL_ONE"}
