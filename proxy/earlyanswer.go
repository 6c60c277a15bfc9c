package proxy

// earlyAnswer is what the gateway answers by itself.
type earlyAnswer struct {
	given   bool
	status  int
	message string // "" for the usual one of the status
	extra   extraFields
}

// extraFields are header lines that some answers carry beside the usual ones.
type extraFields uint8

const (
	noExtra extraFields = iota
	upgradeToTLS
	upgradeToHTTP2
	redirectToTLS // and no body
	refuseGRPC    // and no body
)

// sendExtra adds the lines.
func (x *exchange) sendExtra() {
	switch x.answer.extra {
	case upgradeToTLS:
		x.client.Field("Connection", []byte("Upgrade"))
		x.client.Field("Upgrade", []byte("TLS/1.2, HTTP/1.1"))
	case upgradeToHTTP2:
		x.client.Field("Connection", []byte("Upgrade"))
		x.client.Field("Upgrade", []byte("HTTP/2"))
	case redirectToTLS:
		x.scratch = append(x.scratch[:0], "https://"...)
		x.scratch = x.appendForwardedHost(x.scratch)
		x.scratch = append(x.scratch, x.req.Target...)
		x.client.Field("Location", x.scratch)
	case refuseGRPC:
		x.client.Field("grpc-status", []byte("1"))
		x.client.Field("grpc-message", []byte(x.answer.message))
	}
}
