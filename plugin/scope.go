package plugin

// Scope is what an entry is tied to: rows by id, "" meaning any. The zero Scope is global.
type Scope struct {
	Route, Service, Consumer string
}

// candidates lists the scopes in which an entry for s may be found, the most specific first.
//
// Kong 3.9: precedence of plugin configurations. Consumer groups, which stand between, are not in the open source product.
func (s Scope) candidates() [8]Scope {
	return [8]Scope{
		s,
		{Consumer: s.Consumer, Route: s.Route},
		{Consumer: s.Consumer, Service: s.Service},
		{Route: s.Route, Service: s.Service},
		{Consumer: s.Consumer},
		{Route: s.Route},
		{Service: s.Service},
		{},
	}
}
