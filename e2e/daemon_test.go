package e2e_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// daemonNode is a node that goes into the background, and is stopped when the test ends.
func daemonNode(t *testing.T, c testenv.NodeConfig) *testenv.Node {
	t.Helper()
	c.Unset = append(c.Unset, "KONG_NGINX_DAEMON")
	n := testenv.NewNode(t, c)
	t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
	return n
}

const started = "Kong started\n…`kongo cluster` lists them\n"

// pidOf returns what the pid file says, 0 if there is none.
func pidOf(t *testing.T, n *testenv.Node) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(n.Prefix, "pids", "nginx.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSuffix(string(text), "\n"))
	if err != nil {
		t.Fatalf("the pid file holds %q", text)
	}
	return pid
}

func refuses(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		conn.Close()
	}
	return err != nil
}

// isGone checks that a node has left nothing that could be taken for one.
func isGone(t *testing.T, n *testenv.Node) {
	t.Helper()
	if pid := pidOf(t, n); pid != 0 {
		t.Errorf("the pid file is still there, with %d", pid)
	}
	for _, address := range []string{n.Proxy, n.ProxyTLS, n.Admin, n.Status} {
		if !refuses(address) {
			t.Errorf("somebody listens on %s", address)
		}
	}
}

func TestDaemon(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{})
	expect(t, n, "start -c CONF", 0, "prefix directory PREFIX not found, trying to create it\n"+started, "")
	pid := pidOf(t, n)
	if session, err := syscall.Getpgid(pid); err != nil || session != pid {
		t.Errorf("process %d is not on its own: %d, %v", pid, session, err)
	}
	if status, body := send(t, "GET", "http://"+n.Admin+"/", ""); status != http.StatusOK || !strings.Contains(body, fmt.Sprintf(`"master":%d`, pid)) {
		t.Errorf("GET / is %d %s", status, body)
	}
	expect(t, n, "health", 0, "nginx.......running\n\nKong is healthy at PREFIX\n", "")
	expect(t, n, "start -c CONF", 1, "", "Error: Kong is already running in PREFIX"+more)

	expect(t, n, "reload", 0, "Kong reloaded\n", "")
	expect(t, n, "reload -c CONF --nginx-conf-flags a,b", 0, "Kong reloaded\n", "")
	if now := pidOf(t, n); now != pid {
		t.Errorf("the pid was %d and is %d after a reload", pid, now)
	}

	expect(t, n, "restart -c CONF", 0, started, "")
	again := pidOf(t, n)
	if again == pid {
		t.Errorf("the pid is still %d after a restart", pid)
	}
	expect(t, n, "stop", 0, "Kong stopped\n", "")
	isGone(t, n)
	expect(t, n, "health", 1, "nginx.......not running\n\n", "Error: Kong is not running at PREFIX"+more)
	expect(t, n, "stop", 1, "", "Error: nginx not running in prefix: PREFIX"+more)

	expect(t, n, "restart -c CONF", 0, started, "")
	expect(t, n, "restart -c CONF -p "+n.Prefix, 0, started, "")
	expect(t, n, "quit", 0, "Kong stopped (gracefully)\n", "")
	isGone(t, n)
}

// What a node logs on the streams goes where the command that started it had them.
func TestDaemonLogsToStreams(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_PROXY_ERROR_LOG": "/dev/stderr", "KONG_ADMIN_ERROR_LOG": "/dev/stderr"}})
	output, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	command := n.Command("start", "-c", n.Conf)
	command.Stderr = output
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(output.Name())
	if err != nil || !strings.Contains(string(text), "kongo is up") {
		t.Errorf("standard error holds %q (%v)", text, err)
	}
}

func TestReloadTakesOverSettings(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{Conf: "log_level = notice\n"})
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	level := func() string {
		_, body := send(t, "GET", "http://"+n.Admin+"/debug/node/log-level", "")
		return body
	}
	write(t, n.Conf, "log_level = info\n")
	expect(t, n, "reload", 0, "Kong reloaded\n", "")
	if got := level(); !strings.Contains(got, "notice") {
		t.Errorf("a reload without the file read it: %s", got)
	}
	expect(t, n, "reload -c CONF", 0, "Kong reloaded\n", "")
	eventually(t, "the level is info", func() bool { return strings.Contains(level(), "info") })
	write(t, n.Conf, "log_level = loud\n")
	expect(t, n, "reload -c CONF", 1, "", "Error: log_level has an invalid value: 'loud' (…"+more)

	garbage := filepath.Join(t.TempDir(), "garbage")
	write(t, garbage, "no certificate")
	write(t, n.Conf, "ssl_cert = "+garbage+"\nssl_cert_key = "+garbage+"\n")
	for _, args := range []string{"reload -c CONF", "restart -c CONF"} {
		expect(t, n, args, 1, "", "Error: ssl_cert: cannot load certificate …\n  CONF:1: ssl_cert = "+garbage+"; accepted: …"+more)
	}
	expect(t, n, "health", 0, "nginx.......running\n\n…", "")

	logs := filepath.Join(n.Prefix, "logs", "error.log")
	if err := os.Rename(logs, logs+".1"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pidOf(t, n), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log is back", func() bool { _, err := os.Stat(logs); return err == nil })
}

func TestQuitWaits(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{})
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	pid := pidOf(t, n)
	// A request whose body does not come keeps the node from ending.
	conn, err := net.Dial("tcp", n.Admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /services HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
	if _, err := io.ReadFull(conn, make([]byte, len("HTTP/1.1 100 Continue"))); err != nil {
		t.Fatal(err)
	}
	expect(t, n, "quit -t 0", 0, "Timeout, Kong stopped forcefully\n", "")
	eventually(t, "the node is gone", func() bool { return pidOf(t, n) == 0 })
	isGone(t, n)

	expect(t, n, "start -c CONF", 0, started, "")
	if pidOf(t, n) == pid {
		t.Error("the pid is the same")
	}
	command := n.Command("quit", "-w", "60", "-v")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasSuffix(lines.Text(), "[verbose] waiting 60 seconds before quitting") {
			if err := syscall.Kill(pidOf(t, n), syscall.SIGTERM); err != nil {
				t.Error(err)
			}
		}
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
	if text := plain(n, stderr.String()); text != "TIME [error] Kong stopped while waiting (unexpected)\n" {
		t.Errorf("stderr is %s", text)
	}
}

func TestDrainCommand(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{})
	expect(t, n, "drain", 0, "Failed to send request to http://"+n.Status+"/status/ready: …connection refused\n", "")
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	ready := "http://" + n.Status + "/status/ready"
	if status, body := send(t, "GET", ready, ""); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	expect(t, n, "drain", 0, "Kong's status successfully changed to 'draining'\n", "")
	if status, body := send(t, "GET", ready, ""); status != http.StatusServiceUnavailable || !strings.Contains(body, "draining") {
		t.Errorf("%d %s", status, body)
	}
	without := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_STATUS_LISTEN": "off"}})
	expect(t, without, "drain", 0, "No status listeners found in configuration.\n", "")
}

func TestForeground(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config testenv.NodeConfig
		args   []string
	}{
		"nginx_daemon = off": {testenv.NodeConfig{Unset: []string{"KONG_NGINX_DAEMON"}, Conf: "nginx_daemon = off\n"}, nil},
		"--foreground":       {testenv.NodeConfig{Unset: []string{"KONG_NGINX_DAEMON"}}, []string{"--foreground"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := testenv.NewNode(t, c.config)
			command := n.Command(append([]string{"start", "-c", n.Conf}, c.args...)...)
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the node is up", func() bool { return pidOf(t, n) != 0 && !refuses(n.Admin) })
			if pid := pidOf(t, n); pid != command.Process.Pid {
				t.Errorf("the pid file holds %d, the process is %d", pid, command.Process.Pid)
			}
			expect(t, n, "health", 0, "nginx.......running\n\nKong is healthy at PREFIX\n", "")
			expect(t, n, "stop", 0, "Kong stopped\n", "")
			if err := command.Wait(); err != nil {
				t.Error(err)
			}
			isGone(t, n)
		})
	}
}

// Whatever keeps a node from starting is said on the terminal, in the background as in front, and nothing is left behind.
func TestFailedStart(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { busy.Close() }) // after the subtests, which are parallel
	address := busy.Addr().String()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	write(t, garbage, "neither a certificate nor a database")
	bind := "nginx: [emerg] bind() to " + address + " failed (98: Address already in use)\n"
	for name, c := range map[string]struct {
		env    map[string]string
		args   string
		stderr string // after "Error: "
	}{
		"port in use":           {env: map[string]string{"KONG_ADMIN_LISTEN": address}, stderr: strings.Repeat(bind, 5) + "nginx: [emerg] still could not bind()"},
		"bad setting":           {env: map[string]string{"KONG_LOG_LEVEL": "loud"}, stderr: "log_level has an invalid value: 'loud' (…"},
		"useless certificate":   {env: map[string]string{"KONG_SSL_CERT": garbage, "KONG_SSL_CERT_KEY": garbage}, stderr: "ssl_cert: cannot load certificate \"" + garbage + "\": …\n  KONG_SSL_CERT: ssl_cert = " + garbage + "; accepted: …"},
		"useless authorities":   {env: map[string]string{"KONG_LUA_SSL_TRUSTED_CERTIFICATE": garbage}, stderr: "lua_ssl_trusted_certificate: no certificate in \"" + garbage + "\"\n  KONG_LUA_SSL_TRUSTED_CERTIFICATE: lua_ssl_trusted_certificate = " + garbage + "; accepted: …"},
		"unreadable database":   {env: map[string]string{"KONG_SQLITE_PATH": garbage}, stderr: "open database " + garbage + ": …"},
		"database in no place":  {env: map[string]string{"KONG_SQLITE_PATH": dir + "/none/kongo.db"}, stderr: "open database " + dir + "/none/kongo.db: …no such file or directory"},
		"prefix that is a file": {env: map[string]string{"KONG_PREFIX": garbage}, stderr: garbage + " is not a directory"},
		"missing file":          {args: " -c /nowhere/kong.conf", stderr: "no file at: /nowhere/kong.conf"},
		"missing template":      {args: " --nginx-conf /nowhere/template", stderr: "no such file: /nowhere/template"},
		"missing secret":        {env: map[string]string{"KONG_PG_PASSWORD": "{vault://env/none}"}, stderr: "failed to dereference '{vault://env/none}': could not get value from external vault (no value found) for config option 'pg_password'…"},
		"role":                  {env: map[string]string{"KONG_ROLE": "control_plane", "KONG_CLUSTER_CERT": garbage, "KONG_CLUSTER_CERT_KEY": garbage}, stderr: "role = control_plane is not supported: kongo serves as a node of its own (role = traditional)"},
		"no place for a log":    {env: map[string]string{"KONG_PROXY_ERROR_LOG": dir + "/none/error.log"}, stderr: "proxy_error_log: …"},
	} {
		for _, front := range []string{"", " --foreground"} {
			t.Run(name+front, func(t *testing.T) {
				t.Parallel()
				n := daemonNode(t, testenv.NodeConfig{Env: c.env})
				args := "start -c CONF" + c.args + front
				expect(t, n, args, 1, "…", "…Error: "+c.stderr+more)
				isGone(t, n)
				if left := processesOf(t, n.Prefix); len(left) > 0 {
					t.Errorf("left running: %q", left)
				}
			})
		}
	}
}

func TestStartWarns(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{Conf: "databse = off\nanonymous_reports = on\nworker_consistency = eventual\nupstream_keepalive = 30\n"})
	template := filepath.Join(t.TempDir(), "template")
	write(t, template, "")
	expect(t, n, "start -c CONF --run-migrations --db-timeout 10 --lock-timeout 10 --nginx-conf "+template, 0, "…"+started,
		"…TIME [warn] CONF:1: 'databse' is no setting of any version, …"+
			"TIME [warn] accepted without effect: anonymous_reports, worker_consistency\n…"+
			"TIME [warn] there is no nginx here, the template has no effect: "+template+"\n")
}

// A node that was killed has left its sockets and its pid file. Neither keeps the next one from starting.
func TestStartAfterKill(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{})
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	pid := pidOf(t, n)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the process is gone", func() bool { return refuses(n.Admin) })
	socket := filepath.Join(n.Prefix, "sockets", "we")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: socket}); err != nil {
		t.Fatal(err)
	}
	expect(t, n, "health", 1, "nginx.......not running\n\n", "Error: …")
	expect(t, n, "start -c CONF", 0, started, `TIME [warn] Found dangling unix sockets in the prefix directory ("PREFIX/sockets") while preparing to start Kong. …`+
		"TIME [warn] Attempting to remove dangling sockets before starting Kong...\nTIME [warn] removing unix socket: PREFIX/sockets/we\n")
	if pidOf(t, n) == pid {
		t.Error("the pid is the same")
	}
}
