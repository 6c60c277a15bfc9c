package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"time"
)

// editor changes kongo's configuration through its Admin API, and looks whether requests see that.
type editor struct {
	proxy  *proxy
	client http.Client
}

func newEditor(p *proxy) *editor {
	return &editor{proxy: p, client: http.Client{Transport: new(http.Transport), Timeout: startTimeout}}
}

func (e *editor) close() { e.client.CloseIdleConnections() }

// configure replaces the whole configuration by one with a number of routes, and waits until the last of them answers.
func (e *editor) configure(configuration []byte, routes int) error {
	if err := e.send(http.MethodPost, "/config", configuration, http.StatusCreated); err != nil {
		return err
	}
	return e.sees(routes-1, routePath(routes-1))
}

// changeRoute gives a route one more path.
func (e *editor) changeRoute(route int, path string) error {
	body, err := json.Marshal(object{"paths": []string{routePath(route), path}})
	if err != nil {
		return err
	}
	return e.send(http.MethodPatch, "/routes/"+routeName(route), body, http.StatusOK)
}

// changeService changes the service of all routes.
func (e *editor) changeService() error {
	e.proxy.changes++
	body, err := json.Marshal(object{"read_timeout": 60_000 + e.proxy.changes})
	if err != nil {
		return err
	}
	return e.send(http.MethodPatch, "/services/"+serviceName, body, http.StatusOK)
}

// reload changes the file with the configuration, has kongo read it, and waits until that is in force.
func (e *editor) reload() error {
	_, path := e.nextChange()
	route := object{"name": "reloaded", "paths": []string{path}, "strip_path": false}
	if err := writeConfiguration(e.proxy.file, e.proxy.routes, e.proxy.server, route); err != nil {
		return err
	}
	if err := e.proxy.command.Process.Signal(syscall.SIGHUP); err != nil {
		return fmt.Errorf("reloading: %w", err)
	}
	return e.sees(0, path)
}

// keepChanging changes so many routes a second, for a time, one after the other.
func (e *editor) keepChanging(rate int, duration time.Duration) error {
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	for end := time.Now().Add(duration); time.Now().Before(end); <-ticker.C {
		if err := e.changeRoute(e.nextChange()); err != nil {
			return err
		}
	}
	return nil
}

// nextChange returns a route and a path that none has had before.
func (e *editor) nextChange() (route int, path string) {
	e.proxy.changes++
	return e.proxy.changes * stride % e.proxy.routes, fmt.Sprintf("/changed/%d-%d", e.proxy.command.Process.Pid, e.proxy.changes)
}

// sees waits until a request for a path of a route is answered by the server.
func (e *editor) sees(route int, path string) error {
	request, err := http.NewRequest(http.MethodGet, "http://"+e.proxy.plain.String()+path, nil)
	if err != nil {
		return err
	}
	request.Host = string(appendHost(nil, route))
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(200 * time.Microsecond) {
		status, text, err := e.do(request)
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return nil
		case status != http.StatusNotFound || time.Now().After(deadline):
			return fmt.Errorf("GET %s: %d %s", path, status, text)
		}
	}
}

// send makes a request to the Admin API, which has to be answered by a status.
func (e *editor) send(method, path string, body []byte, want int) error {
	request, err := http.NewRequest(method, "http://"+e.proxy.admin.String()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	status, text, err := e.do(request)
	if err == nil && status != want {
		err = fmt.Errorf("%s %s: %d %s", method, path, status, text)
	}
	return err
}

// do returns status and beginning of the answer to a request.
func (e *editor) do(request *http.Request) (int, []byte, error) {
	answer, err := e.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
	}
	return answer.StatusCode, text, err
}
