DROP TABLE IF EXISTS vaults_beta;
DROP TABLE IF EXISTS vaults;
UPDATE tags SET entity_name = 'sm_vaults' WHERE entity_name = 'vaults_beta';

-- Of targets with the same address the newest counts.
DELETE FROM targets AS old USING targets AS new
WHERE old.upstream_id = new.upstream_id AND old.target = new.target AND old.ws_id IS NOT DISTINCT FROM new.ws_id
    AND (old.created_at, old.id) < (new.created_at, new.id);
UPDATE targets SET cache_key = concat('targets:', upstream_id, ':', target, '::::', ws_id) WHERE cache_key IS NULL;
