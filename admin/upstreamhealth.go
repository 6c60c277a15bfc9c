package admin

import (
	"context"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/datastore"
)

// health shows how an upstream and its targets are, as this node sees it.
//
// Kong 3.9: Admin API, upstream health.
func (t targets) health(ctx context.Context, r *request) (answer, error) {
	upstream, err := t.parent.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	b := t.api.balancer(datastore.DocumentID(upstream))
	if whole, _ := r.query.First("balancer_health"); whole == "1" {
		body := map[string]any{"data": nil, "next": nil, "node_id": t.api.opts.Node.ID}
		if b != nil {
			body["data"] = upstreamHealth(datastore.DocumentID(upstream), b.Health())
		}
		return ok(body), nil
	}
	rows, next, err := t.page(ctx, r, upstream)
	if err != nil {
		return answer{}, err
	}
	if b != nil {
		addHealth(rows, b.Health())
	}
	path := collectionPath(t.parent.entity) + "/" + r.params[t.parent.entity.Name] + "/health"
	body := pageBody(rows, next, path)
	body["node_id"] = t.api.opts.Node.ID
	return ok(body), nil
}

// addHealth adds to targets how they are. One that the balancer does not have was never resolved.
func addHealth(rows []datastore.Document, report balancer.HealthReport) {
	byTarget := make(map[any]*balancer.TargetHealth, len(report.Targets))
	for i := range report.Targets {
		byTarget[report.Targets[i].Target] = &report.Targets[i]
	}
	for _, row := range rows {
		row["health"] = balancer.HealthDNSError
		if h := byTarget[row["target"]]; h != nil {
			row["health"] = h.Health
			row["data"] = targetHealth(h, func(a balancer.AddressHealth, shown map[string]any) { shown["health"] = a.Health })
		}
	}
}

// upstreamHealth is the health of a balancer as a whole.
func upstreamHealth(id string, report balancer.HealthReport) map[string]any {
	hosts := make([]any, len(report.Targets))
	for i := range report.Targets {
		hosts[i] = targetHealth(&report.Targets[i], func(a balancer.AddressHealth, shown map[string]any) {
			shown["healthy"] = a.Healthy
		})
	}
	overall := balancer.HealthDown
	if report.Healthy {
		overall = balancer.HealthUp
	}
	return map[string]any{
		"id":              id,
		"health":          report.Health,
		"balancer_health": overall,
		"details":         map[string]any{"healthy": report.Healthy, "weight": weights(report.Weight), "hosts": hosts},
	}
}

// targetHealth shows a target with its addresses, to each of which state adds how it is.
func targetHealth(h *balancer.TargetHealth, state func(a balancer.AddressHealth, shown map[string]any)) map[string]any {
	addresses := make([]any, len(h.Addresses))
	for i, a := range h.Addresses {
		shown := map[string]any{"ip": a.IP, "port": a.Port, "weight": a.Weight}
		state(a, shown)
		addresses[i] = shown
	}
	return map[string]any{
		"host":       h.Host,
		"port":       h.Port,
		"dns":        h.DNS,
		"nodeWeight": h.Weight,
		"weight":     weights(h.Weights),
		"addresses":  addresses,
	}
}

func weights(w balancer.Weight) map[string]any {
	return map[string]any{"total": w.Total, "available": w.Available, "unavailable": w.Unavailable}
}
