package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
)

// drainTimeout bounds the request to the status listener. Kong 3.9: drain.
const drainTimeout = time.Second

func (t *terminal) drainCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "drain [OPTIONS]",
		Long: "Lets the running node tell load balancers that it is not ready for traffic.",
		RunE: func(*cobra.Command, []string) error { return t.drain(s) },
	}
	s.addFile(command.Flags())
	s.addPrefix(command.Flags())
	return command
}

// drain asks the first status listener. Whatever comes of it, the exit code is 0. Kong 3.9: drain.
func (t *terminal) drain(s source) error {
	config, err := t.load(s)
	if err != nil {
		return err
	}
	listeners := config.Listeners("status_listen")
	if len(listeners) == 0 {
		t.log.Info("No status listeners found in configuration.")
		return nil
	}
	url := statusURL(listeners[0]) + "/status/ready"
	status, err := postDraining(url)
	switch {
	case err != nil:
		t.log.Info(fmt.Sprintf("Failed to send request to %s: %v", url, err))
	case status != http.StatusNoContent:
		t.log.Info(fmt.Sprintf("Unexpected response status from %s: %d", url, status))
	default:
		t.log.Info("Kong's status successfully changed to 'draining'")
	}
	return nil
}

// unspecified6 is the IPv6 wildcard as configurations have it.
var unspecified6 = netip.IPv6Unspecified().StringExpanded()

// statusURL is where a listener is reached from this machine.
func statusURL(l conf.Listener) string {
	host := strings.Trim(l.Host, "[]")
	switch host {
	case "*", "0.0.0.0":
		host = "127.0.0.1"
	case unspecified6:
		host = "::1"
	}
	scheme := "http"
	if l.SSL {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(l.Port))
}

func postDraining(url string) (status int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(`{"status":"draining"}`)))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{
		DisableKeepAlives: true,
		// The certificate is the node's own self-signed one, as a rule, and the address is that of this machine.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}
