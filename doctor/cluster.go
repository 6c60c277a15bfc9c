package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/cluster"
)

// checkCluster sends a probe to the other nodes, and compares them.
func checkCluster(ctx context.Context, p *patient) []Finding {
	const check = "cluster"
	if p.store == nil {
		return nil
	}
	var findings []Finding
	report := p.store.Verify(ctx)
	seen := 0
	for _, v := range report.Data {
		for _, fault := range v.Faults {
			findings = append(findings, Finding{check, Fail, fmt.Sprintf("%s (%s %s): %s", v.ID, v.Hostname, v.Address, fault.Reason), fault.Remedy})
		}
		if v.Result == cluster.ResultSeen {
			seen++
		}
	}
	for _, fault := range report.Faults {
		result := Fail
		if len(report.Data) == 0 && seen == 0 && p.db != nil {
			result = Warn // nobody runs: the doctor may be asked before the first start
		}
		findings = append(findings, Finding{check, result, fault.Reason, fault.Remedy})
	}
	if list, err := p.store.Nodes(ctx, false); err == nil {
		for _, n := range list.Data {
			if len(n.Differs) > 0 {
				findings = append(findings, Finding{check, Warn, fmt.Sprintf("%s differs from others in %s", n.Name, strings.Join(n.Differs, ", ")),
					"give all nodes the same settings and the same version, and restart them one after the other"})
			}
		}
	}
	if len(findings) == 0 {
		return one(check, OK, fmt.Sprintf("live nodes that see each other's changes: %d", seen), "")
	}
	return findings
}
