-- The tables of storetest.Model, made as Kong makes its own.

CREATE TABLE workspaces (
    id uuid PRIMARY KEY,
    name text UNIQUE,
    comment text,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    meta jsonb,
    config jsonb,
    updated_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC')
);
INSERT INTO workspaces (id, name) VALUES (gen_random_uuid(), 'default');

CREATE TABLE tags (
    entity_id uuid PRIMARY KEY,
    entity_name text,
    tags text[]
);
CREATE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM tags WHERE entity_id = OLD.id;
        RETURN OLD;
    END IF;
    INSERT INTO tags (entity_id, entity_name, tags) VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
    ON CONFLICT (entity_id) DO UPDATE SET tags = excluded.tags;
    RETURN NEW;
END;
$$;

CREATE TABLE cluster_events (
    id uuid PRIMARY KEY,
    node_id uuid NOT NULL,
    at timestamptz NOT NULL,
    nbf timestamptz,
    expire_at timestamptz NOT NULL,
    channel text,
    data text
);
CREATE TABLE locks (key text PRIMARY KEY, owner text, ttl timestamptz);

CREATE TABLE authors (
    id uuid PRIMARY KEY,
    created_at timestamptz,
    updated_at timestamptz,
    name text,
    passport text,
    alive boolean,
    born bigint,
    rating double precision,
    genres text[],
    sales bigint[],
    houses jsonb[],
    letters jsonb,
    estate jsonb,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    CONSTRAINT authors_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT authors_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT authors_passport_key UNIQUE (passport)
);

CREATE TABLE book_shelves (
    id uuid PRIMARY KEY,
    name text UNIQUE,
    tags text[]
);

CREATE TABLE books (
    id uuid PRIMARY KEY,
    title text,
    isbn text,
    author_id uuid REFERENCES authors (id),
    shelf_id uuid REFERENCES book_shelves (id) ON DELETE CASCADE,
    pages integer NOT NULL,
    tags text[],
    ws_id uuid REFERENCES workspaces (id),
    cache_key text UNIQUE,
    CONSTRAINT books_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT books_ws_id_isbn_unique UNIQUE (ws_id, isbn)
);

CREATE TABLE reviews (
    id uuid PRIMARY KEY,
    reviewer text,
    number text,
    book_id uuid,
    ws_id uuid REFERENCES workspaces (id),
    cache_key text,
    CONSTRAINT reviews_ws_id_number_unique UNIQUE (ws_id, number),
    CONSTRAINT reviews_cache_key_key UNIQUE (cache_key),
    CONSTRAINT reviews_book_id_fkey FOREIGN KEY (book_id, ws_id) REFERENCES books (id, ws_id)
);

CREATE TABLE loans (
    id uuid PRIMARY KEY,
    code text,
    book_id uuid,
    ws_id uuid REFERENCES workspaces (id),
    ttl timestamptz,
    CONSTRAINT loans_ws_id_code_unique UNIQUE (ws_id, code),
    CONSTRAINT loans_book_id_fkey FOREIGN KEY (book_id, ws_id) REFERENCES books (id, ws_id) ON DELETE CASCADE
);

CREATE TRIGGER authors_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON authors
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
CREATE TRIGGER book_shelves_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON book_shelves
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
CREATE TRIGGER books_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON books
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();
