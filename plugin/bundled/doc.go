// Package bundled lists the plugins that every kongo has, and the entities they bring.
//
//	registry, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{})...)
//	…
//	model, err := schema.NewModel(slices.Concat(
//		entity.Core(entity.Options{Plugins: registry.Schemas(), …}),
//		bundled.Entities(),
//	)...)
//
// Each plugin is a folder beside this one, all of the same form: README.md for those who use it, plugin.go with what the
// plugin declares about itself, schema.go with its configs, entity.go with the entities it owns. To bundle another plugin,
// add it here.
//
// The package knows no storage and no protocol.
package bundled
