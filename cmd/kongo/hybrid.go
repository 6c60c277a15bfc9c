package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

func (t *terminal) hybridCommand() *cobra.Command {
	group := &cobra.Command{Use: "hybrid", Long: "Helps with deployments whose control plane and data planes are apart."}
	group.AddCommand(t.genCertCommand())
	return group
}

// certificateDays is how long a certificate of a cluster is good for. Kong 3.9: hybrid gen_cert.
const certificateDays = 1095

func (t *terminal) genCertCommand() *cobra.Command {
	days := number{value: certificateDays}
	command := &cobra.Command{
		Use: "gen_cert [CERT KEY] [OPTIONS]",
		Long: "Makes the certificate and the key that the nodes of a deployment share, in the files cluster.crt and cluster.key\n" +
			"unless others are named.",
		RunE: func(_ *cobra.Command, args []string) error {
			crt, key := "cluster.crt", "cluster.key"
			switch len(args) {
			case 0:
			case 1:
				return errors.New("both cert and key path needs to be provided")
			default:
				crt, key = args[0], args[1]
			}
			return t.genCert(crt, key, int(days.value))
		},
	}
	command.Flags().VarP(&days, "days", "d", fmt.Sprintf("how many `DAYS` the certificate is good for, %d if not given", certificateDays))
	return command
}

// genCert makes the files of a certificate, which must not be there yet.
func (t *terminal) genCert(crt, key string, days int) error {
	for _, path := range []*string{&crt, &key} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		if _, err := os.Lstat(absolute); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return err
			}
			return fmt.Errorf("%s already exists.\nWill not overwrite it.", absolute)
		}
		*path = absolute
	}
	certificate, private, err := clusterCertificate(days)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, private, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(crt, certificate, 0o644); err != nil {
		return errors.Join(err, os.Remove(key))
	}
	t.log.Info(fmt.Sprintf("Successfully generated certificate/key pairs, they have been written to: '%s' and '%s'.", crt, key))
	return nil
}

// clusterCertificate makes a self-signed certificate and its key, as PEM text. Kong 3.9: hybrid gen_cert.
func clusterCertificate(days int) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "kong_clustering"},
		NotBefore:             now,
		NotAfter:              now.AddDate(0, 0, days),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:              []string{"kong_clustering"},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}
