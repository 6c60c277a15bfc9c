package conf

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Reference is a secret reference, {vault://VAULT/RESOURCE[/KEY][?OPTIONS][#VERSION]}.
type Reference struct {
	Vault    string
	Resource string
	Key      string            // of the JSON object in which the secret is; "" for the whole
	Options  map[string]string // as in the query of a URL
	Version  int               // 0 if not given
}

// Vault looks up secrets. It returns ErrNoValue if there is none under the
// resource of the reference; picking Key is not its business.
type Vault func(Reference) (string, error)

// ErrNoValue is the answer of a Vault that knows no such secret.
var ErrNoValue = errors.New("no value found")

// ErrNoVault is the reason why a reference to a vault that the setting vaults
// does not name cannot be resolved.
var ErrNoVault = errors.New("unable to retrieve config from db")

// isReference reports whether a whole value is a reference. Anything else is
// taken literally, however similar.
func isReference(s string) bool {
	return strings.HasPrefix(s, "{vault://") && strings.HasSuffix(s, "}")
}

// parseReference takes a reference apart. Kong 3.9: the last part of the path
// is the key if there is more than one.
func parseReference(s string) (Reference, error) {
	if !isReference(s) {
		return Reference{}, fmt.Errorf("not a reference [%s]", s)
	}
	rest, fragment, versioned := strings.Cut(s[len("{vault://"):len(s)-1], "#")
	rest, query, _ := strings.Cut(rest, "?")
	name, path, _ := strings.Cut(rest, "/")
	r := Reference{Vault: name}
	if name == "" {
		return r, fmt.Errorf("reference url is missing host [%s]", s)
	}
	if path == "" {
		return r, fmt.Errorf("reference url is missing path [%s]", s)
	}
	if versioned {
		version, err := strconv.Atoi(fragment)
		if err != nil {
			return r, fmt.Errorf("reference url has invalid version [%s]", s)
		}
		r.Version = version
	}
	if at := strings.LastIndexByte(path, '/'); at >= 0 {
		path, r.Key = path[:at], unescape(path[at+1:])
	}
	if r.Resource = unescape(path); r.Resource == "" {
		return r, fmt.Errorf("reference url has invalid path [%s]", s)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return r, fmt.Errorf("reference url has invalid options [%s]: %w", s, err)
	}
	r.Options = map[string]string{}
	for option := range values {
		r.Options[option] = values.Get(option)
	}
	return r, nil
}

// unescape resolves the escapes of a URL, and keeps a text that has bad ones.
func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// environmentVault looks up secrets in the environment: prefix and resource in
// capitals with underscores, and _PREVIOUS after it for version 2.
func (l *loader) environmentVault(r Reference) (string, error) {
	prefix, ok := r.Options["prefix"]
	if !ok {
		prefix = l.given["vault_env_prefix"].text
	}
	name := strings.ReplaceAll(strings.ToUpper(prefix+r.Resource), "-", "_")
	if r.Version == 2 {
		name += "_PREVIOUS"
	}
	if value, ok := l.environ[name]; ok {
		return value, nil
	}
	return "", ErrNoValue
}

// dereference looks up one reference. The errors are Kong's reasons.
func (l *loader) dereference(reference string) (string, error) {
	r, err := parseReference(reference)
	if err != nil {
		return "", err
	}
	vaults := loaded(splitList(l.config.settings["vaults"].text), []string{"env"})
	if !slices.Contains(vaults, r.Vault) {
		return "", ErrNoVault
	}
	vault, ok := l.Vaults[r.Vault]
	if !ok && r.Vault == "env" {
		vault, ok = l.environmentVault, true
	}
	if !ok {
		return "", fmt.Errorf("could not find vault (%s)", r.Vault)
	}
	value, err := vault(r)
	if err == nil && r.Key != "" {
		if value, err = subfield(value, r.Key); err != nil {
			err = fmt.Errorf("could not get subfield value: %w", err)
		}
	}
	if err != nil {
		return "", fmt.Errorf("could not get value from external vault (%w)", err)
	}
	return value, nil
}

// subfield picks a text from a JSON object.
func subfield(secret, name string) (string, error) {
	var object map[string]any
	if err := json.Unmarshal([]byte(secret), &object); err != nil {
		// The error of the decoder could quote the secret.
		return "", errors.New("unable to json decode value")
	}
	switch value := object[name].(type) {
	case string:
		return value, nil
	case nil:
		return "", fmt.Errorf("subfield %s not found in JSON secret", name)
	default:
		return "", fmt.Errorf("unexpected value in JSON secret for subfield %s", name)
	}
}

// resolve replaces references in all settings by the secrets they refer to,
// and turns the texts into values.
func (l *loader) resolve() {
	for _, s := range l.sorted() {
		written := strings.Trim(s.text, blanks)
		switch {
		case s.key.typ == list:
			l.resolveItems(s)
		case isReference(written):
			s.reference = written
			secret, ok := l.secret(s, s.Name, written)
			if s.left = !ok; ok {
				s.value = s.key.parse(secret)
			}
		default:
			s.value = s.key.parse(s.text)
		}
	}
}

// resolveItems does so for a list, item by item.
func (l *loader) resolveItems(s *Setting) {
	written := splitList(s.text)
	items := make([]string, 0, len(written))
	for i, item := range written {
		if isReference(item) {
			s.reference = written
			secret, ok := l.secret(s, fmt.Sprintf("%s[%d]", s.Name, i+1), item)
			if !ok {
				s.left = true
				continue
			}
			item = secret
		}
		items = append(items, item)
	}
	s.value = items
}

// secret looks up what a setting refers to. What cannot be found is a problem,
// unless references may be left as they are.
func (l *loader) secret(s *Setting, option, reference string) (string, bool) {
	secret, err := l.dereference(reference)
	if err != nil && !l.KeepReferences {
		l.problems = append(l.problems, Problem{
			Key: s.Name, Value: reference, Origin: s.Origin,
			Message: fmt.Sprintf("failed to dereference '%s': %v for config option '%s'", reference, err, option),
			cause:   err,
		})
	}
	return secret, err == nil
}
