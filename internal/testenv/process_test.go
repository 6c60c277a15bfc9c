package testenv

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStopReportsHowTheProcessEnded(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		within time.Duration
		ended  bool // by itself, before it is asked to
		want   string
	}{
		"as asked":         {`trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done`, time.Minute, false, ""},
		"with a complaint": {`trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done`, time.Minute, false, "exit status 7"},
		"before":           {`echo up; exit 4`, time.Minute, true, "exit status 4"},
		"not at all":       {`trap '' TERM; echo up; while :; do sleep 0.01; done`, 100 * time.Millisecond, false, "was killed"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", c.script)
			out, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			cmd.Stdout = w
			p, err := startProcess(cmd, syscall.SIGKILL)
			w.Close()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatalf("the script did not come up: %v", err)
			}
			if c.ended {
				<-p.done
			}
			err = p.stop(syscall.SIGTERM, c.within)
			if got := fmt.Sprint(err); (err == nil) != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("stop: %v, want %q", err, c.want)
			}
			if p.running() {
				t.Error("still running")
			}
		})
	}
}

func TestStartSaysWhatIsMissing(t *testing.T) {
	_, err := startProcess(exec.Command("/no/such/program"), syscall.SIGKILL)
	if err == nil || !strings.Contains(err.Error(), "/no/such/program") {
		t.Errorf("start: %v", err)
	}
}

func TestChildrenDieWithTheTestProcess(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), roleVariable+"=parent")
	stdin, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if readErr != nil {
		t.Fatal(readErr)
	}
	child, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); alive(child); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d outlived its parent", child)
		}
	}
}

// alive says whether the process runs; one that ended and waits for its new parent to notice does not.
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
