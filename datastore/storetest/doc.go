// Package storetest is the suite that every datastore.Store passes.
//
// A driver's test describes how its storage is made and opened, and what it can't do, and hands that to [Run]:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, storetest.Driver{
//			Create: func(t testing.TB, model *schema.Model) string { return filepath.Join(t.TempDir(), "test.db") },
//			Open: func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error) {
//				return sqlite.Open(ctx, sqlite.Options{Path: location, Model: model})
//			},
//		})
//	}
//
// # What is tested
//
// The store alone, on the entities of [Model] (model.go), which use every type, constraint and rule of the schema language
// once: rows, upserts, unique values, foreign keys, pages, tags, expiry, events and locks, each also under concurrent use,
// and a long random sequence of operations compared with a few maps (property.go). Then the store below a datastore.DB with
// the entities of the core: changes, cascades and the feed between two nodes. Storage that outlives a process is opened
// again, and its process is killed in the middle of writing (crash.go).
//
// # Killing a process
//
// The crash test runs the test binary once more, with only the crash test selected and an environment variable that makes
// it write until it is killed. A driver's TestMain must therefore run tests in the usual way, and Create's location must
// mean the same in both processes.
//
// The package knows no particular store. Where stores may differ, a field of [Driver] says so; anything else that one of
// them can't do is a defect.
package storetest
