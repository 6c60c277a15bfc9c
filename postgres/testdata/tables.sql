-- The tables of the schema public: one fact in a row, in words. Newer servers count NOT NULL among the constraints too.

WITH t AS (
    SELECT c.oid, c.relname FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
), keys AS (
    SELECT k.*, t.relname,
        (SELECT string_agg(a.attname, ', ' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY AS x(num, n)
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = x.num) AS columns,
        (SELECT string_agg(a.attname, ', ' ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY AS x(num, n)
            JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = x.num) AS referenced
    FROM pg_constraint AS k JOIN t ON t.oid = k.conrelid
)
SELECT format('%s: column %s %s %s%s%s', t.relname, row_number() OVER (PARTITION BY t.oid ORDER BY a.attnum), a.attname,
    format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid))
FROM t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT format('%s: %s %s (%s)', relname, CASE contype WHEN 'p' THEN 'primary key' ELSE 'unique' END, conname, columns)
FROM keys WHERE contype IN ('p', 'u')
UNION ALL
SELECT format('%s: foreign key %s (%s) to %s (%s) on delete %s, on update %s', relname, conname, columns, confrelid::regclass, referenced,
    CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE confdeltype::text END, CASE confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE confupdtype::text END) FROM keys WHERE contype = 'f'
UNION ALL
SELECT format('%s: constraint %s', relname, conname) FROM keys WHERE contype NOT IN ('p', 'u', 'f', 'n')
UNION ALL
SELECT format('%s: %sindex %s %s (%s)%s', t.relname, CASE WHEN i.indisunique THEN 'unique ' END, c.relname, m.amname,
    (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n) FROM generate_series(1, i.indnkeyatts) AS n),
    ' WHERE ' || pg_get_expr(i.indpred, i.indrelid))
FROM t JOIN pg_index AS i ON i.indrelid = t.oid JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
UNION ALL
SELECT format('%s: trigger %s %s %s%s, each %s: %s(%s)', t.relname, g.tgname, CASE WHEN g.tgtype & 2 > 0 THEN 'BEFORE' ELSE 'AFTER' END,
    concat_ws(' ', CASE WHEN g.tgtype & 8 > 0 THEN 'DELETE' END, CASE WHEN g.tgtype & 4 > 0 THEN 'INSERT' END,
        CASE WHEN g.tgtype & 32 > 0 THEN 'TRUNCATE' END, CASE WHEN g.tgtype & 16 > 0 THEN 'UPDATE' END),
    ' of ' || (SELECT string_agg(a.attname, ', ') FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum = ANY (g.tgattr)),
    CASE WHEN g.tgtype & 1 > 0 THEN 'ROW' ELSE 'STATEMENT' END, p.proname, trim(TRAILING '\000' FROM encode(g.tgargs, 'escape')))
FROM t JOIN pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal JOIN pg_proc AS p ON p.oid = g.tgfoid
UNION ALL
SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT format('sequence %s %s', sequencename, data_type) FROM pg_sequences WHERE schemaname = 'public'
