-- Every insert into a table whose rows expire removes a few that have.
CREATE OR REPLACE FUNCTION batch_delete_expired_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'DELETE FROM %1$I.%2$I WHERE ctid = ANY (ARRAY('
        'SELECT ctid FROM %1$I.%2$I WHERE %3$I < CURRENT_TIMESTAMP ORDER BY %3$I LIMIT 2 FOR UPDATE SKIP LOCKED))',
        TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]);
    RETURN NULL;
END;
$$;

DROP TRIGGER IF EXISTS cluster_events_ttl_trigger ON cluster_events;
CREATE TRIGGER cluster_events_ttl_trigger AFTER INSERT ON cluster_events
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('expire_at');
DROP TRIGGER IF EXISTS clustering_data_planes_ttl_trigger ON clustering_data_planes;
CREATE TRIGGER clustering_data_planes_ttl_trigger AFTER INSERT ON clustering_data_planes
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('ttl');
