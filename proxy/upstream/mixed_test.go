package upstream_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// misbehaving is a server that does what the path of a request says: /<id>/<size>/<behaviour>.
func misbehaving(c *net.TCPConn) {
	r := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		var id, size int
		var behaviour string
		fmt.Sscanf(req.URL.Path, "/%d/%d/%s", &id, &size, &behaviour)
		body := ownBody(id, size)
		if behaviour != "early" {
			io.Copy(io.Discard, req.Body)
		}
		switch behaviour {
		case "chunked":
			c.Write(framed("chunked", body))
		case "surplus":
			c.Write(append(framed("length", body), ok("somebody else's")...))
		case "short", "reset":
			if behaviour == "reset" {
				c.SetLinger(0)
			}
			c.Write(framed("length", body)[:size/2])
			return
		case "farewell":
			c.Write(framed("length", body))
			return
		default:
			c.Write(framed("length", body))
			io.Copy(io.Discard, req.Body)
		}
	}
}

// ownBody is a body that no other id has.
func ownBody(id, size int) []byte {
	return append(fmt.Appendf(nil, "%d:", id), pattern(size + id)[id:]...)
}

// TestMixed has many clients send requests at the same time to one server, which treats many of them badly. Whatever
// happens, what a client gets is the beginning of its own response, and nothing is left behind.
func TestMixed(t *testing.T) {
	watchDescriptors(t)
	behaviours := []string{"length", "chunked", "surplus", "short", "reset", "farewell", "early"}
	o := keepAlive
	o.PoolSize = 4
	o.MaxRequests = 20
	peer := newPool(t, o).Peer(serve(t, misbehaving).addr(), nil)
	var complete sync.Map
	var clients sync.WaitGroup
	for client := range 8 {
		clients.Go(func() {
			random := rand.New(rand.NewPCG(uint64(client), 0))
			near, far := tcpPair(t)
			go io.Copy(far, struct{ io.Reader }{far}) // so that what is sent can be read again
			for i := range 60 {
				id := client*1000 + i
				behaviour := behaviours[random.IntN(len(behaviours))]
				size := random.IntN(200_000)
				if behaviour == "surplus" {
					size = random.IntN(1000) // arrives in one piece
				}
				length := random.IntN(100_000)
				req := posting(pattern(length)[:length/2], int64(length), upstream.Source{Reader: bytes.NewReader(pattern(length)[length/2:])})
				req.Head = bytes.Replace(req.Head, []byte("POST /"), fmt.Appendf(nil, "POST /%d/%d/%s", id, size, behaviour), 1)
				resp, err := peer.RoundTrip(req)
				if err != nil {
					continue
				}
				got := make(chan []byte, 1)
				want := ownBody(id, size)
				go func() {
					b := make([]byte, len(want))
					n, _ := io.ReadFull(near, b)
					got <- b[:n]
				}()
				_, err = resp.SendTo(near, near, patience)
				resp.Release()
				if err != nil {
					near.Close() // and far with it
				}
				if b := <-got; !bytes.HasPrefix(want, b) {
					t.Errorf("%s: client %d got something of another response: %.40q", behaviour, client, b)
				} else if len(b) == len(want) {
					complete.Store(behaviour, true)
				}
				if err != nil {
					near, far = tcpPair(t)
					go io.Copy(far, struct{ io.Reader }{far})
				}
			}
		})
	}
	clients.Wait()
	for _, behaviour := range behaviours {
		_, some := complete.Load(behaviour)
		if expected := behaviour != "short" && behaviour != "reset"; some != expected {
			t.Errorf("%s: complete responses: %v", behaviour, some)
		}
	}
}
