ALTER TABLE routes ADD COLUMN IF NOT EXISTS expression text;
ALTER TABLE routes ADD COLUMN IF NOT EXISTS priority bigint;
ALTER TABLE targets ADD COLUMN IF NOT EXISTS cache_key text UNIQUE;
ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS hash_on_query_arg text;
ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS hash_fallback_query_arg text;
ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS hash_on_uri_capture text;
ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS hash_fallback_uri_capture text;

CREATE TABLE IF NOT EXISTS sm_vaults (
    id uuid PRIMARY KEY,
    ws_id uuid REFERENCES workspaces (id),
    prefix text UNIQUE,
    name text NOT NULL,
    description text,
    config jsonb NOT NULL,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    updated_at timestamptz,
    tags text[],
    UNIQUE (id, ws_id),
    UNIQUE (prefix, ws_id)
);
CREATE INDEX IF NOT EXISTS sm_vaults_tags_idx ON sm_vaults USING gin (tags);
DROP TRIGGER IF EXISTS sm_vaults_sync_tags_trigger ON sm_vaults;
CREATE TRIGGER sm_vaults_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON sm_vaults
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

DO $$
BEGIN
    IF to_regclass('vaults_beta') IS NOT NULL THEN
        INSERT INTO sm_vaults (id, ws_id, prefix, name, description, config, created_at, updated_at, tags)
        SELECT id, ws_id, prefix, name, description, config, created_at, updated_at, tags FROM vaults_beta
        ON CONFLICT DO NOTHING;
    END IF;
END;
$$;
