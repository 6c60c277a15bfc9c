package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// startKongo returns how kongo is started with a number of routes; 0 stands for one route for everything.
func startKongo(routes int) start {
	return func(s site) (*proxy, error) {
		addresses, err := freeAddresses(3)
		if err != nil {
			return nil, err
		}
		command := exec.Command(s.kongo, "start")
		command.Env = append(os.Environ(),
			"KONG_PREFIX="+filepath.Join(s.directory, "prefix"),
			"KONG_DATABASE=off",
			"KONG_NGINX_DAEMON=off",
			"KONG_NGINX_WORKER_PROCESSES=1",
			"KONG_PROXY_LISTEN="+addresses[0].String()+", "+addresses[1].String()+" ssl",
			"KONG_ADMIN_LISTEN="+addresses[2].String(),
			"KONG_ADMIN_GUI_LISTEN=off",
			"KONG_PROXY_ACCESS_LOG=off",
			"KONG_ADMIN_ACCESS_LOG=off",
			"KONG_SSL_CERT="+s.certificate,
			"KONG_SSL_CERT_KEY="+s.key,
			"KONG_NGINX_HTTP_KEEPALIVE_REQUESTS=1000000000",
			"KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT=600s",
			"KONG_UPSTREAM_KEEPALIVE_MAX_REQUESTS=0",
			"KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE=0",
		)
		p, err := launch(proxyProcessor(), command, addresses...)
		if err != nil {
			return nil, err
		}
		k := &proxy{plain: addresses[0], tls: addresses[1], admin: addresses[2], routes: routes, process: p}
		if err := k.configure(s.upstream); err != nil {
			p.Close()
			return nil, err
		}
		return k, nil
	}
}

// startBaseline starts the other build of kongo.
func startBaseline(s site) (*proxy, error) {
	s.kongo = s.baseline
	return startKongo(0)(s)
}

// configure sends the service, its routes and its upstream to the Admin API.
func (p *proxy) configure(server netip.AddrPort) error {
	body, err := json.Marshal(kongoConfiguration(p.routes, server))
	if err != nil {
		return err
	}
	answer, err := http.Post("http://"+p.admin.String()+"/config", "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("configuring kongo: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
		return fmt.Errorf("configuring kongo: %s %s", answer.Status, text)
	}
	return nil
}

func kongoConfiguration(routes int, server netip.AddrPort) object {
	list := []object{{"name": "all", "paths": []string{"/"}, "strip_path": false}}
	if routes > 0 {
		list = make([]object, routes)
		for i := range list {
			list[i] = object{
				"name": fmt.Sprintf("route-%d", i), "strip_path": false,
				"hosts": []string{string(appendHost(nil, i))}, "paths": []string{strings.TrimSuffix(string(appendPath(nil, i)), "/")},
			}
		}
	}
	return object{
		"_format_version": "3.0",
		"upstreams":       []object{{"name": "server", "targets": []object{{"target": server.String()}}}},
		"services":        []object{{"name": "server", "host": "server", "routes": list}},
	}
}
