package peers

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// residentKiB returns how much memory of the process is in use.
func (p *process) residentKiB() (int, error) { return p.status("VmRSS:") }

// peakKiB returns the most that was, since the start or the last forgetPeak.
func (p *process) peakKiB() (int, error) { return p.status("VmHWM:") }

// forgetPeak makes what is in use now the new peak.
func (p *process) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.command.Process.Pid), []byte("5"), 0)
}

// status returns a line of the status of the process that is in kB.
func (p *process) status(name string) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			return strconv.Atoi(strings.Fields(value)[0])
		}
	}
	return 0, fmt.Errorf("process %d has no %s", p.command.Process.Pid, name)
}
