package proxy

import (
	"math"
	"testing"
)

func TestTermsFitIntoAWord(t *testing.T) {
	for _, want := range []terms{
		{},
		{service: noSlot, redirect: 426, protocols: protocolHTTP | protocolHTTPS, traits: stripPath | streamResponses},
		{service: math.MaxInt32, redirect: 308, protocols: protocolGRPC | protocolGRPCS, traits: preserveHost | pathHandlingV1 | streamRequests},
	} {
		if got := termsOf(want.word()); got != want {
			t.Errorf("%+v becomes %+v", want, got)
		}
	}
}
