package kong28

import (
	"reflect"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// config is how the config of a plugin differs. Each function changes a config of its own; they may be run again.
type config struct {
	// upgrade adds what Kong 3.9 reads, and finish removes what only Kong 2.8 reads.
	upgrade, finish func(config map[string]any)
	// downgrade adds what Kong 2.8 reads.
	downgrade func(config map[string]any)
	// only are members that Kong 3.9 has nothing in the place of. They stay as nodes of Kong 2.8 set them.
	only []string
}

// UpgradeConfig brings the config of a plugin into a form that Kong 2.8 and 3.9 can read. It reports whether it changed it.
//
// Kong 3.9: migrations, data effects.
func UpgradeConfig(plugin string, config map[string]any) bool {
	return changed(configs[plugin].upgrade, config)
}

// FinishConfig removes from a config what Kong 3.9 does not read any more. It reports whether it changed it.
func FinishConfig(plugin string, config map[string]any) bool {
	return changed(configs[plugin].finish, config)
}

func changed(fn func(map[string]any), config map[string]any) bool {
	if fn == nil {
		return false
	}
	before := schema.Clone(config)
	fn(config)
	return !reflect.DeepEqual(before, config)
}

var configs = map[string]config{
	"acme":                  {upgrade: upgradeStorage, finish: finishStorage, downgrade: downgradeStorage},
	"ai-proxy":              {finish: muteCompletions},
	"aws-lambda":            {only: []string{"proxy_scheme"}},
	"http-log":              {finish: joinHeaders, downgrade: splitHeaders},
	"opentelemetry":         {finish: enlargeBatches},
	"post-function":         {upgrade: moveFunctions, finish: dropFunctions},
	"pre-function":          {upgrade: moveFunctions, finish: dropFunctions},
	"rate-limiting":         {upgrade: upgradeRedis, finish: finishRedis, downgrade: downgradeRedis},
	"response-ratelimiting": {upgrade: upgradeRedis, finish: finishRedis, downgrade: downgradeRedis},
	"session":               {downgrade: downgradeSession, only: []string{"cookie_renew"}},
}

// moved says that the member called old is at a path of Kong 3.9.
type moved map[string][]string

// copyForward sets what moved from the old members that are there; copyBack does the reverse.
func (m moved) copyForward(record map[string]any) {
	for old, path := range m {
		v, ok := record[old]
		if !ok {
			continue
		}
		target := record
		for _, name := range path[:len(path)-1] {
			next, ok := target[name].(map[string]any)
			if !ok {
				next = map[string]any{}
				target[name] = next
			}
			target = next
		}
		target[path[len(path)-1]] = v
	}
}

func (m moved) copyBack(record map[string]any) {
	for old, path := range m {
		var v any = record
		for _, name := range path {
			member, _ := v.(map[string]any)
			v = member[name]
		}
		record[old] = v
	}
}

func (m moved) drop(record map[string]any) {
	for old := range m {
		delete(record, old)
	}
}

var redisMembers = moved{
	"redis_host": {"redis", "host"}, "redis_port": {"redis", "port"}, "redis_username": {"redis", "username"},
	"redis_password": {"redis", "password"}, "redis_ssl": {"redis", "ssl"}, "redis_ssl_verify": {"redis", "ssl_verify"},
	"redis_server_name": {"redis", "server_name"}, "redis_timeout": {"redis", "timeout"},
	"redis_database": {"redis", "database"},
}

func upgradeRedis(config map[string]any)   { redisMembers.copyForward(config) }
func finishRedis(config map[string]any)    { redisMembers.drop(config) }
func downgradeRedis(config map[string]any) { redisMembers.copyBack(config) }

var storageMembers = moved{
	"auth": {"password"}, "ssl_server_name": {"server_name"},
	"namespace": {"extra_options", "namespace"}, "scan_count": {"extra_options", "scan_count"},
}

func upgradeStorage(config map[string]any)   { inStorage(config, storageMembers.copyForward) }
func finishStorage(config map[string]any)    { inStorage(config, storageMembers.drop) }
func downgradeStorage(config map[string]any) { inStorage(config, storageMembers.copyBack) }

// inStorage calls fn with the record of the redis server in which certificates are kept.
func inStorage(config map[string]any, fn func(map[string]any)) {
	storage, _ := config["storage_config"].(map[string]any)
	if redis, ok := storage["redis"].(map[string]any); ok {
		fn(redis)
	}
}

// joinHeaders makes texts of lists of texts.
func joinHeaders(config map[string]any) {
	headers, _ := config["headers"].(map[string]any)
	for name, v := range headers {
		list, ok := v.([]any)
		if !ok {
			continue
		}
		var values []string
		for _, value := range list {
			if text, ok := value.(string); ok {
				values = append(values, text)
			}
		}
		headers[name] = strings.Join(values, ", ")
	}
}

func splitHeaders(config map[string]any) {
	headers, _ := config["headers"].(map[string]any)
	for name, v := range headers {
		if text, ok := v.(string); ok {
			headers[name] = []any{text}
		}
	}
}

// moveFunctions lets functions without a phase run where they always ran.
func moveFunctions(config map[string]any) {
	functions, _ := config["functions"].([]any)
	if access, _ := config["access"].([]any); len(functions) > 0 && len(access) == 0 {
		config["access"] = functions
	}
}

func dropFunctions(config map[string]any) { delete(config, "functions") }

// sessionMembers are the old names of the settings of sessions. Reading them needs no rule: Kong 3.9 understands them.
var sessionMembers = moved{
	"cookie_lifetime": {"rolling_timeout"}, "cookie_idletime": {"idling_timeout"}, "cookie_discard": {"stale_ttl"},
	"cookie_httponly": {"cookie_http_only"}, "cookie_samesite": {"cookie_same_site"},
}

func downgradeSession(config map[string]any) {
	sessionMembers.copyBack(config)
	if config["cookie_samesite"] == "Default" {
		config["cookie_samesite"] = "off"
	}
}

// enlargeBatches replaces a default that sent every span by itself.
func enlargeBatches(config map[string]any) {
	queue, _ := config["queue"].(map[string]any)
	if queue["max_batch_size"] == int64(1) {
		queue["max_batch_size"] = int64(200)
	}
}

// muteCompletions switches off statistics where they are not to be had.
func muteCompletions(config map[string]any) {
	model, _ := config["model"].(map[string]any)
	if model["provider"] != "anthropic" || config["route_type"] != "llm/v1/completions" {
		return
	}
	logging, ok := config["logging"].(map[string]any)
	if !ok {
		logging = map[string]any{}
		config["logging"] = logging
	}
	logging["log_statistics"] = false
}
