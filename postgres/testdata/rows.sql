-- Rows of every entity as Kong 3.9 writes them, each with every column. The columns of moments are computed as Kong does,
-- from a time without zone in a session whose zone is UTC.

SET TIME ZONE 'UTC';
UPDATE workspaces SET id = '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001' WHERE name = 'default';

INSERT INTO certificates (id, created_at, cert, "key", tags, ws_id, cert_alt, key_alt, updated_at)
VALUES ('510fd1dc-93d0-4601-ad20-8ad700afc403', to_timestamp(1700000000) AT TIME ZONE 'UTC', '-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUX0TAp2/IieHGzExwymXumyvL41UwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPY2Fmw4PCqS5leGFtcGxlMCAXDTI2MTEyMTAzMTcwMloYDzIx
MjYxMDI4MDMxNzAyWjAaMRgwFgYDVQQDDA9jYWbDg8KpLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQEfFiEUXN+ADXs3ukhtcEsDPMRhFmWlE2bqCov
Ny0d9i55o1JWyNrnH/btjXgMgLV/rmO2kEKcXz3S/szOKGoZo1MwUTAdBgNVHQ4E
FgQUx74J2j4R6qNGVlRaYJsZz0V7iycwHwYDVR0jBBgwFoAUx74J2j4R6qNGVlRa
YJsZz0V7iycwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAkclW/
ZOPmPlDTZkMzQams099EL0P9E9PNNuBDbg5oLwIgRLmlw/HeiqEPI5nVQvzDo2QE
cOKN9BoRiMUDCGln0pw=
-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXDgeXG+82QalhqKr
FUUgfrbAEGVqXY8EKB52kKVaOpqhRANCAAQEfFiEUXN+ADXs3ukhtcEsDPMRhFmW
lE2bqCovNy0d9i55o1JWyNrnH/btjXgMgLV/rmO2kEKcXz3S/szOKGoZ
-----END PRIVATE KEY-----', '{"ünïcödé","a b"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, NULL, to_timestamp(1700000001) AT TIME ZONE 'UTC');

INSERT INTO certificates (id, created_at, cert, "key", tags, ws_id, cert_alt, key_alt, updated_at)
VALUES ('4b20c72e-0edc-48d7-a645-8f902a7ff90e', to_timestamp(1700000000) AT TIME ZONE 'UTC', '-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUX0TAp2/IieHGzExwymXumyvL41UwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPY2Fmw4PCqS5leGFtcGxlMCAXDTI2MTEyMTAzMTcwMloYDzIx
MjYxMDI4MDMxNzAyWjAaMRgwFgYDVQQDDA9jYWbDg8KpLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQEfFiEUXN+ADXs3ukhtcEsDPMRhFmWlE2bqCov
Ny0d9i55o1JWyNrnH/btjXgMgLV/rmO2kEKcXz3S/szOKGoZo1MwUTAdBgNVHQ4E
FgQUx74J2j4R6qNGVlRaYJsZz0V7iycwHwYDVR0jBBgwFoAUx74J2j4R6qNGVlRa
YJsZz0V7iycwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAkclW/
ZOPmPlDTZkMzQams099EL0P9E9PNNuBDbg5oLwIgRLmlw/HeiqEPI5nVQvzDo2QE
cOKN9BoRiMUDCGln0pw=
-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXDgeXG+82QalhqKr
FUUgfrbAEGVqXY8EKB52kKVaOpqhRANCAAQEfFiEUXN+ADXs3ukhtcEsDPMRhFmW
lE2bqCovNy0d9i55o1JWyNrnH/btjXgMgLV/rmO2kEKcXz3S/szOKGoZ
-----END PRIVATE KEY-----', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, NULL, to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO snis (id, created_at, name, certificate_id, tags, ws_id, updated_at)
VALUES ('1949d247-b7ff-4690-a57f-9dd35d50a31f', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'www.example.com', '510fd1dc-93d0-4601-ad20-8ad700afc403', '{"x"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO snis (id, created_at, name, certificate_id, tags, ws_id, updated_at)
VALUES ('8a512e38-44ee-40b3-ab84-bd6d21fc0001', to_timestamp(1700000000) AT TIME ZONE 'UTC', '*.example.com', '510fd1dc-93d0-4601-ad20-8ad700afc403', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO ca_certificates (id, created_at, cert, tags, cert_digest, updated_at)
VALUES ('c2ce36d1-9e6c-4711-a044-dd934ee1cf2a', to_timestamp(1700000000) AT TIME ZONE 'UTC', '-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUBt4W8PNPtnUiN2WOgkc6YqzQwtkwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEUm9vdDAgFw0yNjExMjEwMzE3MDJaGA8yMTI2MTAyODAzMTcw
MlowDzENMAsGA1UEAwwEUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCxS
yzPS+0PInbquIpIjZe0hmq8o/K8xYTiPS8ZGpf+/07xyJwv7BoEBtc3bfNsHLy5T
uP6vgnciu9uGH9/ppsqjUzBRMB0GA1UdDgQWBBTJtih+yl0kmRD8PSVYjbAIPoPY
UDAfBgNVHSMEGDAWgBTJtih+yl0kmRD8PSVYjbAIPoPYUDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDxpzXhvW338RttT5WIVJsjDOxes3i/Av8L
C0FvjlrRNAIhANJtkKthZqt+LIIK3aA2JF2GpGweQQd2kvhVhWlwGxbc
-----END CERTIFICATE-----', '{}', '28e0376b2627edf45fa8adb2dc8927fec53b82633a905c44c7d4c22527e9a052', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO services (id, created_at, updated_at, name, retries, protocol, host, port, path, connect_timeout, write_timeout, read_timeout, tags, client_certificate_id, tls_verify, tls_verify_depth, ca_certificates, ws_id, enabled)
VALUES ('f209672a-3e01-4941-a8ff-550dfdf277a9', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000005) AT TIME ZONE 'UTC', 'päyments-サービス', 0, 'https', 'xn--caf-dma.example', 8443, '/a%2Fb''c', 1, 2147483646, 30000, '{"a","ünï","q''uote","back\\slash","\"double\"","{brace}","NULL","null","sp ace"}', '510fd1dc-93d0-4601-ad20-8ad700afc403', TRUE, 3, '{"c2ce36d1-9e6c-4711-a044-dd934ee1cf2a"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', FALSE);

INSERT INTO services (id, created_at, updated_at, name, retries, protocol, host, port, path, connect_timeout, write_timeout, read_timeout, tags, client_certificate_id, tls_verify, tls_verify_depth, ca_certificates, ws_id, enabled)
VALUES ('090b1523-83f9-43de-a2e8-68571ea8e49c', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', NULL, NULL, 'http', '10.0.0.1', 80, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', TRUE);

INSERT INTO services (id, created_at, updated_at, name, retries, protocol, host, port, path, connect_timeout, write_timeout, read_timeout, tags, client_certificate_id, tls_verify, tls_verify_depth, ca_certificates, ws_id, enabled)
VALUES ('f2321d31-3db4-40e6-a21f-8ba63ae32051', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'tcp', 5, 'tls', 'db', 0, NULL, 60000, 60000, 60000, '{}', NULL, FALSE, 0, '{}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', TRUE);

INSERT INTO routes (id, created_at, updated_at, name, service_id, protocols, methods, hosts, paths, snis, sources, destinations, regex_priority, strip_path, preserve_host, tags, https_redirect_status_code, headers, path_handling, ws_id, request_buffering, response_buffering)
VALUES ('5eb6f7c4-68ae-4d92-a13a-8db00127150e', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'röute', 'f209672a-3e01-4941-a8ff-550dfdf277a9', '{"https","http"}', '{"GET","POST"}', '{"example.com","*.example.org:8080","xn--mnchen-3ya.example"}', '{"/a","~/(?<n>\\d+)/\"x\",{y}$","/ünï"}', '{"www.example.com"}', NULL, NULL, -9007199254740991, FALSE, TRUE, '{"a"}', 308, '{"x-one": ["a", "b,\"c\"", "ü"], "X-Two": []}', 'v1', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', FALSE, FALSE);

INSERT INTO routes (id, created_at, updated_at, name, service_id, protocols, methods, hosts, paths, snis, sources, destinations, regex_priority, strip_path, preserve_host, tags, https_redirect_status_code, headers, path_handling, ws_id, request_buffering, response_buffering)
VALUES ('5be67878-c150-4e17-a321-fef4f0b2ebbb', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', NULL, NULL, '{"tcp","udp"}', NULL, NULL, NULL, NULL, '{"{\"ip\": \"10.0.0.0/8\", \"port\": null}","{\"ip\": null, \"port\": 1234}","{\"ip\": \"127.0.0.1\", \"port\": 65535}"}', '{}', 0, TRUE, FALSE, NULL, 426, NULL, 'v0', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', TRUE, TRUE);

INSERT INTO routes (id, created_at, updated_at, name, service_id, protocols, methods, hosts, paths, snis, sources, destinations, regex_priority, strip_path, preserve_host, tags, https_redirect_status_code, headers, path_handling, ws_id, request_buffering, response_buffering)
VALUES ('2f21bde5-f7ac-4ead-a0fe-44d0a7c0f2a9', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'grpc', '090b1523-83f9-43de-a2e8-68571ea8e49c', '{"grpc"}', NULL, '{}', '{"/p"}', NULL, NULL, NULL, 0, FALSE, FALSE, '{}', 426, '{}', 'v0', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', TRUE, TRUE);

INSERT INTO consumers (id, created_at, username, custom_id, tags, ws_id, updated_at)
VALUES ('0051151e-bf73-423b-af86-2cf2aac17307', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'alice ünï 🎉', 'it''s; DROP TABLE', '{"x"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO consumers (id, created_at, username, custom_id, tags, ws_id, updated_at)
VALUES ('b28631a9-9bfa-4530-ae08-441a82aa0b9b', to_timestamp(1700000000) AT TIME ZONE 'UTC', NULL, 'c2', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO upstreams (id, created_at, name, hash_on, hash_fallback, hash_on_header, hash_fallback_header, hash_on_cookie, hash_on_cookie_path, slots, healthchecks, tags, algorithm, host_header, client_certificate_id, ws_id, hash_on_query_arg, hash_fallback_query_arg, hash_on_uri_capture, hash_fallback_uri_capture, use_srv_name, updated_at)
VALUES ('46615663-6cca-4281-ab9e-e38fa85f199d', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'up-1', 'header', 'query_arg', 'X-Hash', NULL, NULL, '/', 10, '{"threshold": 12.5, "active": {"type": "http", "timeout": 0.25, "concurrency": 10, "http_path": "/", "https_sni": "sni.example", "https_verify_certificate": true, "headers": {"x-h": ["1", "2"]}, "healthy": {"interval": 1.5, "http_statuses": [200, 302], "successes": 0}, "unhealthy": {"interval": 0, "http_statuses": [], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}, "passive": {"type": "http", "healthy": {"http_statuses": [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308], "successes": 0}, "unhealthy": {"http_statuses": [429, 500, 503], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}}', '{"t"}', 'consistent-hashing', 'h.example:81', '4b20c72e-0edc-48d7-a645-8f902a7ff90e', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, 'q', NULL, NULL, TRUE, to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO upstreams (id, created_at, name, hash_on, hash_fallback, hash_on_header, hash_fallback_header, hash_on_cookie, hash_on_cookie_path, slots, healthchecks, tags, algorithm, host_header, client_certificate_id, ws_id, hash_on_query_arg, hash_fallback_query_arg, hash_on_uri_capture, hash_fallback_uri_capture, use_srv_name, updated_at)
VALUES ('0c1f4f65-ee7c-4b27-ac9e-82ea1122bd5d', to_timestamp(1700000000) AT TIME ZONE 'UTC', '10.1.2.3.xip', 'none', 'none', NULL, NULL, NULL, '/', 10000, '{"threshold": 0, "active": {"type": "http", "timeout": 1, "concurrency": 10, "http_path": "/", "https_sni": null, "https_verify_certificate": true, "headers": null, "healthy": {"interval": 0, "http_statuses": [200, 302], "successes": 0}, "unhealthy": {"interval": 0, "http_statuses": [429, 404, 500, 501, 502, 503, 504, 505], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}, "passive": {"type": "http", "healthy": {"http_statuses": [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308], "successes": 0}, "unhealthy": {"http_statuses": [429, 500, 503], "tcp_failures": 0, "timeouts": 0, "http_failures": 0}}}', NULL, 'round-robin', NULL, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, NULL, NULL, NULL, FALSE, to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO targets (id, created_at, upstream_id, target, weight, tags, ws_id, cache_key, updated_at)
VALUES ('1384892c-f376-4184-a402-087d6ba1d871', to_timestamp(1700000000.123) AT TIME ZONE 'UTC', '46615663-6cca-4281-ab9e-e38fa85f199d', '10.0.0.1:8080', 0, '{"t"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'targets:46615663-6cca-4281-ab9e-e38fa85f199d:10.0.0.1:8080::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000.123) AT TIME ZONE 'UTC');

INSERT INTO targets (id, created_at, upstream_id, target, weight, tags, ws_id, cache_key, updated_at)
VALUES ('26b097a5-ca0c-4de5-a5fb-2727b4372626', to_timestamp(1700000000.5) AT TIME ZONE 'UTC', '46615663-6cca-4281-ab9e-e38fa85f199d', '[2001:0db8:0000:0000:0000:0000:0000:0001]:443', 65535, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'targets:46615663-6cca-4281-ab9e-e38fa85f199d:[2001:0db8:0000:0000:0000:0000:0000:0001]:443::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000.5) AT TIME ZONE 'UTC');

INSERT INTO targets (id, created_at, upstream_id, target, weight, tags, ws_id, cache_key, updated_at)
VALUES ('daabfdfa-a98a-4e77-a06b-94448b1ebc74', to_timestamp(1700000000) AT TIME ZONE 'UTC', '0c1f4f65-ee7c-4b27-ac9e-82ea1122bd5d', 'host.example:8000', 100, '{}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'targets:0c1f4f65-ee7c-4b27-ac9e-82ea1122bd5d:host.example:8000::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO plugins (id, created_at, name, consumer_id, service_id, route_id, config, enabled, cache_key, protocols, tags, ws_id, instance_name, updated_at)
VALUES ('b97ee41d-3332-48b4-a6ea-9b06aedca92d', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'key-auth', NULL, NULL, NULL, '{"key_names": ["apikey", "x-key"], "hide_credentials": false, "anonymous": null, "key_in_header": true, "key_in_query": true, "key_in_body": false, "run_on_preflight": true, "realm": "rëalm"}', TRUE, 'plugins:key-auth:::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '{"grpc","grpcs","http","https"}', '{"p"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'inst-1', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO plugins (id, created_at, name, consumer_id, service_id, route_id, config, enabled, cache_key, protocols, tags, ws_id, instance_name, updated_at)
VALUES ('25ae67b8-8648-4389-ae11-df48ff1352ee', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'response-transformer', '0051151e-bf73-423b-af86-2cf2aac17307', '090b1523-83f9-43de-a2e8-68571ea8e49c', NULL, '{"remove": {"headers": ["X-A"], "json": []}, "rename": {"headers": [], "json": []}, "replace": {"headers": [], "json": ["a:\"b\""], "json_types": ["string"]}, "add": {"headers": ["X-Ü:1"], "json": [], "json_types": []}, "append": {"headers": [], "json": [], "json_types": []}}', FALSE, 'plugins:response-transformer::090b1523-83f9-43de-a2e8-68571ea8e49c:0051151e-bf73-423b-af86-2cf2aac17307::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '{"grpc","grpcs","http","https"}', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO plugins (id, created_at, name, consumer_id, service_id, route_id, config, enabled, cache_key, protocols, tags, ws_id, instance_name, updated_at)
VALUES ('965de625-17ac-4322-a555-bd01d9d9594f', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'rate-limiting', NULL, NULL, '5eb6f7c4-68ae-4d92-a13a-8db00127150e', '{"second": null, "minute": 5, "hour": null, "day": null, "month": null, "year": null, "limit_by": "ip", "header_name": null, "path": null, "policy": "redis", "fault_tolerant": true, "redis": {"host": "redis.example", "port": 6379, "timeout": 2000, "username": null, "password": "{vault://env/x}", "database": 0, "ssl": false, "ssl_verify": false, "server_name": null}, "hide_client_headers": false, "error_code": 429, "error_message": "API rate limit exceeded", "sync_rate": -1}', TRUE, 'plugins:rate-limiting:5eb6f7c4-68ae-4d92-a13a-8db00127150e::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '{"grpc","grpcs","http","https"}', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', NULL, to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO sm_vaults (id, ws_id, prefix, name, description, config, created_at, updated_at, tags)
VALUES ('18b0f8ce-4403-4aa4-aa36-3c6e3855e288', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'my-env', 'env', 'dé
line', '{"prefix": "A_"}', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', '{"v"}');

INSERT INTO sm_vaults (id, ws_id, prefix, name, description, config, created_at, updated_at, tags)
VALUES ('07133226-947c-478c-ae6f-f93ee07f7e9f', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'env2', 'env', NULL, '{"prefix": null}', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC', NULL);

INSERT INTO key_sets (id, name, tags, ws_id, created_at, updated_at)
VALUES ('8eac5514-2e82-441a-aecc-68fd307c94c2', 'set-1', '{"k"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO keys (id, set_id, name, cache_key, ws_id, kid, jwk, pem, tags, created_at, updated_at)
VALUES ('71652e98-274c-4839-a35e-4ba3dd79fddd', '8eac5514-2e82-441a-aecc-68fd307c94c2', 'key-1', 'keys:k1:8eac5514-2e82-441a-aecc-68fd307c94c2', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'k1', NULL, '{"private_key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXDgeXG+82QalhqKr\nFUUgfrbAEGVqXY8EKB52kKVaOpqhRANCAAQEfFiEUXN+ADXs3ukhtcEsDPMRhFmW\nlE2bqCovNy0d9i55o1JWyNrnH/btjXgMgLV/rmO2kEKcXz3S/szOKGoZ\n-----END PRIVATE KEY-----", "public_key": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBHxYhFFzfgA17N7pIbXBLAzzEYRZ\nlpRNm6gqLzctHfYueaNSVsja5x/27Y14DIC1f65jtpBCnF890v7MzihqGQ==\n-----END PUBLIC KEY-----"}', NULL, to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO keys (id, set_id, name, cache_key, ws_id, kid, jwk, pem, tags, created_at, updated_at)
VALUES ('c7343173-e5e1-4f55-a1c4-5bc46f96425b', NULL, NULL, 'keys:k2:', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'k2', '{"kty":"RSA","kid":"k2","n":"029-rYPRs1ayBev1owZIGfhnBuxOkHbC10gZuVEHtrE1yREuvtgIR6ImFuO2wjvVQBtrGvnaBEMuc1p8n5-KSAKztyzKjf8r_NQr5vdiNaI-KxLuK68Cwp1PkKiKybb4Jxj2fCaZYhHf-nqkyYPaGNsZraMhOSOC_yFaeP-vQa_79SgNjd5A0ZiS2jiKbMVNBK7fXYK3fofJu-nsme96vp9zAN-OtGcRqecMHpiBfhbzpVBqWWjHCIe_UAHqRIERJ78sYa0WAq0hDEaG8MKsnLFI_crQqfOtgC2cFH2PJRtJmXjaQj4inIatLYUzcZd9VXLZ-ORs4QzYZQLk-F8zXQ","e":"AQAB"}', NULL, '{}', to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO filter_chains (id, name, enabled, route_id, service_id, ws_id, cache_key, filters, tags, created_at, updated_at)
VALUES ('942dd26d-ab18-4f7d-aa73-fde5adf8d6d4', 'chain', TRUE, NULL, 'f209672a-3e01-4941-a8ff-550dfdf277a9', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', 'filter_chains::f209672a-3e01-4941-a8ff-550dfdf277a9::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '{"{\"name\": \"f1\", \"enabled\": true, \"config\": \"{\\\"a\\\":\\\"\\\\\\\"ü\\\\\\\"\\\"}\"}","{\"name\": \"f2\", \"enabled\": false, \"config\": null}"}', NULL, to_timestamp(1700000000) AT TIME ZONE 'UTC', to_timestamp(1700000000) AT TIME ZONE 'UTC');

INSERT INTO acls (id, created_at, consumer_id, "group", cache_key, tags, ws_id)
VALUES ('ac3461f7-0664-4cd7-ad38-e3a9ac8f7158', to_timestamp(1700000000) AT TIME ZONE 'UTC', '0051151e-bf73-423b-af86-2cf2aac17307', 'admins:ä', 'acls:0051151e-bf73-423b-af86-2cf2aac17307:admins:ä::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '{"g"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO basicauth_credentials (id, created_at, consumer_id, username, password, tags, ws_id)
VALUES ('8867f73c-679c-414f-ae5e-88c67c7baae9', to_timestamp(1700000000) AT TIME ZONE 'UTC', '0051151e-bf73-423b-af86-2cf2aac17307', 'alice', '1cccba48f86b3811ad72a638cd40ebd7ed14c9b8', NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO hmacauth_credentials (id, created_at, consumer_id, username, secret, tags, ws_id)
VALUES ('48c1857e-8154-4db4-a58c-9754911b949f', to_timestamp(1700000000) AT TIME ZONE 'UTC', '0051151e-bf73-423b-af86-2cf2aac17307', 'alice', 's€cret', '{}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO jwt_secrets (id, created_at, consumer_id, "key", secret, algorithm, rsa_public_key, tags, ws_id)
VALUES ('d031c7c5-d25d-474a-a753-113f0b57341e', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'b28631a9-9bfa-4530-ae08-441a82aa0b9b', 'iss', 'shh', 'HS512', NULL, '{"j"}', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO keyauth_credentials (id, created_at, consumer_id, "key", tags, ttl, ws_id)
VALUES ('38435cfe-0222-4213-a9af-a61c215a6baa', to_timestamp(4000000000) AT TIME ZONE 'UTC', '0051151e-bf73-423b-af86-2cf2aac17307', 'k€y', '{"c"}', to_timestamp(4100000000) AT TIME ZONE 'UTC', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO keyauth_credentials (id, created_at, consumer_id, "key", tags, ttl, ws_id)
VALUES ('0c81c3a8-5562-4b99-a4fd-e7fda90836f9', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'b28631a9-9bfa-4530-ae08-441a82aa0b9b', 'forever', NULL, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO oauth2_credentials (id, created_at, name, consumer_id, client_id, client_secret, redirect_uris, tags, client_type, hash_secret, ws_id)
VALUES ('b7303e16-b0e7-4bec-aeb1-ab32b1421a9b', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'äpp', '0051151e-bf73-423b-af86-2cf2aac17307', 'cid', 'csecret', '{"https://a.example/cb?x={y}","http://b.example"}', NULL, 'public', FALSE, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO oauth2_tokens (id, created_at, credential_id, service_id, access_token, refresh_token, token_type, expires_in, authenticated_userid, scope, ttl, ws_id)
VALUES ('1477a34b-6ee8-431a-ad08-01621bf05302', to_timestamp(4000000000) AT TIME ZONE 'UTC', 'b7303e16-b0e7-4bec-aeb1-ab32b1421a9b', 'f209672a-3e01-4941-a8ff-550dfdf277a9', 'acc', 'ref', 'bearer', 7200, 'u1', 'email profile', to_timestamp(4100000000) AT TIME ZONE 'UTC', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO oauth2_tokens (id, created_at, credential_id, service_id, access_token, refresh_token, token_type, expires_in, authenticated_userid, scope, ttl, ws_id)
VALUES ('5caaabf5-f45c-40ed-a770-4a533f478445', to_timestamp(1700000000) AT TIME ZONE 'UTC', 'b7303e16-b0e7-4bec-aeb1-ab32b1421a9b', NULL, 'acc2', NULL, 'bearer', 0, NULL, NULL, NULL, '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001');

INSERT INTO oauth2_authorization_codes (id, created_at, credential_id, service_id, code, authenticated_userid, scope, ttl, challenge, challenge_method, ws_id, plugin_id)
VALUES ('933cf8d6-007b-4e18-a333-f1d52ff27975', to_timestamp(4000000000) AT TIME ZONE 'UTC', 'b7303e16-b0e7-4bec-aeb1-ab32b1421a9b', NULL, 'code', 'u', 'email', to_timestamp(4100000000) AT TIME ZONE 'UTC', 'ch', 'S256', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0001', '965de625-17ac-4322-a555-bd01d9d9594f');

INSERT INTO sessions (id, session_id, expires, data, created_at, ttl)
VALUES ('f0c230b3-bc4a-41cc-a0ed-26e486282b3f', 'sid', 2147483647, 'ZGF0YQ', to_timestamp(4000000000) AT TIME ZONE 'UTC', to_timestamp(4100000000) AT TIME ZONE 'UTC');

INSERT INTO acme_storage (id, "key", value, created_at, ttl)
VALUES ('98657b1d-3ea5-43d5-a66d-6961d98c1152', 'kong_acme:cert_key:example.com', '{"key":"ü"}', to_timestamp(4000000000) AT TIME ZONE 'UTC', to_timestamp(4100000000) AT TIME ZONE 'UTC');

INSERT INTO acme_storage (id, "key", value, created_at, ttl)
VALUES ('05f7088a-fd7b-4dd7-ac81-8c7ebe7b56cc', 'k2', 'v', to_timestamp(1700000000) AT TIME ZONE 'UTC', NULL);

INSERT INTO clustering_data_planes (id, hostname, ip, last_seen, config_hash, ttl, version, sync_status, updated_at, labels, cert_details, rpc_capabilities)
VALUES ('360ebc59-9c79-496d-ae55-7edb8a0c72e2', 'dp-1', '10.0.0.9', to_timestamp(1700000000) AT TIME ZONE 'UTC', '00000000000000000000000000000000', NULL, '3.9.1', 'normal', to_timestamp(1700000000) AT TIME ZONE 'UTC', '{"region": "eu"}', '{"expiry_timestamp": 1897136778}', '{"kong.sync.v2"}');
