// Package dns finds the addresses of the names that services and targets carry.
//
// It knows nothing of upstreams, services or HTTP: a name goes in, addresses come out.
//
// # Where answers come from
//
// A [Client] asks in this order, and the first that knows the name wins:
//
//  1. the name itself, when it is an address literal (IPv6 with or without brackets);
//  2. the hosts file of dns_hostsfile, read once when the client is made;
//  3. the system's resolver, with the search list and the options of /etc/resolv.conf, asking the servers of dns_resolver
//     where any are given.
//
// The system's resolver is Go's own on every platform, so that the static binary and a test binary behave alike. It reads
// /etc/hosts by itself. A name that dns_hostsfile lacks but /etc/hosts has is therefore found there: dns_hostsfile adds
// to and overrides the system's file, it does not hide it. Entries of /etc/hosts that appear while the node runs are
// found, too.
//
// IPv6 addresses are asked for only when Options.Order has [AAAA]. A literal, and a name to which the hosts file gives
// nothing but IPv6, need no asking.
//
// # How long answers live
//
// The system's resolver does not say for how long an answer is valid. Such an answer is taken to be valid for 5 seconds
// unless dns_valid_ttl says otherwise: resolvers on the host or in the cluster cache by the real TTL, so asking them
// again is cheap, and a changed record is seen within seconds whatever its TTL. Requests do not pay for it, because an
// answer past its time is still used, for up to dns_stale_ttl, while one query in the background brings the next one.
//
// A query that fails leaves the last good answer in place until it is too stale to be used. Only the positive
// statement that the name has no address ([ErrNotFound]) replaces it. Failures are remembered as well, for
// dns_not_found_ttl or dns_error_ttl, so that a broken name costs few queries. However many ask for a name, at most one
// query for it is under way.
//
// # How to use it
//
// [Client.Lookup] gives the whole answer; the balancer builds addresses from it. [Client.Host] gives a handle on one
// name; whoever forwards to a plain name keeps the handle and calls [Host.Pick] for each attempt. A pick that finds an
// answer neither locks nor allocates.
//
// A client owns the goroutines of its queries; [Client.Close] ends them and waits.
package dns
