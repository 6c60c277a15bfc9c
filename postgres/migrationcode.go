package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore/kong28"
)

// stepCode is the part of a migration that is no script.
type stepCode func(ctx context.Context, c *changes) error

// upCode and teardownCode are the code of first and second halves, by subsystem and step.
//
// Kong 3.9: migrations, data effects.
var (
	upCode = map[string]stepCode{
		"core/009_200_to_210":                  makeWorkspace,
		"core/013_220_to_230":                  identifyCluster,
		"core/016_280_to_300":                  upgradePaths,
		"acme/003_350_to_360":                  upgradeConfigs("acme"),
		"post-function/001_280_to_300":         upgradeConfigs("post-function"),
		"pre-function/001_280_to_300":          upgradeConfigs("pre-function"),
		"rate-limiting/006_350_to_360":         upgradeConfigs("rate-limiting"),
		"response-ratelimiting/001_350_to_360": upgradeConfigs("response-ratelimiting"),
	}
	teardownCode = map[string]stepCode{
		"acme/003_350_to_360":                  finishConfigs("acme"),
		"ai-proxy/001_360_to_370":              finishConfigs("ai-proxy"),
		"http-log/001_280_to_300":              finishConfigs("http-log"),
		"opentelemetry/001_331_to_332":         finishConfigs("opentelemetry"),
		"post-function/001_280_to_300":         finishConfigs("post-function"),
		"pre-function/001_280_to_300":          finishConfigs("pre-function"),
		"rate-limiting/006_350_to_360":         finishConfigs("rate-limiting"),
		"response-ratelimiting/001_350_to_360": finishConfigs("response-ratelimiting"),
	}
)

func makeWorkspace(ctx context.Context, c *changes) error {
	return c.exec(ctx, "INSERT INTO workspaces (id, name) VALUES ($1, 'default') ON CONFLICT DO NOTHING", uuid.NewString())
}

func identifyCluster(ctx context.Context, c *changes) error {
	return c.exec(ctx, "INSERT INTO parameters (key, value) VALUES ('cluster_id', $1) ON CONFLICT DO NOTHING", uuid.NewString())
}

// upgradePaths marks the paths of routes that are regular expressions.
func upgradePaths(ctx context.Context, c *changes) error {
	return c.rewrite(ctx, cellsOf{table: "routes", column: "paths", kind: "text[]"}, func(cell string) (string, bool, error) {
		var paths []string
		changed := false
		err := parseArray(cell, func(path string, _ bool) error {
			upgraded := kong28.UpgradePath(path)
			changed = changed || upgraded != path
			paths = append(paths, upgraded)
			return nil
		})
		return arrayOf(paths), changed, err
	})
}

func upgradeConfigs(plugin string) stepCode { return rewriteConfigs(plugin, kong28.UpgradeConfig) }
func finishConfigs(plugin string) stepCode  { return rewriteConfigs(plugin, kong28.FinishConfig) }

// rewriteConfigs changes the configs of all plugins of a name.
func rewriteConfigs(plugin string, change func(plugin string, config map[string]any) bool) stepCode {
	configs := cellsOf{table: "plugins", column: "config", kind: "jsonb", name: plugin}
	return func(ctx context.Context, c *changes) error {
		return c.rewrite(ctx, configs, func(cell string) (string, bool, error) {
			v, err := decodeJSON(cell)
			config, ok := v.(map[string]any)
			if err != nil || !ok || !change(plugin, config) {
				return "", false, err
			}
			text, err := encodeJSON(config)
			return text, true, err
		})
	}
}

// cellsOf are the values of a column, of rows with a name if that is not "".
type cellsOf struct{ table, column, kind, name string }

// rewriteBatch is how many rows are read and written at a time.
const rewriteBatch = 1000

// rewrite replaces the values of a column for which fn has another one.
func (c *changes) rewrite(ctx context.Context, of cellsOf, fn func(cell string) (text string, changed bool, err error)) error {
	read := fmt.Sprintf("SELECT id, %[1]s FROM %[2]s WHERE %[1]s IS NOT NULL AND id > $1 AND ($2 = '' OR name = $2) ORDER BY id LIMIT %[3]d",
		of.column, of.table, rewriteBatch)
	write := fmt.Sprintf("UPDATE %[1]s AS r SET %[2]s = v.cell::%[3]s FROM unnest($1::uuid[], $2::text[]) AS v(id, cell) WHERE r.id = v.id",
		of.table, of.column, of.kind)
	last := uuid.Nil.String()
	for {
		var ids, values []string
		rows := 0
		_, err := c.run(ctx, c.conn, func(row cells) error {
			rows++
			last = string(row[0])
			text, changed, err := fn(string(row[1]))
			if changed {
				ids, values = append(ids, last), append(values, text)
			}
			return err
		}, read, last, of.name)
		if err == nil && len(ids) > 0 {
			err = c.exec(ctx, write, ids, values)
		}
		if err != nil || rows < rewriteBatch {
			return err
		}
	}
}
