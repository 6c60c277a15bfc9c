package testenv

import (
	"os"
	"strings"
	"sync"
	"testing"
)

func TestBuildIsDoneOnce(t *testing.T) {
	const pkg = "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin"
	var wg sync.WaitGroup
	paths := make([]string, 4)
	for i := range paths {
		wg.Go(func() {
			path, err := build("go-httpbin", pkg, false)
			if err != nil {
				t.Error(err)
			}
			paths[i] = path
		})
	}
	wg.Wait()
	before, err := os.Stat(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	again, err := build("go-httpbin", pkg, false)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(again)
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("a program that was up to date has been replaced")
	}
}

func TestBuildSaysWhatFailed(t *testing.T) {
	_, err := build("nothing", "./no/such/command", false)
	if err == nil || !strings.Contains(err.Error(), "no/such/command") {
		t.Errorf("build: %v", err)
	}
}
