package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/node"
)

// The exit codes of the command list. Kong 3.9: migrations list.
const (
	exitNeedsBootstrap exitCode = 3
	exitPending        exitCode = 4
	exitNew            exitCode = 5
)

func (t *terminal) listMigrations(_ migrationOptions, config *conf.Config, m *node.Migrations) error {
	state, err := m.State(noContext)
	if err != nil {
		return err
	}
	if state.NeedsBootstrap && config.String("database") == "sqlite" {
		t.log.Info(fmt.Sprintf("The database '%s' is made when a node is started.", config.String("sqlite_path")))
		return nil
	}
	if state.NeedsBootstrap {
		t.log.Info(migration.ErrNeedsBootstrap.Error())
		return exitNeedsBootstrap
	}
	gap := ""
	for _, section := range []struct {
		title string
		steps []migration.Steps
	}{{"Executed migrations", state.Executed}, {"Pending migrations", state.Pending}, {"New migrations available", state.New}} {
		if len(section.steps) > 0 {
			t.log.Info(gap + section.title + ":\n" + migration.Lines(section.steps))
			gap = "\n"
		}
	}
	switch {
	case len(state.Pending) > 0 && len(state.New) > 0:
		t.log.Info("")
		t.log.Warn(fmt.Sprintf("Database has pending migrations from a previous upgrade, "+
			"and new migrations from this upgrade (version %s)", admin.KongVersion))
		t.log.Info("\nRun 'kongo migrations finish' when ready to complete pending migrations " +
			"(postgres database will be incompatible with the previous Kong version)")
		return exitPending
	case len(state.Pending) > 0:
		t.log.Info("\nRun 'kongo migrations finish' when ready")
		return exitPending
	case len(state.New) > 0:
		t.log.Info("\nRun 'kongo migrations up' to proceed")
		return exitNew
	}
	return nil
}

// migrationStatus prints the state in Kong's form. Kong 3.9: migrations status.
func (t *terminal) migrationStatus(_ migrationOptions, _ *conf.Config, m *node.Migrations) error {
	state, err := m.State(noContext)
	if err != nil {
		return err
	}
	return json.NewEncoder(t.stdout).Encode(state)
}

// checkMigrations fails if a node would not start on the database as it is, or as the option --run-migrations lets it become.
// Kong 3.9: start.
func (t *terminal) checkMigrations(o startOptions, config *conf.Config) (err error) {
	if config.String("database") == "sqlite" { // made and brought up to date by the node
		return nil
	}
	m, err := t.openMigrations(config, false, o.lockTimeout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	state, err := m.State(noContext)
	if err != nil {
		return err
	}
	if o.runMigrations && (state.NeedsBootstrap || len(state.New) > 0) {
		if err := m.Up(noContext); err != nil {
			return finished(err)
		}
		if state, err = m.State(noContext); err != nil {
			return err
		}
	}
	if err := m.Ready(noContext); err != nil {
		return err
	}
	gap := ""
	for _, section := range []struct {
		title string
		steps []migration.Steps
	}{{"Database is missing some migrations", state.Missing}, {"Database has pending migrations", state.Pending}} {
		if len(section.steps) > 0 {
			t.log.Info(gap + section.title + ":\n" + migration.Lines(section.steps))
			gap = "\n\n"
		}
	}
	return nil
}
