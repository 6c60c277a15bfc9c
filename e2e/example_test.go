package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestSelfHosterExample(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	cmd := exec.Command(filepath.Join("..", "examples", "self-hoster", "run"))
	cmd.Env = append(os.Environ(), "KONGO="+testenv.Binary(t), "PORTS="+strings.Trim(fmt.Sprint(testenv.Ports(t, 7)), "[]"),
		"PGHOST="+d.Host, fmt.Sprintf("PGPORT=%d", d.Port), "PGUSER="+d.User, "PGPASSWORD="+d.Password, "PGDATABASE="+d.Name)
	out, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	failure := cmd.Run()
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	if failure != nil || strings.Count(string(text), "PROVED: ") != 6 || !strings.HasSuffix(string(text), "== all is proved\n") {
		t.Errorf("%v\n%s", failure, text)
	}
}
