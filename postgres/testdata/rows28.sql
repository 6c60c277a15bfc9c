-- Rows as Kong 2.8 writes them, of every entity, and the forms that Kong 3.9 wants otherwise.

SET TIME ZONE 'UTC';
UPDATE workspaces SET id = '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028' WHERE name = 'default';

INSERT INTO services (id, created_at, updated_at, name, retries, protocol, host, port, path, connect_timeout, write_timeout, read_timeout, tags, ws_id, enabled)
VALUES ('28000000-0000-4000-8000-000000000001', to_timestamp(1600000000), to_timestamp(1600000001), 'shop', 5, 'http', 'shop.example', 80, '/api', 60000, 60000, 60000, '{"a","ünï"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', true);

INSERT INTO routes (id, created_at, updated_at, name, service_id, protocols, methods, hosts, paths, regex_priority, strip_path, preserve_host, https_redirect_status_code, headers, path_handling, ws_id, request_buffering, response_buffering, tags)
VALUES
('28000000-0000-4000-8000-000000000011', to_timestamp(1600000000), to_timestamp(1600000001), 'regular', '28000000-0000-4000-8000-000000000001', '{http,https}', NULL, '{shop.example}', '{"/v(1|2)","/plain","/a%2Eb$","/über","/x//y/%7Ez"}', 7, true, false, 426, '{"x-a": ["1"]}', 'v1', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', true, true, '{}'),
('28000000-0000-4000-8000-000000000012', to_timestamp(1600000000), to_timestamp(1600000001), 'pathless', '28000000-0000-4000-8000-000000000001', '{http}', '{GET}', NULL, NULL, 0, true, false, 426, NULL, 'v0', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', true, true, NULL);

INSERT INTO consumers (id, created_at, username, custom_id, tags, ws_id)
VALUES ('28000000-0000-4000-8000-000000000021', to_timestamp(1600000000), 'ana', NULL, '{vip}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');

INSERT INTO upstreams (id, created_at, name, algorithm, hash_on, hash_fallback, hash_on_cookie_path, slots, healthchecks, ws_id)
VALUES ('28000000-0000-4000-8000-000000000031', to_timestamp(1600000000), 'pool', 'round-robin', 'none', 'none', '/', 10000, '{"active": {"type": "http", "timeout": 1, "concurrency": 10, "http_path": "/", "https_verify_certificate": true, "https_sni": null, "headers": null, "healthy": {"interval": 0, "http_statuses": [200, 302], "successes": 0}, "unhealthy": {"interval": 0, "http_statuses": [429], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}, "passive": {"type": "http", "healthy": {"http_statuses": [200], "successes": 0}, "unhealthy": {"http_statuses": [429, 500, 503], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}, "threshold": 0}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');

-- Without a constraint, the same target can be there more than once.
INSERT INTO targets (id, created_at, upstream_id, target, weight, ws_id)
VALUES
('28000000-0000-4000-8000-000000000041', to_timestamp(1600000000.125), '28000000-0000-4000-8000-000000000031', '10.0.0.1:8080', 10, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028'),
('28000000-0000-4000-8000-000000000042', to_timestamp(1600000005.5), '28000000-0000-4000-8000-000000000031', '10.0.0.1:8080', 20, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028'),
('28000000-0000-4000-8000-000000000043', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000031', '[::1]:8080', 100, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028'),
('28000000-0000-4000-8000-000000000044', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000031', '[::1]:8080', 50, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');

INSERT INTO vaults_beta (id, ws_id, prefix, name, description, config, created_at, updated_at, tags)
VALUES ('28000000-0000-4000-8000-000000000051', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', 'my-env', 'env', NULL, '{"prefix": "SECRET_"}', to_timestamp(1600000000), to_timestamp(1600000001), '{safe}');

INSERT INTO plugins (id, created_at, name, consumer_id, service_id, route_id, config, enabled, cache_key, protocols, tags, ws_id)
SELECT ('28000000-0000-4000-8000-0000000001' || n)::uuid, to_timestamp(1600000000), name, NULL, '28000000-0000-4000-8000-000000000001', NULL, config::jsonb, true,
    'plugins:' || name || '::28000000-0000-4000-8000-000000000001:::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', '{grpc,grpcs,http,https}', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028'
FROM (VALUES
('01', 'rate-limiting', '{"second": null, "minute": 5, "hour": null, "day": null, "month": null, "year": null, "limit_by": "consumer", "header_name": null, "path": null, "policy": "redis", "fault_tolerant": true, "redis_host": "redis.example", "redis_port": 6380, "redis_password": "s3cret", "redis_username": null, "redis_ssl": true, "redis_ssl_verify": false, "redis_server_name": null, "redis_timeout": 1500, "redis_database": 2, "hide_client_headers": false}'),
('02', 'response-ratelimiting', '{"header_name": "x-kong-limit", "limit_by": "consumer", "policy": "redis", "fault_tolerant": true, "redis_host": "r2.example", "redis_port": 6379, "redis_password": null, "redis_username": null, "redis_timeout": 2000, "redis_database": 0, "block_on_first_violation": false, "hide_client_headers": false, "limits": {"video": {"second": null, "minute": 10, "hour": null, "day": null, "month": null, "year": null}}}'),
('03', 'http-log', '{"http_endpoint": "http://log.example/", "method": "POST", "content_type": "application/json", "timeout": 10000, "keepalive": 60000, "retry_count": 10, "queue_size": 1, "flush_timeout": 2, "headers": {"x-one": ["a"], "x-two": ["a", "b"]}, "custom_fields_by_lua": null}'),
('04', 'pre-function', '{"functions": ["return 1"], "certificate": [], "rewrite": [], "access": [], "header_filter": [], "body_filter": [], "log": []}'),
('05', 'post-function', '{"functions": [], "certificate": [], "rewrite": [], "access": ["return 2"], "header_filter": [], "body_filter": [], "log": []}'),
('06', 'session', '{"secret": "abcdef", "cookie_name": "session", "cookie_lifetime": 1800, "cookie_idletime": null, "cookie_renew": 600, "cookie_path": "/", "cookie_domain": null, "cookie_samesite": "off", "cookie_httponly": true, "cookie_secure": true, "cookie_discard": 10, "storage": "cookie", "logout_methods": ["POST", "DELETE"], "logout_query_arg": "session_logout", "logout_post_arg": "session_logout"}'),
('07', 'acl', '{"allow": ["staff"], "deny": null, "hide_groups_header": false}'),
('08', 'key-auth', '{"key_names": ["apikey"], "hide_credentials": false, "anonymous": null, "key_in_header": true, "key_in_query": true, "key_in_body": false, "run_on_preflight": true}'),
('09', 'acme', '{"account_email": "a@example.com", "api_uri": "https://acme.example/directory", "tos_accepted": true, "eab_kid": null, "eab_hmac_key": null, "cert_type": "rsa", "rsa_key_size": 4096, "renew_threshold_days": 14, "domains": ["a.example"], "allow_any_domain": false, "fail_backoff_minutes": 5, "storage": "redis", "storage_config": {"shm": {"shm_name": "kong"}, "kong": {}, "redis": {"host": "r3.example", "port": 6379, "database": 1, "auth": "pw", "ssl": false, "ssl_verify": false, "ssl_server_name": "r3"}, "consul": {"https": false, "host": null, "port": null, "kv_path": null, "timeout": null, "token": null}, "vault": {"https": false, "host": null, "port": null, "kv_path": null, "timeout": null, "token": null, "tls_verify": true, "tls_server_name": null, "auth_method": "token", "auth_path": null, "auth_role": null, "jwt_path": null}}, "preferred_chain": null, "enable_ipv4_common_name": true}')
) AS p(n, name, config);

INSERT INTO keyauth_credentials (id, created_at, consumer_id, key, tags, ttl, ws_id)
VALUES ('28000000-0000-4000-8000-000000000201', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000021', 'k-ana', NULL, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO acls (id, created_at, consumer_id, "group", cache_key, ws_id)
VALUES ('28000000-0000-4000-8000-000000000202', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000021', 'staff', 'acls:28000000-0000-4000-8000-000000000021:staff::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO basicauth_credentials (id, created_at, consumer_id, username, password, ws_id)
VALUES ('28000000-0000-4000-8000-000000000203', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000021', 'ana', 'd4f0bc5a29de06b510f9aa428f1eedba926012b5', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO hmacauth_credentials (id, created_at, consumer_id, username, secret, ws_id)
VALUES ('28000000-0000-4000-8000-000000000204', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000021', 'ana', 'hush', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO jwt_secrets (id, created_at, consumer_id, key, secret, algorithm, ws_id)
VALUES ('28000000-0000-4000-8000-000000000205', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000021', 'iss', 'hush', 'HS256', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO oauth2_credentials (id, created_at, name, consumer_id, client_id, client_secret, redirect_uris, client_type, hash_secret, ws_id)
VALUES ('28000000-0000-4000-8000-000000000206', to_timestamp(1600000000), 'app', '28000000-0000-4000-8000-000000000021', 'cid', 'csecret', '{https://app.example/}', 'confidential', false, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO oauth2_authorization_codes (id, created_at, credential_id, service_id, code, ttl, ws_id)
VALUES ('28000000-0000-4000-8000-000000000207', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000206', NULL, 'code-1', to_timestamp(4000000000), '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO oauth2_tokens (id, created_at, credential_id, access_token, refresh_token, token_type, expires_in, ttl, ws_id)
VALUES ('28000000-0000-4000-8000-000000000208', to_timestamp(1600000000), '28000000-0000-4000-8000-000000000206', 'at', 'rt', 'bearer', 7200, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028');
INSERT INTO sessions (id, session_id, expires, data, created_at, ttl)
VALUES ('28000000-0000-4000-8000-000000000209', 'sid', 4000000000 - 3000000000, 'ZGF0YQ', to_timestamp(1600000000), to_timestamp(4000000000));
INSERT INTO acme_storage (id, key, value, created_at, ttl)
VALUES ('28000000-0000-4000-8000-000000000210', 'kong_acme:account', '{}', to_timestamp(1600000000), NULL);
INSERT INTO ratelimiting_metrics (identifier, period, period_date, value, ttl)
VALUES ('ana', 'minute', to_timestamp(1600000020), 3, to_timestamp(4000000000));
INSERT INTO response_ratelimiting_metrics (identifier, period, period_date, value)
VALUES ('ana', 'minute', to_timestamp(1600000020), 3);
INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)
VALUES ('28000000-0000-4000-8000-000000000211', '28000000-0000-4000-8000-000000000299', to_timestamp(1600000000.25), NULL, to_timestamp(4000000000), 'invalidations', 'services:x:::::');
