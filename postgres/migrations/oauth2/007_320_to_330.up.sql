ALTER TABLE oauth2_authorization_codes ADD COLUMN IF NOT EXISTS plugin_id uuid REFERENCES plugins (id) ON DELETE CASCADE;
