package testenv

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestHTTPBinStopsAndStartsOnItsAddress(t *testing.T) {
	s := HTTPBin(t)
	if got := get(t, "http://"+s.Addr+"/headers"); !strings.Contains(got, s.Addr) {
		t.Errorf("/headers: %s", got)
	}
	s.Stop(t)
	if conn, err := net.DialTimeout("tcp", s.Addr, time.Minute); err == nil {
		conn.Close()
		t.Error("a stopped server accepts connections")
	}
	s.Start(t)
	get(t, "http://"+s.Addr+"/get")
}

func TestHTTPBinsShareAPortOnTwoAddresses(t *testing.T) {
	port := strconv.Itoa(Ports(t, 1)[0])
	for _, host := range []string{"127.0.0.2", "127.0.0.3"} {
		s := HTTPBinAt(t, net.JoinHostPort(host, port))
		if got := get(t, "http://"+s.Addr+"/headers"); !strings.Contains(got, s.Addr) {
			t.Errorf("/headers: %s", got)
		}
	}
}
