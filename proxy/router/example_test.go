package router_test

import (
	"fmt"

	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

func Example() {
	type service struct {
		url, path string
		strip     bool
	}
	r, errs := router.New([]router.Route{
		{
			ID: "4bf1fe19-f5cd-409c-868c-c3a9a9240e98", Hosts: []string{"shop.test"}, Paths: []string{"/orders"},
			Value: service{"http://orders.internal", "/v2", true},
		},
		{
			ID: "f9feb8ca-2eaa-4a00-8a85-c924fd3c384b", Paths: []string{`~/users/(?<id>\d+)`},
			Value: service{"http://users.internal", "/", false},
		},
	}, router.Options{})
	fmt.Println(r.Len(), "routes,", len(errs), "errors")

	for _, target := range []string{"/orders//%37?sort=date", "/users/42/name", "/../secret", "/other"} {
		path, query, err := urlpath.SplitTarget(target)
		if err != nil {
			fmt.Println(target, "400", err)
			continue
		}
		request := router.Request{Method: "GET", Host: "shop.test", Path: urlpath.Normalize(path, nil)}
		var result router.Result
		if !r.Match(&request, &result) {
			fmt.Println(target, "404")
			continue
		}
		s := result.Value.(service)
		upstream := urlpath.AppendUpstream(nil, s.path, request.Path, result.PathLength, s.strip, urlpath.V0)
		fmt.Printf("%s -> %s%s%s\n", target, s.url, upstream, query)
		if id, ok := result.Captures.Named("id"); ok {
			fmt.Println("  with id", id)
		}
	}

	// Output:
	// 2 routes, 0 errors
	// /orders//%37?sort=date -> http://orders.internal/v2/7?sort=date
	// /users/42/name -> http://users.internal/users/42/name
	//   with id 42
	// /../secret 400 request target climbs above the root
	// /other 404
}
