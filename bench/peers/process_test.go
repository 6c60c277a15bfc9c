package peers

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestLaunchOfWhatEnds(t *testing.T) {
	addresses, err := freeAddresses(1)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, err = launch(loadProcessor, exec.Command("sh", "-c", "echo no such file; exit 1"), firstRequest, addresses...)
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begun); took > startTimeout/2 {
		t.Errorf("it took %v to see that the process has ended", took)
	}
}

func TestProcess(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("x"))
	}))
	defer server.Close()
	address := netip.MustParseAddrPort(server.Listener.Addr().String())
	p, err := launch(loadProcessor, exec.Command("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec sleep 60"), firstRequest, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		used, err := p.processorTime()
		if err != nil || used > 50*time.Millisecond {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after a minute, %v of CPU time", used)
		}
	}
	if err := p.forgetPeak(); err != nil {
		t.Error(err)
	}
	now, err1 := p.residentKiB()
	most, err2 := p.peakKiB()
	if err1 != nil || err2 != nil || now <= 0 || most < now {
		t.Errorf("%d KiB now, %d KiB at most: %v, %v", now, most, err1, err2)
	}
}
