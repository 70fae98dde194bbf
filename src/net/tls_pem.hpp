// PEM text to what OpenSSL works with, with an error that says which of the two is wrong. Private
// to net's .cpp files.
#pragma once

#include <memory>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/error.hpp"
#include "net/tls.hpp"

namespace sluice::net {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;
using CertificatePointer = std::unique_ptr<X509, FreeCertificate>;

struct ParsedIdentity {
  std::vector<CertificatePointer> chain;  // the server's own first
  KeyPointer key;
};

// Where the texts came from, for the error.
struct IdentityPlaces {
  std::string certificate = "certificate";
  std::string key = "private key";
};

Result<ParsedIdentity> parse_identity(const TlsIdentity& identity,
                                      const IdentityPlaces& places = {});

}  // namespace sluice::net
