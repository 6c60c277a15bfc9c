package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// minimumVersion is the oldest server on which Kong's tables can live, in the form of server_version_num.
//
// Kong 3.9: migrations, minimum versions.
const minimumVersion = 90500

// attemptInterval is the time between two attempts of Await.
const attemptInterval = 200 * time.Millisecond

// Await returns nil once the server answers and is recent enough. If patience is over before, it returns why the last
// attempt failed; there is always one. Errors are in Kong's words.
func (d *Database) Await(ctx context.Context, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		version, err := d.version(ctx)
		if err == nil {
			return recentEnough(version)
		}
		err = message("failed to retrieve PostgreSQL server_version_num", err)
		if time.Until(deadline) < attemptInterval {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(attemptInterval):
		}
	}
}

func (d *Database) version(ctx context.Context) (version int, err error) {
	err = d.writer.query(ctx, func(row cells) (err error) {
		version, err = strconv.Atoi(string(row[0]))
		return err
	}, "SHOW server_version_num")
	return version, err
}

func recentEnough(version int) error {
	if version >= minimumVersion {
		return nil
	}
	return fmt.Errorf("[PostgreSQL error] Kong requires postgres %s or greater (currently using %s)",
		majorVersion(minimumVersion), versionText(version))
}

// versionText is a version as people write it: 15.18, and 9.6.3 before there was a version 10.
func versionText(version int) string {
	if version < 100000 {
		return fmt.Sprintf("%s.%d", majorVersion(version), version%100)
	}
	return fmt.Sprintf("%d.%d", version/10000, version%10000)
}

// majorVersion is what a version before 10 begins with.
func majorVersion(version int) string { return fmt.Sprintf("%d.%d", version/10000, version/100%100) }
