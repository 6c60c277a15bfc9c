ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS use_srv_name boolean DEFAULT false;

CREATE TABLE IF NOT EXISTS key_sets (
    id uuid PRIMARY KEY,
    name text UNIQUE,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    created_at timestamptz,
    updated_at timestamptz
);
CREATE INDEX IF NOT EXISTS key_sets_tags_idx ON key_sets USING gin (tags);
DROP TRIGGER IF EXISTS key_sets_sync_tags_trigger ON key_sets;
CREATE TRIGGER key_sets_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON key_sets
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS keys (
    id uuid PRIMARY KEY,
    set_id uuid REFERENCES key_sets (id) ON DELETE CASCADE,
    name text UNIQUE,
    cache_key text UNIQUE,
    ws_id uuid REFERENCES workspaces (id),
    kid text,
    jwk text,
    pem jsonb,
    tags text[],
    created_at timestamptz,
    updated_at timestamptz,
    UNIQUE (kid, set_id)
);
CREATE INDEX IF NOT EXISTS keys_fkey_key_sets ON keys (set_id);
CREATE INDEX IF NOT EXISTS keys_tags_idx ON keys USING gin (tags);
DROP TRIGGER IF EXISTS keys_sync_tags_trigger ON keys;
CREATE TRIGGER keys_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON keys
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
