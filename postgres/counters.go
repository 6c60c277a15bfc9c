package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
)

// nobody stands for the absence of a service or a route in the key of a counter.
const nobody = "00000000-0000-0000-0000-000000000000"

// Count implements datastore.CounterStore.
//
// Kong 3.9: PostgreSQL, ratelimiting_metrics.
func (s *Store) Count(ctx context.Context, c datastore.Counter) (n int64, err error) {
	err = s.database.query(ctx, func(row cells) (err error) {
		if row[0] != nil {
			n, err = strconv.ParseInt(string(row[0]), 10, 64)
		}
		return err
	}, "SELECT value FROM ratelimiting_metrics WHERE identifier = $1 AND period = $2 AND period_date = to_timestamp($3::double precision)"+
		" AND service_id = $4 AND route_id = $5 AND (ttl IS NULL OR ttl >= CURRENT_TIMESTAMP)", counterKey(c)...)
	if err != nil {
		return 0, fmt.Errorf("postgres: read a counter: %w", err)
	}
	return n, nil
}

// Add implements datastore.CounterStore. The time at which a counter ends is that of its first increment.
func (s *Store) Add(ctx context.Context, counters []datastore.Counter, n int64) error {
	if len(counters) == 0 {
		return nil
	}
	var rows []string
	var args []any
	// Nodes that take the rows in different orders would wait for each other.
	for _, c := range slices.SortedFunc(slices.Values(counters), inOrder) {
		rows = append(rows, fmt.Sprintf("($%d, $%d, to_timestamp($%d::double precision), $%d::uuid, $%d::uuid, $%d::integer,"+
			" CURRENT_TIMESTAMP + make_interval(secs => $%d))", placeholders(len(args))...))
		args = append(append(args, counterKey(c)...), n, c.Period.Life().Seconds())
	}
	_, err := s.database.writer.exec(ctx, "INSERT INTO ratelimiting_metrics AS r"+
		" (identifier, period, period_date, service_id, route_id, value, ttl) VALUES "+strings.Join(rows, ", ")+
		" ON CONFLICT (identifier, period, period_date, service_id, route_id) DO UPDATE SET value = r.value + excluded.value", args...)
	if err != nil {
		return fmt.Errorf("postgres: add to a counter: %w", err)
	}
	return nil
}

// counterKey are the values of the columns that make up a counter's key.
func counterKey(c datastore.Counter) []any {
	orNobody := func(id string) string {
		if id == "" {
			return nobody
		}
		return id
	}
	return []any{c.Identifier, string(c.Period), c.Start.Unix(), orNobody(c.Service), orNobody(c.Route)}
}

// placeholders are the numbers of the parameters of one counter, behind others.
func placeholders(others int) []any {
	numbers := make([]any, 7)
	for i := range numbers {
		numbers[i] = others + i + 1
	}
	return numbers
}

func inOrder(a, b datastore.Counter) int {
	return slices.Compare(
		[]string{a.Identifier, string(a.Period), a.Service, a.Route, a.Start.UTC().String()},
		[]string{b.Identifier, string(b.Period), b.Service, b.Route, b.Start.UTC().String()},
	)
}
