package node

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
)

// Remarks names, one sentence each, what a configuration asks for that a node does not do and that package conf cannot know.
func Remarks(config *conf.Config) []string {
	var remarks []string
	if flavor := config.String("router_flavor"); flavor != traditional && flavor != traditionalCompatible {
		remarks = append(remarks, fmt.Sprintf("router_flavor = %s is not served yet, requests find their routes as with %s",
			flavor, traditionalCompatible))
	}
	if _, missing := installed(config); len(missing) > 0 {
		remarks = append(remarks, fmt.Sprintf("plugins that kongo does not have: %s; where they are configured, requests are answered 501",
			strings.Join(missing, ", ")))
	}
	return remarks
}
