package prefix

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func FuzzParsePid(f *testing.F) {
	for _, text := range []string{"1234\n", "1", " 7 \r\n", "", "0", "-3", "+3", "4194304", "4194305", "1e3", "٣"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		pid, err := parsePid(text)
		if err != nil {
			return
		}
		if pid < 1 || pid > maxPid {
			t.Errorf("%q gives %d", text, pid)
		}
		if digits := strings.TrimLeft(strings.TrimSpace(string(text)), "0"); digits != fmt.Sprint(pid) {
			t.Errorf("%q gives %d", text, pid)
		}
	})
}

func FuzzParseStat(f *testing.F) {
	own, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Add([]byte("7 (a) b) Z" + strings.Repeat(" 0", 18) + " 99"))
	f.Add([]byte(")("))
	f.Fuzz(func(t *testing.T, stat []byte) {
		name, _, _, ok := parseStat(stat)
		if ok && !strings.Contains(string(stat), "("+name+")") {
			t.Errorf("name %q of %q", name, stat)
		}
	})
}

func TestParseStat(t *testing.T) {
	name, state, started, ok := parseStat([]byte("7 (a) (b) Z" + strings.Repeat(" 0", 18) + " 99 0 0\n"))
	if !ok || name != "a) (b" || state != 'Z' || started != 99 {
		t.Errorf("%q, %c, %d, %t", name, state, started, ok)
	}
}
