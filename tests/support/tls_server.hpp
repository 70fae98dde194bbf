// TLS for tests by OpenSSL's own means: certificates of whatever names and dates, and the server's
// side of a connection of RawServer, for answers that our own server would never give.
#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls.hpp"
#include "support/raw_server.hpp"

namespace sluice::test {

struct CertificateSpec {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  long begins = -24L * 3600;  // seconds from now
  long ends = 24L * 3600;
};

// Signed by itself, so that it is trusted where it is given as the CA file.
inline net::TlsIdentity make_certificate(const CertificateSpec& spec) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509* const raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), spec.begins);
  X509_gmtime_adj(X509_getm_notAfter(raw), spec.ends);
  const std::string name = "test " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  X509_set_pubkey(raw, key.get());
  const std::array<std::pair<int, const char*>, 2> extensions = {
      {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_subject_alt_name, spec.names.c_str()}}};
  for (const auto& [kind, value] : extensions) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(raw, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(raw, key.get(), EVP_sha256());

  const auto text_of = [](const auto& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    write(bio.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
  };
  return {.certificate_pem = text_of([&](BIO* bio) { PEM_write_bio_X509(bio, raw); }),
          .private_key_pem = text_of([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

class CaFile {
 public:
  explicit CaFile(std::string_view pem) {
    std::string name = "/tmp/sluice_ca_XXXXXX";
    ::close(::mkstemp(name.data()));
    path = name;
    std::ofstream(path) << pem;
  }
  ~CaFile() { std::remove(path.c_str()); }
  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;
  std::string path;
};

class TlsPeer {
 public:
  TlsPeer(const RawServer::Peer& peer, const net::TlsIdentity& identity,
          int version_most = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), session_(nullptr, SSL_free) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_text(
        BIO_new_mem_buf(identity.certificate_pem.data(), -1), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> key_text(
        BIO_new_mem_buf(identity.private_key_pem.data(), -1), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), key.get());
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), version_most);
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), peer.descriptor());
    is_up = SSL_accept(session_.get()) == 1;
  }
  // A request without a body, or with one that comes along with it.
  std::string read() {
    std::array<char, 16 * 1024> bytes;
    const int size = SSL_read(session_.get(), bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }
  void send(std::string_view bytes) {
    SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  void say_goodbye() { SSL_shutdown(session_.get()); }
  // What the client has asked for by SNI.
  std::string name() const {
    const char* const asked = SSL_get_servername(session_.get(), TLSEXT_NAMETYPE_host_name);
    return asked == nullptr ? "" : asked;
  }
  bool is_resumed() const { return SSL_session_reused(session_.get()) == 1; }
  int version() const { return SSL_version(session_.get()); }
  bool is_up = false;

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> session_;
};

}  // namespace sluice::test
