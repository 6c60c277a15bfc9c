package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

const (
	commands = "The available commands are:\n check\n cluster\n config\n datastore\n doctor\n drain\n health\n hybrid\n migrations\n prepare\n quickstart\n quit\n reload\n restart\n roar\n start\n stop\n vault\n version\n"
	usage    = "Usage: kongo COMMAND [OPTIONS]\n\n" + commands + "\nOptions:\n --v                       verbose\n --vv                      debug\n"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	for _, c := range []struct{ args, stderr string }{
		{"", usage},
		{"--help", "No such command: --help\n\n" + usage},
		{"-h", "No such command: -h\n\n" + usage},
		{"--version", "No such command: --version\n\n" + usage},
		{"help", "No such command: help\n\n" + usage},
		{"completion bash", "No such command: completion\n\n" + usage},
		{"__complete start", "No such command: __complete\n\n" + usage},
		{"compile", "No such command: compile\n\n" + usage},
		{"star", "No such command: star\n\n" + usage},
		{"-v start", "No such command: -v\n\n" + usage},
		{"start --help", "Usage: kongo start [OPTIONS]\n\n…-c,--conf FILE…"},
		{"start -h", "Usage: kongo start [OPTIONS]\n\n…"},
		{"version -a --help", "Usage: kongo version [OPTIONS]\n\n…"},
		{"migrations", "Usage: kongo migrations COMMAND [OPTIONS]\n\n…\nThe available commands are:\n bootstrap\n finish\n list\n reset\n status\n up\n…"},
		{"migrations --help", "Usage: kongo migrations COMMAND [OPTIONS]\n\n…"},
		{"migrations up --help", "Usage: kongo migrations up [OPTIONS]\n\n…"},
		{"migrations reinitialize", "No such command for migrations: reinitialize\n\nUsage: kongo migrations COMMAND [OPTIONS]\n\n…"},
		{"config", "Usage: kongo config COMMAND [OPTIONS]\n\n…"},
		{"config db-import", "No such command for config: db-import\n\n…"},
		{"hybrid", "Usage: kongo hybrid COMMAND [OPTIONS]\n\n…\nThe available commands are:\n gen_cert\n…"},
		{"hybrid gen-cert", "No such command for hybrid: gen-cert\n\n…"},
		{"vault", "Usage: kongo vault COMMAND [OPTIONS]\n\n…"},
		{"vault put", "No such command for vault: put\n\n…"},
		{"start --nope", "kong: unrecognized parameter: nope\n\nUsage: kongo start [OPTIONS]\n\n…"},
		{"start -z", "kong: unrecognized parameter: z\n\nUsage: kongo start [OPTIONS]\n\n…"},
		{"stop -c x", "kong: unrecognized parameter: c\n\nUsage: kongo stop [OPTIONS]\n\n…"},
		{"start --db-timeout soon", "kong: unable to convert to number: soon\n\nUsage: kongo start [OPTIONS]\n\n…"},
		{"quit -t 5s", "kong: unable to convert to number: 5s\n\nUsage: kongo quit [OPTIONS]\n\n…"},
		{"start -c x --", "Error: no file at: x" + more},
		{"start -cx", "Error: no file at: x" + more},
		{"start --conf x", "Error: no file at: x" + more},
		{"start --conf=x", "Error: no file at: x" + more},
		{"start --conf:x", "Error: no file at: x" + more},
		{"start -c", "kong: conf was expecting a value\n\nUsage: kongo start [OPTIONS]\n\n…"},
		{"start --nginx-conf", "kong: nginx_conf was expecting a value\n\nUsage: kongo start [OPTIONS]\n\n…"},
	} {
		t.Run(c.args, func(t *testing.T) { expect(t, n, c.args, 1, "", c.stderr) })
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	const all = "Kong: 3.9.1\nngx_lua: 10026\nnginx: 1025003\nLua: go1.…\n"
	for args, stdout := range map[string]string{
		"version":          "kongo 0.1.0 (Kong 3.9.1)\n",
		"version surplus":  "kongo 0.1.0 (Kong 3.9.1)\n",
		"version -a":       all,
		"version --all":    all,
		"version -av":      "TIME [verbose] Kong: 3.9.1\n" + all,
		"version --v":      "TIME [verbose] Kong: 3.9.1\nkongo 0.1.0 (Kong 3.9.1)\n",
		"version -vv":      "TIME [verbose] Kong: 3.9.1\nTIME [debug] ngx_lua: 10026\nTIME [debug] nginx: 1025003\nTIME [debug] Lua: …\nkongo 0.1.0 (Kong 3.9.1)\n",
		"version --all=no": all,
		"version -- -a":    "kongo 0.1.0 (Kong 3.9.1)\n",
	} {
		t.Run(args, func(t *testing.T) { expect(t, n, args, 0, stdout, "") })
	}
}

// Scripts that call kong find its version and nothing else.
func TestUnderTheNameKong(t *testing.T) {
	t.Parallel()
	kong := filepath.Join(t.TempDir(), "kong")
	if err := os.Symlink(testenv.Binary(t), kong); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"version":      "3.9.1\n",
		"version -a":   "Kong: 3.9.1\nngx_lua: 10026\nnginx: 1025003\nLua: …\n",
		"start --help": "Usage: kong start [OPTIONS]\n…",
	} {
		t.Run(args, func(t *testing.T) {
			output, err := exec.Command(kong, strings.Fields(args)...).CombinedOutput()
			if wantFailure := strings.Contains(args, "--help"); (err != nil) != wantFailure || !matches(string(output), want) {
				t.Errorf("%v\n%s\nwant\n%s", err, output, want)
			}
		})
	}
}

// Commands for a running node, where there is none.
func TestWithoutNode(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	for _, c := range []struct{ args, stderr string }{
		{"stop", "Error: no such prefix: PREFIX" + more},
		{"quit", "Error: no such prefix: PREFIX" + more},
		{"health", "Error: no such prefix: PREFIX" + more},
		{"reload", "Error: no such prefix: PREFIX" + more},
		{"restart -p PREFIX", "Error: no such prefix: PREFIX" + more},
		{"stop -p /nowhere", "Error: no such prefix: /nowhere" + more},
	} {
		t.Run(c.args, func(t *testing.T) {
			expect(t, n, strings.ReplaceAll(c.args, "PREFIX", n.Prefix), 1, "", c.stderr)
		})
	}
	if err := os.Mkdir(n.Prefix, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, stderr string }{
		{"stop", "Error: no file at: PREFIX/.kong_env" + more},
		{"quit", "Error: no file at: PREFIX/.kong_env" + more},
		{"reload", "Error: no file at: PREFIX/.kong_env" + more},
		{"restart -p PREFIX", "Error: no file at: PREFIX/.kong_env" + more},
		{"health", "Error: Kong is not running at PREFIX" + more},
	} {
		t.Run("in an empty prefix/"+c.args, func(t *testing.T) {
			expect(t, n, strings.ReplaceAll(c.args, "PREFIX", n.Prefix), 1, "", c.stderr)
		})
	}
	expect(t, n, "prepare -c CONF", 0, "", "")
	for args, stderr := range map[string]string{
		"stop":         "Error: nginx not running in prefix: PREFIX" + more,
		"quit":         "Error: nginx not running in prefix: PREFIX" + more,
		"reload":       "Error: nginx not running in prefix: PREFIX" + more,
		"stop --v":     "Error: \nnginx not running in prefix: PREFIX\n",
		"quit -w 0.01": "Error: nginx not running in prefix: PREFIX" + more,
	} {
		t.Run("in a prepared prefix/"+args, func(t *testing.T) {
			stdout := ""
			if strings.HasSuffix(args, "--v") {
				stdout = "TIME [verbose] Kong: 3.9.1\n…"
			}
			expect(t, n, args, 1, stdout, stderr)
		})
	}
	t.Run("in a prepared prefix/health", func(t *testing.T) {
		expect(t, n, "health", 1, "nginx.......not running\n\n", "Error: Kong is not running at PREFIX"+more)
	})
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	expect(t, n, "prepare -c CONF", 0, "", "")
	for _, name := range []string{
		".kong_env", "logs/error.log", "logs/access.log", "logs/admin_access.log", "pids",
		"ssl/kong-default.crt", "ssl/kong-default.key", "ssl/kong-default-ecdsa.crt", "ssl/kong-default-ecdsa.key",
	} {
		if _, err := os.Stat(filepath.Join(n.Prefix, name)); err != nil {
			t.Error(err)
		}
	}
	env, err := os.ReadFile(filepath.Join(n.Prefix, ".kong_env"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"database = sqlite", "prefix = " + n.Prefix, "nginx_pid = " + n.Prefix + "/pids/nginx.pid"} {
		if !strings.Contains(string(env), "\n"+line+"\n") {
			t.Errorf("no line %q in .kong_env:\n%s", line, env)
		}
	}

	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	expect(t, n, "prepare -c CONF -p "+file, 1, "", "Error: could not prepare Kong prefix at "+file+": "+file+" is not a directory"+more)
	expect(t, n, "prepare -c CONF --nginx-conf /nowhere", 1, "", "Error: no such file: /nowhere"+more)
}

func TestVault(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"MY_SECRET": "hush", "MY_JSON": `{"user":"me"}`}})
	for args, want := range map[string]string{
		"vault get env/my-secret":           "hush\n",
		"vault get {vault://env/my-secret}": "hush\n",
		"vault get env/my-json/user":        "me\n",
	} {
		t.Run(args, func(t *testing.T) { expect(t, n, args, 0, want, "") })
	}
	for args, want := range map[string]string{
		"vault get":               "the 'get' command needs a <reference> argument \nkongo vault get <reference>",
		"vault get env/none":      "could not get value from external vault (no value found)",
		"vault get aws/something": "could not find vault (aws)",
	} {
		t.Run(args, func(t *testing.T) { expect(t, n, args, 1, "", "Error: "+want+more) })
	}
}

func TestRoar(t *testing.T) {
	t.Parallel()
	expect(t, testenv.NewNode(t, testenv.NodeConfig{}), "roar", 0, "Kong, Monolith destroyer.\n\n…", "")
}

func TestClusterCertificate(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	dir := t.TempDir()
	crt, key := filepath.Join(dir, "a.crt"), filepath.Join(dir, "a.key")
	expect(t, n, "hybrid gen_cert "+crt, 1, "", "Error: both cert and key path needs to be provided"+more)
	expect(t, n, "hybrid gen_cert -d 30 "+crt+" "+key, 0,
		"Successfully generated certificate/key pairs, they have been written to: '"+crt+"' and '"+key+"'.\n", "")
	expect(t, n, "hybrid gen_cert "+crt+" "+key, 1, "", "Error: "+crt+" already exists.\nWill not overwrite it."+more)
	expect(t, n, "hybrid gen_cert "+crt+"2 "+key, 1, "", "Error: "+key+" already exists.\nWill not overwrite it."+more)

	for path, want := range map[string]os.FileMode{crt: 0o644, key: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	pair, err := tls.LoadX509KeyPair(crt, key)
	if err != nil {
		t.Fatal(err)
	}
	c := pair.Leaf
	public, isEC := c.PublicKey.(*ecdsa.PublicKey)
	if !isEC || public.Curve != elliptic.P384() || c.Subject.String() != "CN=kong_clustering" || c.Issuer.String() != "CN=kong_clustering" {
		t.Errorf("%s by %s, %T", c.Subject, c.Issuer, c.PublicKey)
	}
	if period := c.NotAfter.Sub(c.NotBefore); period != 30*24*time.Hour {
		t.Errorf("good for %v", period)
	}

	command := n.Command("hybrid", "gen_cert")
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "'"+dir+"/cluster.crt' and '"+dir+"/cluster.key'") {
		t.Errorf("%v\n%s", err, output)
	}
}
