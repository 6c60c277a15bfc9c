package testenv

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The role that owns everything on a server.
const (
	postgresRole     = "kong"
	postgresPassword = "kong"
)

// queryTimeout bounds a statement of the test environment itself.
const queryTimeout = time.Minute

// A Database is an empty database for one test.
type Database struct {
	Host           string
	Port           int
	User, Password string
	Name           string
}

// CreateDatabase makes a new, empty database. It is dropped when t ends, whoever may still be connected.
func (s *PostgresServer) CreateDatabase(t testing.TB) Database {
	t.Helper()
	d := s.database("kong_" + strings.ToLower(rand.Text()[:12]))
	ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
	defer cancel()
	if err := s.exec(ctx, "CREATE DATABASE "+d.Name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if s.proc == nil || !s.proc.running() {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
		defer cancel()
		if err := s.exec(ctx, "DROP DATABASE IF EXISTS "+d.Name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return d
}

func (s *PostgresServer) database(name string) Database {
	return Database{Host: "127.0.0.1", Port: s.Port, User: postgresRole, Password: postgresPassword, Name: name}
}

// DSN returns the connection string in the form of libpq, without TLS.
func (d Database) DSN() string {
	return fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=%s sslmode=disable", d.Host, d.Port, d.User, d.Password, d.Name)
}

// Env returns the settings that let a node use the database.
func (d Database) Env() map[string]string {
	return map[string]string{
		"KONG_DATABASE":    "postgres",
		"KONG_PG_HOST":     d.Host,
		"KONG_PG_PORT":     strconv.Itoa(d.Port),
		"KONG_PG_USER":     d.User,
		"KONG_PG_PASSWORD": d.Password,
		"KONG_PG_DATABASE": d.Name,
	}
}

// exec runs a statement on a connection of its own.
func (s *PostgresServer) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.database("postgres").DSN())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
