// Writes the certificates of a test cluster into the folder named by its argument: a CA, the API server's
// certificate, one client certificate for each component, and the key that signs ServiceAccount tokens.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: certificates FOLDER ADDRESS,ADDRESS... NAME=USER[@GROUP]..."))
	}
	folder, addresses, clients := os.Args[1], os.Args[2], os.Args[3:]

	authority := template("kubectl-bluegreen test cluster", "")
	authority.IsCA = true
	authority.BasicConstraintsValid = true
	authority.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	authorityKey := newKey(folder, "ca")
	sign(folder, "ca", authority, authority, authorityKey, authorityKey)

	server := template("kube-apiserver", "")
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	server.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	for _, address := range strings.Split(addresses, ",") {
		server.IPAddresses = append(server.IPAddresses, net.ParseIP(address))
	}
	sign(folder, "kube-apiserver", server, authority, newKey(folder, "kube-apiserver"), authorityKey)

	for _, client := range clients {
		name, subject, _ := strings.Cut(client, "=")
		// Users are named like system:node:NAME, so the group is set apart by another character.
		user, group, _ := strings.Cut(subject, "@")
		certificate := template(user, group)
		certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		sign(folder, name, certificate, authority, newKey(folder, name), authorityKey)
	}

	newKey(folder, "service-accounts")
}

func template(user, group string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	fail(err)
	subject := pkix.Name{CommonName: user}
	if group != "" {
		subject.Organization = []string{group}
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		// Clocks of virtual machines jump when they are restored.
		NotBefore: time.Now().AddDate(-1, 0, 0),
		NotAfter:  time.Now().AddDate(10, 0, 0),
	}
}

func newKey(folder, name string) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fail(err)
	der, err := x509.MarshalECPrivateKey(key)
	fail(err)
	write(folder, name+".key", "EC PRIVATE KEY", der)
	return key
}

func sign(folder, name string, certificate, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) {
	der, err := x509.CreateCertificate(rand.Reader, certificate, parent, &key.PublicKey, parentKey)
	fail(err)
	write(folder, name+".crt", "CERTIFICATE", der)
}

func write(folder, name, kind string, der []byte) {
	fail(os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
