ALTER TABLE clustering_data_planes ADD COLUMN IF NOT EXISTS rpc_capabilities text[];

CREATE TABLE IF NOT EXISTS clustering_sync_version (
    version serial PRIMARY KEY
);

CREATE TABLE IF NOT EXISTS clustering_sync_delta (
    version integer NOT NULL REFERENCES clustering_sync_version (version) ON DELETE CASCADE,
    type text NOT NULL,
    pk json NOT NULL,
    ws_id uuid NOT NULL,
    entity json
);
CREATE INDEX IF NOT EXISTS clustering_sync_delta_version_idx ON clustering_sync_delta (version);

CREATE TABLE IF NOT EXISTS clustering_rpc_requests (
    id bigserial PRIMARY KEY,
    node_id uuid NOT NULL,
    reply_to uuid NOT NULL,
    ttl timestamptz NOT NULL,
    payload json NOT NULL
);
CREATE INDEX IF NOT EXISTS clustering_rpc_requests_node_id_idx ON clustering_rpc_requests (node_id);
