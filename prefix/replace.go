package prefix

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile replaces a file as a whole: readers see the old text or the new one.
func replaceFile(path string, text []byte, mode fs.FileMode) error {
	file, err := createBeside(path, text, mode)
	if err != nil {
		return err
	}
	defer file.Close()
	return moveTo(file, path)
}

// createBeside writes a file in the folder of path under another name, and leaves it open.
func createBeside(path string, text []byte, mode fs.FileMode) (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Chmod(mode)
	}
	if err != nil {
		return nil, errors.Join(err, discard(file))
	}
	return file, nil
}

// moveTo gives a file that createBeside returned its name, or removes it.
func moveTo(file *os.File, path string) error {
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.Join(err, discard(file))
	}
	return nil
}

// discard closes and removes a file.
func discard(file *os.File) error {
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
