DROP TABLE IF EXISTS ttls;

CREATE TABLE IF NOT EXISTS filter_chains (
    id uuid PRIMARY KEY,
    name text UNIQUE,
    enabled boolean DEFAULT true,
    route_id uuid REFERENCES routes (id) ON DELETE CASCADE,
    service_id uuid REFERENCES services (id) ON DELETE CASCADE,
    ws_id uuid REFERENCES workspaces (id) ON DELETE CASCADE,
    cache_key text UNIQUE,
    filters jsonb[],
    tags text[],
    created_at timestamptz,
    updated_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS filter_chains_cache_key_idx ON filter_chains (cache_key);
CREATE UNIQUE INDEX IF NOT EXISTS filter_chains_name_idx ON filter_chains (name);
CREATE INDEX IF NOT EXISTS filter_chains_tags_idx ON filter_chains USING gin (tags);
DROP TRIGGER IF EXISTS filter_chains_sync_tags_trigger ON filter_chains;
CREATE TRIGGER filter_chains_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON filter_chains
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
