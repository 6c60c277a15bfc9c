-- The tables of Kong 2.8, in the shape in which its last migration leaves them.

-- Every row that can have tags has a row in the table tags, with or without any.
CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM tags WHERE entity_name = TG_TABLE_NAME;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM tags WHERE entity_id = OLD.id;
        RETURN OLD;
    END IF;
    INSERT INTO tags AS t (entity_id, entity_name, tags)
    VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
    ON CONFLICT (entity_id) DO UPDATE SET tags = excluded.tags;
    RETURN NEW;
END;
$$;

CREATE TABLE IF NOT EXISTS workspaces (
    id uuid PRIMARY KEY,
    name text UNIQUE,
    comment text,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    meta jsonb,
    config jsonb
);

CREATE TABLE IF NOT EXISTS consumers (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    username text,
    custom_id text,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT consumers_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT consumers_ws_id_username_unique UNIQUE (ws_id, username),
    CONSTRAINT consumers_ws_id_custom_id_unique UNIQUE (ws_id, custom_id)
);
CREATE INDEX IF NOT EXISTS consumers_tags_idx ON consumers USING gin (tags);
CREATE INDEX IF NOT EXISTS consumers_username_idx ON consumers (lower(username));
DROP TRIGGER IF EXISTS consumers_sync_tags_trigger ON consumers;
CREATE TRIGGER consumers_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON consumers
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS certificates (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    cert text,
    key text,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    cert_alt text,
    key_alt text,
    CONSTRAINT certificates_id_ws_id_unique UNIQUE (id, ws_id)
);
CREATE INDEX IF NOT EXISTS certificates_tags_idx ON certificates USING gin (tags);
DROP TRIGGER IF EXISTS certificates_sync_tags_trigger ON certificates;
CREATE TRIGGER certificates_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON certificates
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS services (
    id uuid PRIMARY KEY,
    created_at timestamptz,
    updated_at timestamptz,
    name text,
    retries bigint,
    protocol text,
    host text,
    port bigint,
    path text,
    connect_timeout bigint,
    write_timeout bigint,
    read_timeout bigint,
    tags text[],
    client_certificate_id uuid,
    tls_verify boolean,
    tls_verify_depth smallint,
    ca_certificates uuid[],
    ws_id uuid REFERENCES workspaces (id),
    enabled boolean DEFAULT true,
    CONSTRAINT services_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT services_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT services_client_certificate_id_fkey FOREIGN KEY (client_certificate_id, ws_id)
        REFERENCES certificates (id, ws_id)
);
CREATE INDEX IF NOT EXISTS services_fkey_client_certificate ON services (client_certificate_id);
CREATE INDEX IF NOT EXISTS services_tags_idx ON services USING gin (tags);
DROP TRIGGER IF EXISTS services_sync_tags_trigger ON services;
CREATE TRIGGER services_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON services
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS routes (
    id uuid PRIMARY KEY,
    created_at timestamptz,
    updated_at timestamptz,
    name text,
    service_id uuid,
    protocols text[],
    methods text[],
    hosts text[],
    paths text[],
    snis text[],
    sources jsonb[],
    destinations jsonb[],
    regex_priority bigint,
    strip_path boolean,
    preserve_host boolean,
    tags text[],
    https_redirect_status_code integer,
    headers jsonb,
    path_handling text DEFAULT 'v0',
    ws_id uuid REFERENCES workspaces (id),
    request_buffering boolean,
    response_buffering boolean,
    CONSTRAINT routes_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT routes_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT routes_service_id_fkey FOREIGN KEY (service_id, ws_id)
        REFERENCES services (id, ws_id)
);
CREATE INDEX IF NOT EXISTS routes_service_id_idx ON routes (service_id);
CREATE INDEX IF NOT EXISTS routes_tags_idx ON routes USING gin (tags);
DROP TRIGGER IF EXISTS routes_sync_tags_trigger ON routes;
CREATE TRIGGER routes_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON routes
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS snis (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    name text NOT NULL UNIQUE,
    certificate_id uuid,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT snis_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT snis_certificate_id_fkey FOREIGN KEY (certificate_id, ws_id)
        REFERENCES certificates (id, ws_id)
);
CREATE INDEX IF NOT EXISTS snis_certificate_id_idx ON snis (certificate_id);
CREATE INDEX IF NOT EXISTS snis_tags_idx ON snis USING gin (tags);
DROP TRIGGER IF EXISTS snis_sync_tags_trigger ON snis;
CREATE TRIGGER snis_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON snis
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS upstreams (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'),
    name text,
    hash_on text,
    hash_fallback text,
    hash_on_header text,
    hash_fallback_header text,
    hash_on_cookie text,
    hash_on_cookie_path text,
    slots integer NOT NULL,
    healthchecks jsonb,
    tags text[],
    algorithm text,
    host_header text,
    client_certificate_id uuid REFERENCES certificates (id),
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT upstreams_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT upstreams_ws_id_name_unique UNIQUE (ws_id, name)
);
CREATE INDEX IF NOT EXISTS upstreams_fkey_client_certificate ON upstreams (client_certificate_id);
CREATE INDEX IF NOT EXISTS upstreams_tags_idx ON upstreams USING gin (tags);
DROP TRIGGER IF EXISTS upstreams_sync_tags_trigger ON upstreams;
CREATE TRIGGER upstreams_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON upstreams
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS targets (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'),
    upstream_id uuid,
    target text NOT NULL,
    weight integer NOT NULL,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT targets_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT targets_upstream_id_fkey FOREIGN KEY (upstream_id, ws_id)
        REFERENCES upstreams (id, ws_id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS targets_tags_idx ON targets USING gin (tags);
CREATE INDEX IF NOT EXISTS targets_target_idx ON targets (target);
CREATE INDEX IF NOT EXISTS targets_upstream_id_idx ON targets (upstream_id);
DROP TRIGGER IF EXISTS targets_sync_tags_trigger ON targets;
CREATE TRIGGER targets_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON targets
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS plugins (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    name text NOT NULL,
    consumer_id uuid,
    service_id uuid,
    route_id uuid,
    config jsonb NOT NULL,
    enabled boolean NOT NULL,
    cache_key text UNIQUE,
    protocols text[],
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT plugins_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT plugins_consumer_id_fkey FOREIGN KEY (consumer_id, ws_id)
        REFERENCES consumers (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT plugins_service_id_fkey FOREIGN KEY (service_id, ws_id)
        REFERENCES services (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT plugins_route_id_fkey FOREIGN KEY (route_id, ws_id)
        REFERENCES routes (id, ws_id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS plugins_consumer_id_idx ON plugins (consumer_id);
CREATE INDEX IF NOT EXISTS plugins_name_idx ON plugins (name);
CREATE INDEX IF NOT EXISTS plugins_route_id_idx ON plugins (route_id);
CREATE INDEX IF NOT EXISTS plugins_service_id_idx ON plugins (service_id);
CREATE INDEX IF NOT EXISTS plugins_tags_idx ON plugins USING gin (tags);
DROP TRIGGER IF EXISTS plugins_sync_tags_trigger ON plugins;
CREATE TRIGGER plugins_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON plugins
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS ca_certificates (
    id uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    cert text NOT NULL,
    tags text[],
    cert_digest text NOT NULL UNIQUE
);
DROP TRIGGER IF EXISTS ca_certificates_sync_tags_trigger ON ca_certificates;
CREATE TRIGGER ca_certificates_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON ca_certificates
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS vaults_beta (
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
CREATE INDEX IF NOT EXISTS vaults_beta_tags_idx ON vaults_beta USING gin (tags);
DROP TRIGGER IF EXISTS vaults_beta_sync_tags_trigger ON vaults_beta;
CREATE TRIGGER vaults_beta_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON vaults_beta
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS tags (
    entity_id uuid PRIMARY KEY,
    entity_name text,
    tags text[]
);
CREATE INDEX IF NOT EXISTS tags_entity_name_idx ON tags (entity_name);
CREATE INDEX IF NOT EXISTS tags_tags_idx ON tags USING gin (tags);

CREATE TABLE IF NOT EXISTS cluster_events (
    id uuid PRIMARY KEY,
    node_id uuid NOT NULL,
    at timestamptz NOT NULL,
    nbf timestamptz,
    expire_at timestamptz NOT NULL,
    channel text,
    data text
);
CREATE INDEX IF NOT EXISTS cluster_events_at_idx ON cluster_events (at);
CREATE INDEX IF NOT EXISTS cluster_events_channel_idx ON cluster_events (channel);
CREATE INDEX IF NOT EXISTS cluster_events_expire_at_idx ON cluster_events (expire_at);

CREATE TABLE IF NOT EXISTS clustering_data_planes (
    id uuid PRIMARY KEY,
    hostname text NOT NULL,
    ip text NOT NULL,
    last_seen timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    config_hash text NOT NULL,
    ttl timestamptz,
    version text,
    sync_status text NOT NULL DEFAULT 'unknown'
);
CREATE INDEX IF NOT EXISTS clustering_data_planes_ttl_idx ON clustering_data_planes (ttl);

CREATE TABLE IF NOT EXISTS parameters (
    key text PRIMARY KEY,
    value text NOT NULL,
    created_at timestamptz
);

CREATE TABLE IF NOT EXISTS ttls (
    primary_key_value text NOT NULL,
    primary_uuid_value uuid,
    table_name text NOT NULL,
    primary_key_name text NOT NULL,
    expire_at timestamp NOT NULL,
    PRIMARY KEY (primary_key_value, table_name)
);
CREATE INDEX IF NOT EXISTS ttls_primary_uuid_value_idx ON ttls (primary_uuid_value);
