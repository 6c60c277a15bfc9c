// Package message holds what HTTP messages have in common whatever protocol carries them and whichever way they go: the
// lines of a header and the names that mean something to a gateway, the head of a request, the coding of bodies in chunks,
// and what it takes to move a body from one side to the other.
//
// It does no I/O and knows no routes or services. Package http1 fills a Request from what a client sent,
// package proxy reads it; an HTTP/2 front would fill the same Request.
//
// Bytes are views of the buffer they were received in. Nothing here copies them, and nothing allocates.
package message
