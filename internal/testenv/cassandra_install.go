package testenv

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// cassandraRelease is the release of each version that Maven Central has as org.apache.cassandra:cassandra-all.
var cassandraRelease = map[string]string{
	"4.1": "4.1.10",
	"5.0": "5.0.9",
}

const (
	mavenDependenciesGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
	// cassandraJava is the only version of Java that all these releases run on.
	cassandraJava = "17"
)

// installCassandra returns the directory with the jars of a Cassandra, fetching them into the cache first if need be.
func installCassandra(version string) (jars string, err error) {
	jars, err = fetchCassandra(version)
	if err != nil {
		return "", fmt.Errorf("Cassandra %s: %w\ninstall the package maven", version, err)
	}
	return jars, nil
}

func fetchCassandra(version string) (string, error) {
	release, ok := cassandraRelease[version]
	if !ok {
		return "", errors.New("no release is known")
	}
	return fetched("cassandra-"+release, func(repository, work string) (string, error) {
		jars := filepath.Join(work, "jars")
		if err := mavenFetchAll(repository, "org.apache.cassandra", "cassandra-all", release, jars); err != nil {
			return "", err
		}
		return jars, openToAll(jars)
	})
}

// mavenFetchAll puts the jars of an artifact and of all that it needs at run time into dir, which it creates beside the
// description that Maven wants.
func mavenFetchAll(repository, group, artifact, version, dir string) error {
	description := fmt.Sprintf(`<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>kongo</groupId><artifactId>testenv</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
</dependency></dependencies>
</project>
`, group, artifact, version)
	pom := filepath.Join(filepath.Dir(dir), "pom.xml")
	if err := os.WriteFile(pom, []byte(description), 0o644); err != nil {
		return err
	}
	cmd := exec.Command("mvn", "--batch-mode", "--quiet", "--strict-checksums", "-Dmaven.repo.local="+repository, "-f", pom,
		mavenDependenciesGoal, "-DincludeScope=runtime", "-DoutputDirectory="+dir)
	cmd.Dir = filepath.Dir(dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn, fetching %s %s: %w\n%s", artifact, version, err, out)
	}
	return nil
}

// findJava returns a java of the version that Cassandra runs on: in JAVA_HOME, where Debian puts it, or in the path.
func findJava() (string, error) {
	var candidates []string
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = append(candidates, filepath.Join(home, "bin", "java"))
	}
	installed, err := filepath.Glob("/usr/lib/jvm/*/bin/java")
	if err != nil {
		return "", err
	}
	candidates = append(candidates, installed...)
	if path, err := exec.LookPath("java"); err == nil {
		candidates = append(candidates, path)
	}
	if i := slices.IndexFunc(candidates, isCassandraJava); i >= 0 {
		return candidates[i], nil
	}
	return "", fmt.Errorf("Cassandra needs Java %s, and none of these is it: %s\ninstall the package openjdk-%[1]s-jre-headless",
		cassandraJava, strings.Join(candidates, " "))
}

// isCassandraJava asks a java for its version, which it prints as: openjdk version "17.0.15" 2025-04-15.
func isCassandraJava(java string) bool {
	out, err := exec.Command(java, "-version").CombinedOutput()
	return err == nil && strings.Contains(string(out), `version "`+cassandraJava+`.`)
}
