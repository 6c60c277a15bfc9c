package prefix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

const envFile = ".kong_env"

// WriteEnv replaces the dump of the configuration, .kong_env. It is readable for the group but nobody else, because it
// holds secrets.
func (d Dir) WriteEnv(text []byte) error {
	if err := replaceFile(d.Path(envFile), text, 0o640); err != nil {
		return fmt.Errorf("could not write the configuration of the node: %w", err)
	}
	return nil
}

// ReadEnv returns the dump of the configuration of the node that was last started here.
func (d Dir) ReadEnv() ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(d.Path(envFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{"no file at: " + d.Path(envFile), err}
	}
	if err != nil {
		return nil, fmt.Errorf("could not read the configuration of the node: %w", err)
	}
	return text, nil
}
