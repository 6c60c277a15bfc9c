package basicauth

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Credentials are the names and passwords of consumers. A password is stored as its hash, with the id of the consumer as
// salt.
var Credentials = schema.Entity{
	Name: "basicauth_credentials", EndpointKey: "username", CacheKey: []string{"username"}, Workspaceable: true,
	AdminName: "basic-auths", AdminNestedName: "basic-auth", Owner: "basic-auth",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "username", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "password", Type: schema.String, Required: schema.Required, Encrypted: true},
		typedef.Tags,
	},
	Transformations: []schema.Transformation{{
		Input: []string{"password"}, Needs: []string{"consumer.id"},
		OnWrite: func(row map[string]any) (map[string]any, error) {
			password, _ := row["password"].(string)
			consumer, _ := row["consumer"].(map[string]any)
			id, _ := consumer["id"].(string)
			return map[string]any{"password": hashPassword(password, id)}, nil
		},
	}},
}

// hashPassword is what is stored of a password.
//
// Kong 3.9: basic-auth, hashing of passwords.
func hashPassword(password, consumerID string) string {
	sum := sha1.Sum([]byte(password + consumerID))
	return hex.EncodeToString(sum[:])
}
