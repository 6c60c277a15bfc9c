package testenv

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// startTimeout is how long a server may take to come up. It only bounds a failing test, so it allows for a machine
	// that is busy with everything else.
	startTimeout = 90 * time.Second
	// stopTimeout is how long a server may take to end when asked to.
	stopTimeout = 30 * time.Second
)

// waitReady calls ready until it succeeds. It gives up when the process ends or startTimeout has passed, with the last
// answer of ready in the error.
func waitReady(p *process, ready func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended while starting: %v", p.cmd.Path, p.cmd.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %v: %w", p.cmd.Path, startTimeout, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// answersOK reports whether url answers 200 within a second, on a connection of its own.
func answersOK(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return nil
}
