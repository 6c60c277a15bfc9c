// Package prefix is the prefix directory of a node: the place where a node keeps what it writes, laid out as Kong's is, so
// that the scripts around a Kong node go on working.
//
// It knows paths, the pid file, the dump of the configuration and the default certificates. It does not know what a
// configuration means or what a node does; nothing in it prints, commands print the messages and errors that it returns.
// Error texts that Kong's commands show are Kong's to the letter.
//
// # Layout
//
//	pids/nginx.pid           decimal process id, newline
//	logs/                    error.log, access.log, admin_access.log, created empty and never truncated
//	ssl/                     default certificates
//	sockets/                 Unix sockets
//	.kong_env                the configuration of the node as text, mode 0640
//
// [Dir.Prepare] makes it; [Temporary] makes one that goes away again.
//
// # The running node
//
// A node writes its pid file with [Dir.WritePid] when it serves, and removes it as the last thing it does. Other processes
// find the node with [Dir.Running] and talk to it by signals.
//
// Kong believes a pid file if the process is alive. That goes wrong when a node has died without a trace and its number
// has passed to another program, which is the rule in containers, where numbers start over: `start` refuses, `stop` ends a
// stranger. So a node of kongo keeps a lock (flock) on its pid file as long as it lives, which no other process can have
// by accident. The rule is: a node runs if the pid file is there, its process is alive, and either the file is locked or
// the process is an nginx, which is what a real Kong node is. Scripts that read the file see nothing of this. A pid file
// that was written by hand or restored from a backup names no node; on a file system without locks Kong's rule remains.
//
// Whoever starts a node holds [Dir.Lock] from the question whether one runs to the answer of the node that it serves, so
// that of two who start at once the second finds the node of the first.
//
// # Default certificates
//
// A TLS listener without a certificate gets a self-signed one, kept under ssl/. Making an RSA key takes a good part of a
// second, which a start does not have: [Dir.DefaultCertificates] returns at once, makes what is missing in the
// background, ECDSA keys first, and a handshake that comes early waits for no more than the one certificate it needs.
package prefix
