// Package admin is the Admin API and the status API of a node, on net/http: neither is hot.
//
//	api := admin.New(admin.Options{DB: db, …})
//	http.Serve(adminListener, api.Handler())
//	http.Serve(statusListener, api.StatusHandler())
//
// Clients of Kong's Admin API work with it unchanged. Paths, status codes, bodies and the texts of errors are those of Kong
// 3.9, save what docs/decisions.md lists.
//
// # Endpoints
//
// A path belongs to one endpoint (routes.go), written as GET /endpoints shows it: /services/{services}. The endpoints of the
// entities are generated from their descriptions in package schema (entities.go): the collection and its members
// (collection.go), the same below a parent (children.go), and the parent seen from the child (parent.go). That code names no
// entity. What an entity has beyond that stands in a file of its own, targets.go for one, and replaces methods of a generated
// endpoint or adds some: what is registered last counts. An entity that a new description adds is served without a line here.
//
// The endpoints that speak of the node itself stand one to a file as well: root.go, status.go, schemas.go and so on.
//
// # A request
//
// server.go finds the endpoint, reads the body (package body), calls the handler with a deadline and writes its [answer].
// Handlers return errors as they come: refusals and those of package datastore become what clients know (failure.go), all
// others are logged and answered with 500. A write goes on when its client has hung up.
//
// # What it does not know
//
// The package opens no listeners and knows no SQL. What it tells of the rest of the node it gets through [Options]: facts as
// a [Node], what changes through [Runtime], balancers by the id of their upstream.
package admin
