package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// manyEntities is the number of services, and of routes, that Many looks at.
const manyEntities = 100_000

// writtenEntities is how many of each are made through the Admin API.
const writtenEntities = 1_000

// manyWriters is the number of connections over which they are made: more than one, so that no answer is waited for while
// nothing else goes on.
const manyWriters = 8

// memoryDirectory is where many entities are kept if the machine has it, because writing all of them to a disk, commit by
// commit, takes minutes.
const memoryDirectory = "/dev/shm"

// Many measures writes through the Admin API to a store on a disk; and a node with 100,000 services and as many routes in the
// embedded store: importing them, paging through them, the cost of one page at the beginning and at the end of the list, of
// one with a filter and of single rows, and a restart.
//
// Metrics: us/write is the time per entity made, s/import that of the command that imports all, s/list that of paging
// through the routes in pages of 1000, …-ms the median of one request, s/restart the time from the start of the process to
// the first 200 through the last route, MiB-resident the memory after that.
func Many(b *testing.B) {
	upstream := testenv.HTTPBin(b)
	for b.Loop() {
		disk := testenv.Kongo(b, testenv.NodeConfig{})
		start := time.Now()
		writeEntities(b, "http://"+disk.Admin, "http://"+upstream.Addr)
		b.ReportMetric(float64(time.Since(start).Microseconds())/(2*writtenEntities), "us/write")
		disk.Stop(b)
		many(b, upstream.Addr)
	}
}

// many is the part with a store that has everything.
func many(b *testing.B, upstream string) {
	directory := b.TempDir()
	if d, err := os.MkdirTemp(memoryDirectory, "kongo-bench-"); err == nil {
		defer os.RemoveAll(d)
		directory = d
	}
	n := testenv.NewNode(b, testenv.NodeConfig{Env: map[string]string{"KONG_SQLITE_PATH": filepath.Join(directory, "kongo.db")}})
	file := filepath.Join(directory, "kong.json")
	if err := os.WriteFile(file, manyConfiguration("http://"+upstream), 0o600); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if output, err := n.Command("config", "db_import", file, "-c", n.Conf).CombinedOutput(); err != nil {
		b.Fatalf("importing: %v\n%s", err, output)
	}
	b.ReportMetric(time.Since(start).Seconds(), "s/import")

	n.Start(b)
	admin := "http://" + n.Admin
	start = time.Now()
	last := pageThrough(b, admin, "/routes?size=1000")
	b.ReportMetric(time.Since(start).Seconds(), "s/list")

	for _, page := range []struct{ unit, path string }{
		{"first-page-ms", "/routes?size=100"},
		{"last-page-ms", last + "&size=100"},
		{"tagged-page-ms", "/routes?size=100&tags=rare"},
		{"tag-ms", "/tags/rare?size=100"},
		{"children-ms", "/services/s99999/routes?size=100"},
		{"by-name-ms", "/routes/r99999"},
		{"missing-name-ms", "/routes/none"},
	} {
		b.ReportMetric(median(b, admin+page.path), page.unit)
	}

	n.Stop(b)
	start = time.Now()
	node := n.Command("start", "-c", n.Conf)
	if err := node.Start(); err != nil {
		b.Fatal(err)
	}
	err := answers("http://" + n.Proxy + "/r99999/status/200")
	b.ReportMetric(time.Since(start).Seconds(), "s/restart")
	if err := errors.Join(err, reportResident(b, node), stop(node)); err != nil {
		b.Fatal(err)
	}
}

// manyConfiguration has the services and a route of each. Every thousandth route has a tag.
func manyConfiguration(url string) []byte {
	text := []byte(`{"_format_version":"3.0","services":[`)
	for i := range manyEntities {
		if i > 0 {
			text = append(text, ',')
		}
		tags := ""
		if i%1000 == 0 {
			tags = `,"tags":["rare"]`
		}
		text = fmt.Appendf(text, `{"name":"s%d","url":%q,"routes":[{"name":"r%d","paths":["/r%d"]%s}]}`, i, url, i, i, tags)
	}
	return append(text, "]}"...)
}

// writeEntities makes services and then their routes, one of each per number.
func writeEntities(b *testing.B, admin, url string) {
	b.Helper()
	writeAll(b, func(i int) (string, string) {
		return fmt.Sprintf("%s/services/s%d", admin, i), fmt.Sprintf(`{"url":%q}`, url)
	})
	writeAll(b, func(i int) (string, string) {
		return fmt.Sprintf("%s/services/s%d/routes/r%d", admin, i, i), fmt.Sprintf(`{"paths":["/r%d"]}`, i)
	})
}

// writeAll sends the PUT requests of all numbers.
func writeAll(b *testing.B, request func(i int) (url, body string)) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: manyWriters}, Timeout: startTimeout}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	failures := make(chan error, manyWriters)
	for range manyWriters {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= writtenEntities {
					failures <- nil
					return
				}
				url, body := request(i)
				if err := write(client, url, body); err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	var err error
	for range manyWriters {
		err = errors.Join(err, <-failures)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// write makes an entity.
func write(client *http.Client, url, body string) error {
	request, err := http.NewRequest(http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("PUT %s: %s: %s", url, answer.Status, text), err)
	}
	return nil
}

// pageThrough follows the links of a list to its end and returns the link to the last page.
func pageThrough(b *testing.B, admin, path string) string {
	b.Helper()
	rows, last := 0, path
	for next := path; next != ""; {
		answer, err := http.Get(admin + next)
		if err != nil {
			b.Fatal(err)
		}
		var page struct {
			Data []struct{ ID string }
			Next string
		}
		err = json.NewDecoder(answer.Body).Decode(&page)
		answer.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		rows += len(page.Data)
		last, next = next, page.Next
	}
	if rows != manyEntities {
		b.Fatalf("the list has %d rows", rows)
	}
	link, _, _ := strings.Cut(last, "&size=")
	return link
}

// median is the time that one request takes, in milliseconds.
func median(b *testing.B, url string) float64 {
	b.Helper()
	const requests = 21
	took := make([]float64, requests)
	for i := range took {
		start := time.Now()
		answer, err := http.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	slices.Sort(took)
	return took[requests/2]
}

// reportResident reports the memory of a node.
func reportResident(b *testing.B, node *exec.Cmd) error {
	resident, err := residentMiB(node.Process.Pid)
	b.ReportMetric(resident, "MiB-resident")
	return err
}

// stop ends a node and waits until it has.
func stop(node *exec.Cmd) error {
	return errors.Join(node.Process.Signal(syscall.SIGTERM), node.Wait())
}
