CREATE TABLE IF NOT EXISTS acls (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    consumer_id uuid,
    "group" text,
    cache_key text UNIQUE,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT acls_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT acls_consumer_id_fkey FOREIGN KEY (consumer_id, ws_id)
        REFERENCES consumers (id, ws_id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS acls_consumer_id_idx ON acls (consumer_id);
CREATE INDEX IF NOT EXISTS acls_group_idx ON acls ("group");
CREATE INDEX IF NOT EXISTS acls_tags_idex_tags_idx ON acls USING gin (tags);
DROP TRIGGER IF EXISTS acls_sync_tags_trigger ON acls;
CREATE TRIGGER acls_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON acls
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
