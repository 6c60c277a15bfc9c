// Package urlpath holds the rules for the paths of requests: how the target of a request line is taken apart
// ([SplitTarget]), how a path is normalised before it is compared with those of routes ([Normalize]), and how the paths
// of service and request become the one that goes upstream ([AppendUpstream]).
//
// The data plane applies them to every request, and the description of routes to the prefixes that may be configured.
// The package knows neither routes nor HTTP messages. Nothing here allocates where the input can be returned as it is.
package urlpath
