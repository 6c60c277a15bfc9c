// Command compare prints what a request costs in kongo and in other proxies on this machine, as a table in Markdown, and
// can write it into a document.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/bench/peers"
)

func main() {
	played, err := peers.Role(os.Args[1:])
	if !played {
		err = run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	rounds := flag.Int("rounds", 10, "how often every proxy has its turn")
	duration := flag.Duration("duration", time.Second, "how long a turn lasts")
	only := flag.String("only", "", "works whose name contains this")
	profile := flag.String("profile", "", "directory for profiles of kongo at these works, which are then not compared")
	document := flag.String("write", "", "document whose figures are replaced")
	baseline := flag.String("baseline", "", "another build of kongo's binary, to take turns with")
	proxies := flag.String("peers", "", "names of the proxies that take part, separated by commas; all if empty")
	kongo := flag.String("kongo", "", "kongo's binary; built from this module if empty")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *kongo == "" {
		directory, err := os.MkdirTemp("", "kongo-compare-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(directory)
		*kongo = filepath.Join(directory, "kongo")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", *kongo, "github.com/kongo-gateway/kongo/cmd/kongo")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building kongo: %w\n%s", err, output)
		}
	}
	var names []string
	if *proxies != "" {
		names = strings.Split(*proxies, ",")
	}
	options := peers.Options{
		Kongo: *kongo, Baseline: *baseline, Peers: names, Rounds: *rounds, Duration: *duration, Only: *only,
		Progress: func(line string) { fmt.Fprintln(os.Stderr, line) },
	}
	if *profile != "" {
		return peers.Profile(ctx, options, *profile)
	}
	results, err := peers.Compare(ctx, options)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n\n", peers.Machine())
	if err := peers.WriteTable(&text, results); err != nil {
		return err
	}
	if *document != "" {
		return peers.ReplaceFigures(*document, text.Bytes())
	}
	_, err = os.Stdout.Write(text.Bytes())
	return err
}
