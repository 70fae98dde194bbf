#include "net/tls.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/check.hpp"
#include "base/text.hpp"
#include "net/tls_pem.hpp"
#include "net/url.hpp"

namespace sluice::net {
namespace {

constexpr std::size_t kPemAtMost = 1024 * 1024;
constexpr const char* kSelfMade = "sluice mock";  // the common name

struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;

BioPointer bio_of(std::string_view text) {
  BioPointer bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  SLUICE_CHECK(bio != nullptr);
  return bio;
}

std::string text_of(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<std::string> read_pem(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return io_error(path, std::strerror(errno));
  std::string text(kPemAtMost + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return io_error(path, std::strerror(errno));
  if (text.size() > kPemAtMost) return invalid(path, "is larger than a PEM file ever is (1 MB)");
  return text;
}

// No terminal is asked for the password of an encrypted key: the server would hang.
int no_password(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

Result<KeyPointer> parse_key(const std::string& pem, const std::string& place) {
  bool is_encrypted = false;
  KeyPointer key(PEM_read_bio_PrivateKey(bio_of(pem).get(), nullptr, no_password, &is_encrypted));
  ERR_clear_error();
  if (key != nullptr) return key;
  if (is_encrypted) {
    return invalid(place, "the private key has a password; give one without (openssl pkey)");
  }
  return invalid(place, "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  SLUICE_CHECK(extension != nullptr);
  SLUICE_CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// A name goes into a line of OpenSSL's own syntax, where a comma or a colon would add to it.
bool is_name(std::string_view host) noexcept {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*";
  return !host.empty() && host.size() <= 253 && host.find_first_not_of(kLetters) == host.npos;
}

void name_and_date(X509* certificate) {
  X509_set_version(certificate, X509_VERSION_3);
  std::array<unsigned char, 8> serial;
  SLUICE_CHECK(RAND_bytes(serial.data(), serial.size()) == 1);
  std::uint64_t number = 0;
  std::memcpy(&number, serial.data(), serial.size());
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1);
  constexpr long kDay = 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * kDay);
  X509_NAME* name = X509_get_subject_name(certificate);
  SLUICE_CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                          reinterpret_cast<const unsigned char*>(kSelfMade), -1, -1,
                                          0) == 1);
  X509_set_issuer_name(certificate, name);
}

}  // namespace

Result<ParsedIdentity> parse_identity(const TlsIdentity& identity, const IdentityPlaces& places) {
  ParsedIdentity parsed;
  const BioPointer bio = bio_of(identity.certificate_pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    parsed.chain.emplace_back(certificate);
  }
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (parsed.chain.empty() || !is_at_end) {
    return invalid(places.certificate,
                   parsed.chain.empty()
                       ? "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"
                       : "holds a certificate that cannot be read, behind one that can");
  }
  SLUICE_TRY(parsed.key, parse_key(identity.private_key_pem, places.key));
  if (X509_check_private_key(parsed.chain.front().get(), parsed.key.get()) != 1) {
    ERR_clear_error();
    return invalid(places.key, "the private key does not belong to the first certificate of " +
                                   places.certificate);
  }
  return parsed;
}

Result<TlsIdentity> read_tls_identity(const std::string& certificate_path,
                                      const std::string& key_path) {
  TlsIdentity identity;
  SLUICE_TRY(identity.certificate_pem, read_pem(certificate_path));
  SLUICE_TRY(identity.private_key_pem, read_pem(key_path));
  SLUICE_TRY([[maybe_unused]] const ParsedIdentity parsed,
             parse_identity(identity, {.certificate = certificate_path, .key = key_path}));
  return identity;
}

Result<TlsIdentity> make_self_signed(const std::string& host) {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (is_address(host)) {
    names += ",IP:" + host;
  } else if (is_name(host)) {
    names += ",DNS:" + host;
  } else {
    return invalid("--host", in_quotes(host) + " is neither an address nor a name");
  }
  const KeyPointer key(EVP_EC_gen("P-256"));
  const CertificatePointer certificate(X509_new());
  SLUICE_CHECK(key != nullptr && certificate != nullptr);
  name_and_date(certificate.get());
  SLUICE_CHECK(X509_set_pubkey(certificate.get(), key.get()) == 1);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_subject_key_identifier, "hash");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), NID_subject_alt_name, names);
  SLUICE_CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  const BioPointer certificate_text(BIO_new(BIO_s_mem()));
  const BioPointer key_text(BIO_new(BIO_s_mem()));
  SLUICE_CHECK(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1);
  SLUICE_CHECK(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1);
  return TlsIdentity{.certificate_pem = text_of(certificate_text.get()),
                     .private_key_pem = text_of(key_text.get())};
}

bool is_self_made(std::string_view certificate_pem) {
  const CertificatePointer certificate(
      PEM_read_bio_X509(bio_of(certificate_pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (certificate == nullptr) return false;
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return std::string_view(name.data()) == kSelfMade;
}

}  // namespace sluice::net
