package conf

import (
	"regexp"
	"slices"
	"strings"
)

// checkHybrid checks what the roles control_plane and data_plane need and what
// they exclude.
func (l *loader) checkHybrid() {
	switch role := l.config.String("role"); role {
	case "control_plane":
		l.checkClusterCertificates()
		l.checkControlPlane()
	case "data_plane":
		l.checkClusterCertificates()
		l.checkDataPlane()
	default:
		if len(l.config.List("cluster_dp_labels")) > 0 {
			l.fail("cluster_dp_labels", "", `cluster_dp_labels can only be used when role = "data_plane"`)
		}
	}
}

func (l *loader) checkClusterCertificates() {
	missing := func(name string) bool { return !l.config.IsSet(name) && !l.config.setting(name).left }
	if missing("cluster_cert") || missing("cluster_cert_key") {
		l.fail("role", "set cluster_cert and cluster_cert_key", "cluster certificate and key must be provided to use Hybrid mode")
	} else {
		l.loadOne("cluster_cert", certificate)
		l.loadOne("cluster_cert_key", privateKey)
	}
	l.loadOne("cluster_ca_cert", certificate)
}

func (l *loader) checkControlPlane() {
	if l.isOff("admin_listen") {
		l.fail("admin_listen", "", `admin_listen must be specified when role = "control_plane"`)
	}
	if l.config.String("cluster_mtls") == "pki" && !l.config.IsSet("cluster_ca_cert") {
		l.fail("cluster_ca_cert", "", `cluster_ca_cert must be specified when cluster_mtls = "pki"`)
	}
	if l.isOff("cluster_listen") {
		l.fail("cluster_listen", "", `cluster_listen must be specified when role = "control_plane"`)
	}
	if l.config.String("database") == "off" {
		l.fail("database", "", `in-memory storage can not be used when role = "control_plane"`)
	}
	if l.config.Bool("cluster_use_proxy") {
		l.fail("cluster_use_proxy", "", `cluster_use_proxy can not be used when role = "control_plane"`)
	}
	if len(l.config.List("cluster_dp_labels")) > 0 {
		l.fail("cluster_dp_labels", "", `cluster_dp_labels can not be used when role = "control_plane"`)
	}
}

func (l *loader) checkDataPlane() {
	if l.isOff("proxy_listen") {
		l.fail("proxy_listen", "", `proxy_listen must be specified when role = "data_plane"`)
	}
	if l.config.String("database") != "off" {
		l.fail("database", "", "only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf")
	}
	authority := l.config.String("cluster_cert")
	if l.config.String("cluster_mtls") == "pki" {
		authority = l.config.String("cluster_ca_cert")
	}
	trusted := l.config.settings["lua_ssl_trusted_certificate"]
	if items := l.config.List(trusted.Name); authority != "" && !slices.Contains(items, authority) {
		trusted.value = append(items, authority)
	}
	if l.config.Bool("cluster_use_proxy") && !l.config.IsSet("proxy_server") {
		l.fail("proxy_server", "", "cluster_use_proxy is turned on but no proxy_server is configured")
	}
	if reason := checkLabels(l.config.List("cluster_dp_labels")); reason != "" {
		l.fail("cluster_dp_labels", "accepted: up to 10 pairs such as region:eu", "%s", reason)
	}
}

// isOff reports whether a listen key asks for no listener.
func (l *loader) isOff(key string) bool {
	items := l.config.List(key)
	return len(items) == 0 || isOff(items)
}

// The form of a label's value, and of its key, as Kong's messages show them.
// Neither expression is anchored in front; both are matched from the start and
// regardless of case.
const (
	labelValueForm = `[a-z0-9]([\w\.:-]*[a-z0-9]|)$`
	labelKeyForm   = `(?!kong)(?!konnect)(?!insomnia)(?!mesh)(?!kic)` + labelValueForm
)

var (
	labelForm      = regexp.MustCompile(`(?i)^` + labelValueForm)
	reservedLabels = regexp.MustCompile(`(?i)^(kong|konnect|insomnia|mesh|kic)`)
)

// checkLabels returns Kong's message about the first bad label, or nothing.
func checkLabels(labels []string) string {
	if len(labels) > 10 {
		return "labels validation failed: count exceeded 10 max elements"
	}
	for _, label := range labels {
		key, value, _ := strings.Cut(label, ":")
		if !strings.Contains(label, ":") {
			key = ""
		}
		if len(key) < 1 || len(key) > 63 {
			return "label key validation failed: " + key + " must have between 1 and 63 characters"
		}
		if !labelForm.MatchString(key) || reservedLabels.MatchString(key) {
			return "label key validation failed: " + key + " is invalid. Must match pattern: " + labelKeyForm
		}
		if len(value) < 1 || len(value) > 63 {
			return "label value validation failed: " + value + " must have between 1 and 63 characters"
		}
		if !labelForm.MatchString(value) {
			return "label value validation failed: " + value + " is invalid. Must match pattern: " + labelValueForm
		}
	}
	return ""
}
