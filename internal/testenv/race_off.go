//go:build !race

package testenv

// raceDetector says whether this test binary has the race detector, and so whether the programs it starts get it too.
const raceDetector = false
