package testenv

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// CassandraNode is one Cassandra on a loopback address. Methods that fail end the test.
type CassandraNode struct {
	// Address is the IP address on which the node listens, on the port of its server.
	Address string

	server *CassandraServer
	dir    string
	token  string
	runAs  *syscall.Credential
	proc   *process
}

// Start starts the node again after Kill, with the data that it has, and returns once it takes connections.
func (n *CassandraNode) Start(t testing.TB) {
	t.Helper()
	if n.proc != nil {
		t.Fatalf("Cassandra on %s is running already", n.Address)
	}
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
	if err := n.wait(); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the node without notice, and waits until it is gone.
func (n *CassandraNode) Kill(t testing.TB) {
	t.Helper()
	if n.proc == nil {
		t.Fatalf("Cassandra on %s is not running", n.Address)
	}
	n.proc.kill()
	n.proc = nil
}

// prepare makes the directory of the node and its configuration.
func (n *CassandraNode) prepare() error {
	for _, dir := range []string{"conf", "data", "commitlog", "hints", "saved_caches", "cdc_raw", "triggers", "log"} {
		if err := os.MkdirAll(filepath.Join(n.dir, dir), 0o755); err != nil {
			return err
		}
	}
	for name, content := range map[string]string{"cassandra.yaml": n.settings(), "logback.xml": n.logging()} {
		if err := os.WriteFile(filepath.Join(n.dir, "conf", name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	if n.runAs == nil {
		return nil
	}
	return filepath.WalkDir(n.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, int(n.runAs.Uid), int(n.runAs.Gid))
	})
}

func (n *CassandraNode) settings() string {
	var seeds []string
	for _, node := range n.server.Nodes {
		seeds = append(seeds, net.JoinHostPort(node.Address, strconv.Itoa(n.server.storagePort)))
	}
	settings := fmt.Sprintf(`
cluster_name: kongo
num_tokens: 1
initial_token: %[1]s
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
auto_bootstrap: false
data_file_directories: [ %[2]s/data ]
commitlog_directory: %[2]s/commitlog
hints_directory: %[2]s/hints
saved_caches_directory: %[2]s/saved_caches
cdc_raw_directory: %[2]s/cdc_raw
commitlog_segment_size: 8MiB
commitlog_total_space: 64MiB
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters: [ { seeds: "%[3]s" } ]
listen_address: %[4]s
rpc_address: %[4]s
storage_port: %[5]d
ssl_storage_port: %[6]d
native_transport_port: %[7]d
endpoint_snitch: SimpleSnitch
auto_snapshot: false
snapshot_before_compaction: false
hinted_handoff_enabled: true
concurrent_reads: 8
concurrent_writes: 8
concurrent_counter_writes: 8
concurrent_compactors: 1
memtable_flush_writers: 1
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
key_cache_size: 1MiB
counter_cache_size: 1MiB
row_cache_size: 0MiB
file_cache_enabled: false
`, n.token, n.dir, strings.Join(seeds, ","), n.Address, n.server.storagePort, n.server.sslStoragePort, n.server.Port)
	if n.server.throwaway {
		settings += `commitlog_sync: periodic
commitlog_sync_period: 10000ms
read_request_timeout: 20s
range_request_timeout: 20s
write_request_timeout: 20s
cas_contention_timeout: 5s
request_timeout: 20s
`
	} else {
		settings += "commitlog_sync: group\ncommitlog_sync_group_window: 5ms\n" // what is acknowledged survives Kill
	}
	return settings + n.server.settings
}

func (n *CassandraNode) logging() string {
	return fmt.Sprintf(`<configuration>
<appender name="file" class="ch.qos.logback.core.FileAppender"><file>%s</file>
<encoder><pattern>%%-5level [%%thread] %%date{ISO8601} %%F:%%L - %%msg%%n</pattern></encoder></appender>
<root level="WARN"><appender-ref ref="file"/></root>
</configuration>
`, n.logFile())
}

func (n *CassandraNode) logFile() string { return filepath.Join(n.dir, "log", "system.log") }

// start starts the process without waiting until it serves.
func (n *CassandraNode) start() error {
	out, err := os.OpenFile(filepath.Join(n.dir, "log", "output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(n.server.java, n.options()...)
	cmd.Dir = n.dir
	cmd.Env = []string{"HOME=" + n.dir, "LC_ALL=C", "PATH=/usr/bin:/bin"}
	cmd.Stdout, cmd.Stderr = out, out
	// As root it could lock its whole heap into memory, and would.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: n.runAs}
	n.proc, err = startProcess(cmd, syscall.SIGKILL)
	return err
}

// wait returns once the node takes connections.
func (n *CassandraNode) wait() error {
	address := net.JoinHostPort(n.Address, strconv.Itoa(n.server.Port))
	err := waitReady(n.proc, func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return fmt.Errorf("Cassandra on %s: %w\n%s", n.Address, err, n.readLog())
	}
	return nil
}

// readLog returns the end of what the node wrote.
func (n *CassandraNode) readLog() string {
	const enough = 8 << 10
	var text strings.Builder
	for _, name := range []string{filepath.Join(n.dir, "log", "output"), n.logFile()} {
		content, err := os.ReadFile(name)
		if err != nil {
			text.WriteString(err.Error())
		}
		text.Write(content[max(0, len(content)-enough):])
	}
	return text.String()
}

// options are the arguments of java: what Cassandra's own start script gives, and settings that make a small node for data
// that is thrown away.
func (n *CassandraNode) options() []string {
	dir := n.dir
	options := []string{
		"-Xms64M", "-Xmx384M", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxDirectMemorySize=256M",
		"-XX:-UsePerfData", "-Djava.net.preferIPv4Stack=true", "-Djna.nosys=true", "-Djna.tmpdir=" + dir + "/data",
		"-Djava.io.tmpdir=" + dir, "-Djdk.attach.allowAttachSelf=true", "-Dio.netty.transport.estimateSizeOnSubmit=false",
		"-Dcassandra.config=file://" + dir + "/conf/cassandra.yaml",
		"-Dlogback.configurationFile=" + dir + "/conf/logback.xml",
		"-Dcassandra.storagedir=" + dir, "-Dcassandra.triggers_dir=" + dir + "/triggers", "-Dcassandra.logdir=" + dir + "/log",
		"-Dcassandra.skip_wait_for_gossip_to_settle=0", "-Dcassandra.ring_delay_ms=0", "-Dcassandra.superuser_setup_delay_ms=500",
		"-Dcassandra.consistent.rangemovement=false", "-Dcassandra-foreground=yes", "-Dcassandra.skip_sync=true",
		// A calibration that costs more than all the rest of the start.
		"-Dcassandra.memtable.row_overhead_size=180",
		"-Dcassandra.auth_bcrypt_gensalt_log2_rounds=4", "-Dcassandra.shutdown_announce_in_ms=0",
	}
	if agents, err := filepath.Glob(filepath.Join(n.server.jars, "jamm-*.jar")); err == nil {
		for _, agent := range agents {
			options = append(options, "-javaagent:"+agent) // Cassandra measures objects with it
		}
	}
	if n.server.throwaway {
		// Tables are made in a tenth of the time, and are lost when the node is killed.
		options = append(options, "-Dcassandra.unsafesystem=true")
	}
	for _, p := range strings.Fields(cassandraExports) {
		options = append(options, "--add-exports", p+"=ALL-UNNAMED")
	}
	for _, p := range strings.Fields(cassandraOpens) {
		options = append(options, "--add-opens", p+"=ALL-UNNAMED")
	}
	return append(options, "-cp", n.server.jars+"/*", "org.apache.cassandra.service.CassandraDaemon")
}

const cassandraExports = `
java.base/jdk.internal.misc java.base/jdk.internal.ref java.base/sun.nio.ch java.base/jdk.internal.util
java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/sun.rmi.registry java.rmi/sun.rmi.server
java.rmi/sun.rmi.transport.tcp java.sql/java.sql jdk.attach/sun.tools.attach jdk.unsupported/sun.misc`

const cassandraOpens = `
java.base/java.io java.base/java.lang java.base/java.lang.module java.base/java.lang.reflect java.base/java.math
java.base/java.net java.base/java.nio java.base/java.nio.charset java.base/java.nio.file.spi java.base/java.time
java.base/java.util java.base/java.util.concurrent java.base/java.util.concurrent.atomic java.base/jdk.internal.loader
java.base/jdk.internal.math java.base/jdk.internal.misc java.base/jdk.internal.module java.base/jdk.internal.ref
java.base/jdk.internal.reflect java.base/jdk.internal.util java.base/jdk.internal.util.jar java.base/sun.nio.ch
jdk.management/com.sun.management.internal jdk.management.jfr/jdk.management.jfr java.desktop/com.sun.beans.introspect`

// remove ends the nodes of the server and deletes everything they stored.
func (s *CassandraServer) remove() error {
	for _, n := range s.Nodes {
		if n.proc != nil {
			n.proc.kill()
			n.proc = nil
		}
	}
	err := os.RemoveAll(s.dir)
	if s.reservation != nil {
		err = errors.Join(err, s.reservation.Close())
	}
	return err
}
