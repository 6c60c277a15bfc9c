package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/node"
)

// checkCluster sends a probe to the other nodes, asks those that should be there, and compares them.
func checkCluster(ctx context.Context, p *patient) []Finding {
	const check = "cluster"
	if p.store == nil {
		return nil
	}
	report, err := p.store.Verify(ctx)
	if err != nil && p.db == nil {
		return nil // the datastore's check says why
	}
	if err != nil {
		report.Faults = append(report.Faults, cluster.StoreFault(err))
	}
	for _, address := range p.expected {
		introduced, err := node.Introduce(ctx, address)
		report.Expect(address, node.DatastoreName(p.config), introduced, err)
	}
	var findings []Finding
	seen := 0
	for _, v := range report.Data {
		for _, fault := range v.Faults {
			where := strings.TrimSpace(v.Hostname + " " + v.Address)
			findings = append(findings, Finding{check, Fail, strings.TrimSpace(fmt.Sprintf("%s (%s): %s", v.ID, where, fault.Reason)), fault.Remedy})
		}
		if v.Result == cluster.ResultSeen {
			seen++
		}
	}
	for _, fault := range report.Faults {
		result := Fail
		if len(report.Data) == 0 && err == nil {
			result = Warn // nobody runs: the doctor may be asked before the first start
		}
		findings = append(findings, Finding{check, result, fault.Reason, fault.Remedy})
	}
	findings = append(findings, p.differences(ctx)...)
	if len(findings) == 0 {
		return one(check, OK, fmt.Sprintf("live nodes that see each other's changes: %d", seen), "")
	}
	return findings
}

// differences tells in what the live nodes differ from each other.
func (p *patient) differences(ctx context.Context) []Finding {
	list, err := p.store.Nodes(ctx, false)
	if err != nil {
		return nil // sending the probe has failed as well
	}
	var findings []Finding
	for _, n := range list.Data {
		if len(n.Differs) > 0 {
			findings = append(findings, Finding{"cluster", Warn, fmt.Sprintf("%s differs from others in %s", n.Name, strings.Join(n.Differs, ", ")),
				"give all nodes the same settings and the same version, and restart them one after the other"})
		}
	}
	return findings
}
