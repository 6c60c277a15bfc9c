package testenv

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// roleVariable makes this test binary play a program that the tests start.
const roleVariable = "TESTENV_ROLE"

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVariable); role {
	case "":
		Main(m)
	case "node":
		playNode()
	case "parent":
		playParent()
	default:
		panic("unknown role " + role)
	}
}

// playNode does what Node asks of kongo: it listens where its environment says and ends with 0 on SIGTERM and SIGQUIT.
func playNode() {
	if len(os.Args) > 1 && os.Args[1] != "start" {
		fmt.Println(strings.Join(os.Args[1:], " "))
		fmt.Fprintln(os.Stderr, "for "+os.Getenv("KONG_PREFIX"))
		os.Exit(3)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGQUIT)
	fmt.Println("listening")
	go func() {
		fmt.Println(http.ListenAndServe(os.Getenv("KONG_ADMIN_LISTEN"), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "%d %s", os.Getpid(), os.Getenv("KONG_HEADERS"))
		})))
		os.Exit(1)
	}()
	<-stop
	os.Exit(0)
}

// playParent starts a child, says which, and waits to be killed.
func playParent() {
	p, err := startProcess(exec.Command("sleep", "3600"), syscall.SIGKILL)
	if err != nil {
		panic(err)
	}
	fmt.Println(p.cmd.Process.Pid)
	_ = os.Stdout.Close()
	_, _ = io.Copy(io.Discard, os.Stdin)
}
