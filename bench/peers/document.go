package peers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Lines of a document between which the figures stand.
const (
	figuresBegin = "<!-- figures: written by go run ./bench/compare -write -->\n"
	figuresEnd   = "<!-- end of figures -->\n"
)

// ReplaceFigures puts text in the place of the figures in a document.
func ReplaceFigures(path string, figures []byte) error {
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok1 := bytes.Cut(document, []byte(figuresBegin))
	_, after, ok2 := bytes.Cut(rest, []byte(figuresEnd))
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for figures", path)
	}
	return os.WriteFile(path, bytes.Join([][]byte{before, []byte(figuresBegin), figures, []byte(figuresEnd), after}, nil), 0o644)
}

// Machine describes where figures come from, in one paragraph.
func Machine() string {
	var name unix.Utsname
	kernel := "unknown"
	if unix.Uname(&name) == nil {
		kernel = unix.ByteSliceToString(name.Release[:])
	}
	parts := []string{
		fmt.Sprintf("%s, Linux %s, %d processors (%s)", time.Now().Format(time.DateOnly), kernel, runtime.NumCPU(), processorModel()),
		runtime.Version(),
	}
	for _, peer := range []struct{ command, argument string }{{"nginx", "-v"}, {"haproxy", "-v"}} {
		output, err := exec.Command(peer.command, peer.argument).CombinedOutput()
		if version := regexp.MustCompile(`\d+\.\d+\.\d+`).Find(output); err == nil && version != nil {
			parts = append(parts, peer.command+" "+string(version))
		}
	}
	return strings.Join(parts, "; ") + "."
}

func processorModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return runtime.GOARCH
}
