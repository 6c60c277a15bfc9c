package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// executed is the program that a line of a unit starts.
var executed = regexp.MustCompile(`(?m)^Exec\w+=(\S+)`)

// A package brings the binary, and a unit that starts and reloads what is in the package.
func TestDebianPackage(t *testing.T) {
	t.Parallel()
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	dir := t.TempDir()
	path := strings.TrimSpace(run(filepath.Join("..", "packaging", "package"), "deb", testenv.Binary(t), dir))
	root := filepath.Join(dir, "root")
	run("dpkg-deb", "--raw-extract", path, root)
	version := run(testenv.Binary(t), "version")
	if got := run(filepath.Join(root, "usr", "bin", "kongo"), "version"); got != version {
		t.Errorf("the binary in the package is %q, want %q", got, version)
	}
	if got := run("dpkg-deb", "--field", path, "Version"); !strings.HasPrefix(version, "kongo "+strings.TrimSpace(got)+" ") {
		t.Errorf("the package of %q has version %q", version, got)
	}
	unit, err := os.ReadFile(filepath.Join(root, "usr", "lib", "systemd", "system", "kongo.service"))
	if err != nil {
		t.Fatal(err)
	}
	programs := executed.FindAllStringSubmatch(string(unit), -1)
	if len(programs) != 2 {
		t.Errorf("the unit runs %v", programs)
	}
	for _, program := range programs {
		if _, err := os.Stat(filepath.Join(root, program[1])); err != nil {
			t.Errorf("the unit runs what is not in the package: %v", err)
		}
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		run("sh", "-n", filepath.Join(root, "DEBIAN", script))
	}
}
