package entity

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

var keySets = schema.Entity{
	Name: "key_sets", EndpointKey: "name", Workspaceable: true, CoreCache: true, AdminName: "key-sets",
	Fields: []schema.Field{
		typedef.ID,
		{Name: "name", Type: schema.String, Required: schema.Optional, Unique: true},
		typedef.Tags,
		typedef.CreatedAt,
		typedef.UpdatedAt,
	},
}

// keys are public or private keys in one of two forms, alone or in a set.
var keys = schema.Entity{
	Name: "keys", EndpointKey: "name", CacheKey: []string{"kid", "set"}, Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		{
			Name: "set", Type: schema.Foreign, Required: schema.Optional, Reference: "key_sets", OnDelete: schema.Cascade,
		},
		{Name: "name", Type: schema.String, Required: schema.Optional, Unique: true},
		{Name: "kid", Type: schema.String, Required: schema.Required},
		{Name: "jwk", Type: schema.String, Referenceable: true, Encrypted: true},
		{
			Name: "pem", Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{
				{
					Name: "private_key", Type: schema.String, Required: schema.Optional,
					Referenceable: true, Encrypted: true,
				},
				{Name: "public_key", Type: schema.String, Required: schema.Optional, Referenceable: true},
			},
			Checks:    []schema.Check{schema.AtLeastOneOf{"private_key", "public_key"}},
			Validator: validatePEMKeys,
		},
		typedef.Tags,
		typedef.CreatedAt,
		typedef.UpdatedAt,
	},
	Checks: []schema.Check{
		schema.MutuallyExclusive{"pem", "jwk"},
		schema.AtLeastOneOf{"pem", "jwk"},
		schema.CustomCheck{Fields: []string{"jwk", "pem", "kid"}, Check: checkKeyMaterial},
	},
}

// validatePEMKeys demands keys that load and, where both are given, belong together.
func validatePEMKeys(v any) error {
	record, _ := v.(map[string]any)
	private, hasPrivate := record["private_key"].(string)
	public, hasPublic := record["public_key"].(string)
	if schema.IsReference(private) || schema.IsReference(public) {
		return nil
	}
	if hasPublic {
		if _, err := typedef.ParsePublicKey(public); err != nil {
			return errors.New("could not load public key")
		}
	}
	if hasPrivate {
		if _, err := typedef.ParsePrivateKey(private); err != nil {
			return errors.New("could not load private key" + err.Error())
		}
	}
	if hasPrivate && hasPublic {
		return keysMatch(private, public)
	}
	return nil
}
