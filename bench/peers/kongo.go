package peers

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// startKongo returns how kongo is started without a database and with a number of routes; 0 stands for one route for
// everything.
func startKongo(routes int) start {
	return func(s site) (*proxy, error) {
		file := filepath.Join(s.directory, "kong.json")
		if err := writeConfiguration(file, routes, s.upstream); err != nil {
			return nil, err
		}
		p, err := launchKongo(s, routes, "KONG_DATABASE=off", "KONG_DECLARATIVE_CONFIG="+file)
		if err != nil {
			return nil, err
		}
		p.file = file
		return p, nil
	}
}

// startBaseline starts the other build of kongo.
func startBaseline(s site) (*proxy, error) {
	s.kongo = s.baseline
	return startKongo(0)(s)
}

// launchKongo starts kongo with one worker and without access logs. Further settings come as environment variables.
func launchKongo(s site, routes int, settings ...string) (*proxy, error) {
	addresses, err := freeAddresses(3)
	if err != nil {
		return nil, err
	}
	command := exec.Command(s.kongo, "start")
	command.Env = append(os.Environ(),
		"KONG_PREFIX="+filepath.Join(s.directory, "prefix"),
		"KONG_NGINX_DAEMON=off",
		"KONG_NGINX_WORKER_PROCESSES=1",
		"KONG_PROXY_LISTEN="+addresses[0].String()+", "+addresses[1].String()+" ssl",
		"KONG_ADMIN_LISTEN="+addresses[2].String(),
		"KONG_ADMIN_GUI_LISTEN=off",
		"KONG_STATUS_LISTEN=off",
		"KONG_PROXY_ACCESS_LOG=off",
		"KONG_ADMIN_ACCESS_LOG=off",
		"KONG_SSL_CERT="+s.certificate,
		"KONG_SSL_CERT_KEY="+s.key,
		"KONG_NGINX_HTTP_KEEPALIVE_REQUESTS=1000000000",
		"KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT=600s",
		"KONG_UPSTREAM_KEEPALIVE_MAX_REQUESTS=0",
		"KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE=0",
	)
	command.Env = append(command.Env, settings...)
	p := &proxy{plain: addresses[0], tls: addresses[1], admin: addresses[2], routes: routes, server: s.upstream}
	request := firstRequest
	if routes > 0 {
		request = routed(false)(p)(nil)
	}
	p.process, err = launch(proxyProcessor(), command, request, addresses...)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// writeConfiguration writes a declarative configuration to a file.
func writeConfiguration(file string, routes int, server netip.AddrPort, further ...object) error {
	text, err := configuration(routes, server, further...)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// configuration has a number of routes, each with a host and a path of its own, and some further ones.
func configuration(routes int, server netip.AddrPort, further ...object) ([]byte, error) {
	list := further
	if routes == 0 {
		list = append(list, object{"name": "all", "paths": []string{"/"}, "strip_path": false})
	}
	for i := range routes {
		list = append(list, object{
			"name": routeName(i), "strip_path": false,
			"hosts": []string{string(appendHost(nil, i))}, "paths": []string{routePath(i)},
		})
	}
	return json.Marshal(object{
		"_format_version": "3.0",
		"upstreams":       []object{{"name": "server", "targets": []object{{"target": server.String()}}}},
		"services":        []object{{"name": serviceName, "host": "server", "routes": list}},
	})
}

// serviceName is that of the service of all routes.
const serviceName = "server"

func routeName(i int) string { return fmt.Sprintf("route-%d", i) }

func routePath(i int) string { return strings.TrimSuffix(string(appendPath(nil, i)), "/") }
