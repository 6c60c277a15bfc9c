package prefix_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/prefix"
)

func TestPrepareCreatesTheLayout(t *testing.T) {
	d := prefix.Dir(filepath.Join(t.TempDir(), "usr", "local", "kong"))
	notice, err := d.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if want := "prefix directory " + string(d) + " not found, trying to create it"; notice != want {
		t.Errorf("notice is %q, want %q", notice, want)
	}
	for _, folder := range []string{"pids", "logs", "ssl", "sockets"} {
		if info, err := os.Stat(d.Path(folder)); err != nil || !info.IsDir() {
			t.Errorf("%s is no directory (%v)", folder, err)
		}
	}
	for _, log := range []string{"logs/error.log", "logs/access.log", "logs/admin_access.log"} {
		if read(t, d.Path(log)) != "" {
			t.Errorf("%s is not empty", log)
		}
	}
}

func TestPrepareKeepsWhatIsThere(t *testing.T) {
	d := prepared(t)
	write(t, d.Path("logs/error.log"), "something happened\n")
	if err := os.Remove(d.Path("logs/access.log")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/stdout", d.Path("logs/access.log")); err != nil {
		t.Fatal(err)
	}
	notice, err := d.Prepare()
	if err != nil || notice != "" {
		t.Fatalf("%q, %v", notice, err)
	}
	if read(t, d.Path("logs/error.log")) != "something happened\n" {
		t.Error("a log has been truncated")
	}
	if target, err := os.Readlink(d.Path("logs/access.log")); err != nil || target != "/dev/stdout" {
		t.Errorf("the link of a container image is now %q (%v)", target, err)
	}
}

func TestPrepareFails(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "file"), "")
	inTheWay := filepath.Join(root, "prefix")
	if err := os.Mkdir(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(inTheWay, "pids"), "")
	for _, test := range []struct{ name, dir, want string }{
		{"a file", filepath.Join(root, "file"), filepath.Join(root, "file") + " is not a directory"},
		{"below a file", filepath.Join(root, "file", "prefix"), "not a directory"},
		{"a file in place of a folder", inTheWay, filepath.Join(inTheWay, "pids")},
		{"cannot be created", "/proc/kong", "/proc/kong"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := prefix.Dir(test.dir).Prepare()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	d := prepared(t)
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	for _, missing := range []prefix.Dir{prefix.Dir(d.Path("missing")), prefix.Dir(d.Path("logs/error.log"))} {
		if err := missing.Check(); err == nil || err.Error() != "no such prefix: "+string(missing) {
			t.Errorf("error is %v", err)
		}
	}
}

func TestTemporary(t *testing.T) {
	d, remove, err := prefix.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WriteEnv([]byte("prefix = x\n")); err != nil {
		t.Error(err)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there (%v)", d, err)
	}
}

func TestEnv(t *testing.T) {
	d := prepared(t)
	if _, err := d.ReadEnv(); err == nil || err.Error() != "no file at: "+d.Path(".kong_env") || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before the first start: %v", err)
	}
	for _, text := range []string{"prefix = a\npg_password = {vault://env/pass}\n", "prefix = b\n"} {
		if err := d.WriteEnv([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := d.ReadEnv(); err != nil || string(got) != text {
			t.Errorf("read %q (%v), want %q", got, err, text)
		}
	}
	if info, err := os.Stat(d.Path(".kong_env")); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode is %v (%v), want 0640", info.Mode(), err)
	}
	expectEntries(t, d, ".kong_env", "logs", "pids", "sockets", "ssl")

	missing := prefix.Dir(d.Path("missing"))
	if _, err := missing.ReadEnv(); err == nil || err.Error() != "no such prefix: "+string(missing) {
		t.Errorf("without a prefix: %v", err)
	}
	if err := missing.WriteEnv(nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("writing without a prefix: %v", err)
	}
}

// expectEntries checks that nothing but these names is in the directory: no file with a temporary name is left.
func expectEntries(t *testing.T, d prefix.Dir, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(string(d))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("the directory holds %q, want %q", names, want)
	}
}

func TestRemoveStaleSockets(t *testing.T) {
	path, err := os.MkdirTemp("", "k") // paths of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(path) })
	d := prefix.Dir(path)
	if warnings, err := d.RemoveStaleSockets(); len(warnings) != 0 || err != nil {
		t.Errorf("%q, %v in an empty directory", warnings, err)
	}
	if _, err := d.Prepare(); err != nil {
		t.Fatal(err)
	}
	if warnings, err := d.RemoveStaleSockets(); len(warnings) != 0 || err != nil {
		t.Errorf("%q, %v without sockets", warnings, err)
	}
	for _, name := range []string{"sockets/we", "sockets/cp"} {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: d.Path(name), Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		l.SetUnlinkOnClose(false)
		l.Close()
	}
	warnings, err := d.RemoveStaleSockets()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`Found dangling unix sockets in the prefix directory ("` + d.Path("sockets") + `") while preparing to start Kong. This may be ` +
			`a sign that Kong was previously shut down uncleanly or is in an unknown state and could require further investigation.`,
		"Attempting to remove dangling sockets before starting Kong...",
		"removing unix socket: " + d.Path("sockets/cp"),
		"removing unix socket: " + d.Path("sockets/we"),
	}
	if !slices.Equal(warnings, want) {
		t.Errorf("warnings are %q, want %q", warnings, want)
	}
	if warnings, err := d.RemoveStaleSockets(); len(warnings) != 0 || err != nil {
		t.Errorf("%q, %v the second time", warnings, err)
	}
}
