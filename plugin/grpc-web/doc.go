// Package grpcweb is the plugin grpc-web, which lets browsers call gRPC services.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package grpcweb
