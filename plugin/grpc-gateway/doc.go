// Package grpcgateway is the plugin grpc-gateway, which lets HTTP clients call gRPC services by the HTTP rules of their
// definition.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package grpcgateway
