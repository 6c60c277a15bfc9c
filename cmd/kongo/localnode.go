package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
)

// localTimeout bounds a question to the local node, which may itself be waiting for the datastore.
const localTimeout = 15 * time.Second

// askLocalNode asks the node whose Admin API a configuration names for the nodes that it knows.
func askLocalNode(config *conf.Config, all bool) (cluster.List, error) {
	var list cluster.List
	err := errors.New("it is switched off (admin_listen = off)")
	for _, l := range config.Listeners("admin_listen") {
		url := statusURL(l) + "/cluster"
		if all {
			url += "?status=all"
		}
		if err = getJSON(url, &list); err == nil {
			return list, nil
		}
	}
	return list, err
}

func getJSON(url string, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), localTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		// The certificate is the node's own self-signed one, as a rule, and the address is that of this machine.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// interrupted returns a context that ends when somebody wants the command to end.
func interrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}
