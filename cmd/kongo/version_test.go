package main

import "testing"

func TestModuleVersion(t *testing.T) {
	for text, want := range map[string]string{
		"v1.2.3":                               "1.2.3",
		"v1.2.3-rc.1":                          "1.2.3-rc.1",
		"(devel)":                              "",
		"":                                     "",
		"v1.2.3+dirty":                         "",
		"v0.0.0-20261121014300-cf67cc7a3f10":   "",
		"v1.2.4-0.20261121014300-cf67cc7a3f10": "",
		"v1.2.4-rc.0.20261121014300-cf67cc7a3f10":  "",
		"v0.0.0-20261121014300-cf67cc7a3f10+dirty": "",
	} {
		got, ok := moduleVersion(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v", text, got, ok)
		}
	}
}
