// Package golden sends recorded requests to a kongo node and compares its answers with those of Kong 3.9.1. The
// recordings lie in testdata/golden, whose README describes their form.
//
//	servers, err := upstreams.Start()
//	…
//	defer servers.Close()
//	node := testenv.Kongo(t, testenv.NodeConfig{Env: golden.Settings(t, "113_cfg_headers_off")})
//	golden.Replay(t, "113_cfg_headers_off", golden.Node{
//		Proxy: node.Proxy, ProxyTLS: node.ProxyTLS, Admin: node.Admin, Status: node.Status, Upstreams: servers,
//	})
//
// 105_upstream_errors needs a LongestWait of a few seconds, for a health check to come round; 122_database_down needs a
// database server that can be stopped. The others run at once.
//
// Requests go out byte for byte, each on a connection of its own (wire.go). Every answer that differs is reported with
// the file and line of the recording; a replay goes on to the end, because one fault often shows in several places.
//
// # What may differ
//
// Translation (translation.go): ports are those of this run. Ids and request ids that Kong made up stand for the ones the
// node made up: they are learnt from its answers and put into later requests. The mapping is one to one, so an answer
// that shows the id of another entity is caught. kong/3.9.1 stands for kongo/<version>.
//
// Comparison (compare.go, json.go): times are numbers near now, latencies any number, page offsets opaque; the order of
// object members, of unlike headers and of lists sorted by made-up ids is free. Content-Length has to be there where Kong
// sends it and to be right. Whatever only describes the machine or Lua is compared by its shape (volatile.go).
//
// Departures (departures.go): where kongo differs on purpose, a named exception with its reason says what is expected
// instead. Nothing is excepted without one.
//
// The round-robin order of Kong is random. Where the same request is sent several times in a row and recorded with
// unlike answers, the answers are compared as a set.
//
// The package knows HTTP and the recordings. It does not start nodes or databases.
package golden
