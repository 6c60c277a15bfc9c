package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// nginxConfiguration takes the directory, the two listen addresses, certificate and key, and the upstream server.
const nginxConfiguration = `
daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log stderr crit;
worker_rlimit_nofile 16384;
events { worker_connections 16384; }
http {
    access_log off;
    client_body_temp_path %[1]s/body;
    proxy_temp_path %[1]s/proxy;
    fastcgi_temp_path %[1]s/fastcgi;
    uwsgi_temp_path %[1]s/uwsgi;
    scgi_temp_path %[1]s/scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 600;
    upstream server { server %[6]s; keepalive 512; keepalive_requests 1000000000; }
    map $http_upgrade $connection_to_server { default ""; websocket upgrade; }
    server {
        listen %[2]s;
        listen %[3]s ssl;
        ssl_certificate %[4]s;
        ssl_certificate_key %[5]s;
        ssl_protocols TLSv1.3;
        location / {
            proxy_pass http://server;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_to_server;
        }
    }
}
`

func startNginx(s site) (*proxy, error) {
	addresses, err := freeAddresses(2)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(s.directory, "nginx.conf")
	text := fmt.Sprintf(nginxConfiguration, s.directory, addresses[0], addresses[1], s.certificate, s.key, s.upstream)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	p, err := launch(proxyProcessor(), exec.Command("nginx", "-c", file, "-e", "stderr"), firstRequest, addresses...)
	if err != nil {
		return nil, err
	}
	return &proxy{plain: addresses[0], tls: addresses[1], process: p}, nil
}
