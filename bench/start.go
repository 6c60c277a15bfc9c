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

// Start measures how long a node takes from the start of its process to its first answer, 200 from the Admin API or 404
// from the proxy without routes, and how much memory it then holds. The database is there already, as it is whenever a
// gateway is started but the first time.
//
// Metrics: ms/start is the median, MiB-resident the memory of the last one.
func Start(b *testing.B) {
	n := testenv.NewNode(b, testenv.NodeConfig{})
	n.Start(b) // makes the database and the certificates
	eventuallyCertificates(b, n)
	n.Stop(b)

	var took []float64
	var resident float64
	for b.Loop() {
		start := time.Now()
		command := n.Command("start", "-c", n.Conf)
		if err := command.Start(); err != nil {
			b.Fatal(err)
		}
		err := errors.Join(answers(n.Admin, http.StatusOK), answers(n.Proxy, http.StatusNotFound))
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
	b.ReportMetric(took[len(took)/2], "ms/start")
	b.ReportMetric(resident, "MiB-resident")
}

// answers waits until an address answers GET / with a status.
func answers(address string, want int) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: startTimeout}
	deadline := time.Now().Add(startTimeout)
	for {
		answer, err := client.Get("http://" + address + "/")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != want {
				return fmt.Errorf("%s answers %s", address, answer.Status)
			}
			return nil
		}
		if opError := (*net.OpError)(nil); !errors.As(err, &opError) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(200 * time.Microsecond)
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
