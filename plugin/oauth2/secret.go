package oauth2

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
)

// The parameters of the hashes of secrets; salt and hash in bytes.
const (
	iterations = 10000
	saltLength = 16
	hashLength = 32
)

// hashSecret is what is stored of an application's secret: PBKDF2 in the notation of the password hashing competition, which
// the nodes of a cluster that run Kong can verify.
//
// Kong 3.9: oauth2, hash_secret.
func hashSecret(secret string) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	hash, err := pbkdf2.Key(sha512.New, secret, salt, iterations, hashLength)
	if err != nil {
		return "", fmt.Errorf("hash of a client secret: %w", err)
	}
	encoded := base64.RawStdEncoding
	return fmt.Sprintf("$pbkdf2-sha512$i=%d,l=%d$%s$%s",
		iterations, hashLength, encoded.EncodeToString(salt), encoded.EncodeToString(hash)), nil
}
