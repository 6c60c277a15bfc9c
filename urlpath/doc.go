// Package urlpath holds the rules for the paths of requests.
package urlpath
