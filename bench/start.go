package bench

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// startTimeout bounds a start that goes wrong.
const startTimeout = time.Minute

// Start measures how long a node takes from the start of its process to the first 200 that a client gets from an upstream
// server through it, and how much memory it then holds. The database and its one route are there already, as they are
// whenever a gateway is started but the first time.
//
// Metrics: ms-to-first-200 is the median, MiB-resident the memory of the last one.
func Start(b *testing.B) {
	upstream := testenv.HTTPBin(b)
	n := testenv.NewNode(b, testenv.NodeConfig{})
	n.Start(b) // makes the database and the certificates
	eventuallyCertificates(b, n)
	put(b, "http://"+n.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	put(b, "http://"+n.Admin+"/services/s/routes/r", `{"paths":["/r"]}`)
	n.Stop(b)

	var took []float64
	var resident float64
	for b.Loop() {
		start := time.Now()
		command := n.Command("start", "-c", n.Conf)
		if err := command.Start(); err != nil {
			b.Fatal(err)
		}
		err := answers("http://" + n.Proxy + "/r/status/200")
		took = append(took, float64(time.Since(start).Microseconds())/1000)
		if err == nil {
			resident, err = residentMiB(command.Process.Pid)
		}
		stopErr := command.Process.Signal(syscall.SIGTERM)
		if err := errors.Join(err, stopErr, command.Wait()); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "ms-to-first-200")
	b.ReportMetric(resident, "MiB-resident")
}

// answers waits until somebody answers a GET request, which has to be with 200.
func answers(url string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: startTimeout}
	deadline := time.Now().Add(startTimeout)
	for {
		answer, err := client.Get(url)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				return fmt.Errorf("%s answers %s", url, answer.Status)
			}
			return nil
		}
		if opError := (*net.OpError)(nil); !errors.As(err, &opError) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// put makes an entity.
func put(b *testing.B, url, body string) {
	b.Helper()
	request, err := http.NewRequest(http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("PUT %s: %s", url, answer.Status)
	}
}

// residentMiB returns how much memory of a process is in use, without what is only mapped.
func residentMiB(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(value)[0])
			return float64(kib) / 1024, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", pid)
}

// eventuallyCertificates waits until the self-signed certificates are made, which goes on in the background.
func eventuallyCertificates(b *testing.B, n *testenv.Node) {
	b.Helper()
	deadline := time.Now().Add(startTimeout)
	for {
		_, err := os.Stat(n.Prefix + "/ssl/kong-default.key")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			b.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
