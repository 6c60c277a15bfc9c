package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"sync"
	"time"
)

const (
	// lockInterval is the time between two attempts to get the lock that another process holds. SQLite could wait by itself,
	// but looks at no context meanwhile and backs off until it hardly gets a turn beside a busy writer.
	lockInterval = time.Millisecond
	// lockPatience bounds the wait for the lock where the context does not.
	lockPatience = 10 * time.Second
	// readers is the number of connections that read. They also cost memory, up to SQLite's cache of 2 MB each.
	readers = 4
	// logSizeLimit is the size in bytes down to which the write-ahead log is cut when a long read has let it grow.
	logSizeLimit = 16 << 20
)

// pool is a set of connections to one database file with the statements that were prepared on them.
type pool struct {
	db *sql.DB

	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

// connect makes a pool without opening a connection yet.
func connect(path string, connections int, pragmas ...string) (*pool, error) {
	pragmas = append(pragmas,
		"foreign_keys(1)",
		fmt.Sprintf("journal_size_limit(%d)", logSizeLimit),
	)
	location := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": pragmas,
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", location.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &pool{db: db, statements: make(map[string]*sql.Stmt)}, nil
}

// prepare returns the statement with a text, which is kept until the pool is closed: texts are made of descriptions and
// the shapes of queries, never of values, so that there are not many.
func (p *pool) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	p.mu.RLock()
	stmt := p.statements[text]
	p.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := p.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.statements[text]; first != nil {
		return first, stmt.Close()
	}
	p.statements[text] = stmt
	return stmt, nil
}

// exec runs a statement and returns the number of rows that it changed itself.
func (p *pool) exec(ctx context.Context, text string, args ...any) (int64, error) {
	var changed int64
	err := patiently(ctx, func() error {
		stmt, err := p.prepare(ctx, text)
		if err != nil {
			return err
		}
		result, err := stmt.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}

// query runs a statement and calls each for every row of its result. SQLite takes its lock before the first row: trying
// again never shows a row twice.
func (p *pool) query(ctx context.Context, each func(*sql.Rows) error, text string, args ...any) error {
	return patiently(ctx, func() error {
		stmt, err := p.prepare(ctx, text)
		if err != nil {
			return err
		}
		rows, err := stmt.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		// A statement that writes is only done, and its constraints checked, when the last row was read.
		return rows.Err()
	})
}

// one runs a statement that returns one row at most and reports whether it did.
func (p *pool) one(ctx context.Context, dest []any, text string, args ...any) (bool, error) {
	found := false
	err := p.query(ctx, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dest...)
	}, text, args...)
	return found, err
}

func (p *pool) close() error { return p.db.Close() }

// patiently calls fn again while another process has locked the database, until ctx is done or patience ends.
func patiently(ctx context.Context, fn func() error) error {
	end := time.Now().Add(lockPatience)
	for {
		err := fn()
		if !isBusy(err) {
			return err
		}
		if time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(lockInterval):
		}
	}
}
