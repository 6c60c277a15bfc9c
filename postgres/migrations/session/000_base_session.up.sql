CREATE TABLE IF NOT EXISTS sessions (
    id uuid PRIMARY KEY,
    session_id text UNIQUE,
    expires integer,
    data text,
    created_at timestamptz,
    ttl timestamptz
);
CREATE INDEX IF NOT EXISTS session_sessions_expires_idx ON sessions (expires);
CREATE INDEX IF NOT EXISTS sessions_ttl_idx ON sessions (ttl);
