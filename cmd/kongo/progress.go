package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/transfer"
)

// progressPause is the time between two lines about progress where nobody watches.
const progressPause = 10 * time.Second

// progressLine shows how far a copy is: as a bar on a terminal, otherwise by a line now and then.
type progressLine struct {
	out io.Writer
	bar *progressbar.ProgressBar // nil if there is no terminal
	// total and told are those of the bar or line before.
	total int
	told  time.Time
}

func newProgressLine(out io.Writer) *progressLine {
	p := &progressLine{out: out, told: time.Now()}
	if f, ok := out.(*os.File); ok && isTerminal(f) {
		p.bar = progressbar.NewOptions(0,
			progressbar.OptionSetWriter(out),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// show tells of progress.
func (p *progressLine) show(now transfer.Progress) {
	if p.bar != nil {
		p.draw(now)
		return
	}
	if time.Since(p.told) < progressPause {
		return
	}
	p.told = time.Now()
	if now.Reading != "" {
		fmt.Fprintf(p.out, "comparing %s\n", now.Reading)
	} else {
		fmt.Fprintf(p.out, "copied %d of %d\n", now.Written, now.Total)
	}
}

// draw moves the bar. That it can't be drawn is no reason to end a copy.
func (p *progressLine) draw(now transfer.Progress) {
	if now.Reading != "" {
		p.total = 0
		_ = p.bar.Clear()
		fmt.Fprintf(p.out, "\rcomparing %-40s", now.Reading)
		return
	}
	if now.Total != p.total {
		p.total = now.Total
		p.bar.Reset()
		p.bar.ChangeMax(now.Total)
		p.bar.Describe("copying")
	}
	_ = p.bar.Set(now.Written)
}

// end leaves the line to others.
func (p *progressLine) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		fmt.Fprintf(p.out, "\r%-50s\r", "")
	}
}
