// Package quickstart is the demonstration behind `kongo quickstart`: two servers that say who they are, the entities that
// send traffic to them, and the words that tell a newcomer what to try.
//
//	demo, err := quickstart.Start(ctx, db)
//	…
//	defer demo.Close()
//	fmt.Print(demo.Welcome(quickstart.Addresses{Proxy: "127.0.0.1:8000", Admin: "127.0.0.1:8001"}))
//
// It uses a node as any client does, through its entities, and knows nothing of how a node is put together. The settings it
// wants, Settings, only take the place of defaults: what the environment sets stays.
//
// The commands that Welcome prints stand in the project's README with what they answer, and a test runs them from there.
package quickstart
