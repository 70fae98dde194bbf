// The client's side of TLS: whom it trusts, and what to say when it does not.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/check.hpp"
#include "net/tls_session.hpp"
#include "net/url.hpp"

namespace sluice::net {
namespace {

constexpr std::size_t kNamesShown = 3;

// A server may write anything into its certificate.
std::string printable(const ASN1_STRING* text) {
  std::string out;
  const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
  for (const char letter : bytes.substr(0, 100)) {
    out += letter > ' ' && letter < 0x7f ? letter : '?';
  }
  return out;
}

std::string address_text(const ASN1_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  ::inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
  return text.data();
}

// "other.example, 10.0.0.1 and others": whom a certificate is for.
std::string names_of(X509* certificate) {
  struct FreeNames {
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
  };
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  std::size_t shown = 0;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    const bool is_ip = name->type == GEN_IPADD && (ASN1_STRING_length(name->d.iPAddress) == 4 ||
                                                   ASN1_STRING_length(name->d.iPAddress) == 16);
    if (!is_ip && name->type != GEN_DNS) continue;
    if (shown == kNamesShown) return text + " and others";
    if (shown++ > 0) text += ", ";
    text += is_ip ? address_text(name->d.iPAddress) : printable(name->d.dNSName);
  }
  return text.empty() ? "no host at all" : text;
}

std::string distrust(int error, X509* certificate, const std::string& host) {
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("certificate is for {}, not for {}", names_of(certificate), host);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format(
          "certificate is not signed by an authority that is trusted here ({}); "
          "--ca FILE trusts another",
          X509_verify_cert_error_string(error));
    default:
      return X509_verify_cert_error_string(error);
  }
}

std::string ca_problem(const std::string& ca_file) {
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(ca_file.c_str(), "re"));
  if (file == nullptr) return std::strerror(errno);
  return "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::for_client(const std::string& ca_file) {
  std::unique_ptr<TlsContext> context(
      std::make_unique<TlsContext>(TlsContext(SSL_CTX_new(TLS_client_method()))));
  SSL_CTX* const raw = context->get();
  SLUICE_CHECK(raw != nullptr);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION);
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  SLUICE_CHECK(SSL_CTX_set_alpn_protos(raw, kHttp11, sizeof kHttp11 - 1) == 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_app_data(raw, context.get());
  SSL_CTX_sess_set_new_cb(raw, keep_session);
  ERR_clear_error();
  const bool is_read = ca_file.empty()
                           ? SSL_CTX_set_default_verify_paths(raw) == 1
                           : SSL_CTX_load_verify_locations(raw, ca_file.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (!is_read && ca_file.empty()) return io_error("the system's certificates", "cannot be read");
  if (!is_read) return invalid(ca_file, ca_problem(ca_file));
  return context;
}

// One is enough: all connections go to one server. OpenSSL gives it away here.
int TlsContext::keep_session(SSL* session, SSL_SESSION* state) {
  auto* const context = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
  context->newest_.reset(state);
  return 1;
}

TlsSession::TlsSession(const TlsContext& context, int descriptor, const std::string& host)
    : session_(SSL_new(context.get())), host_(host) {
  attach(descriptor);
  SSL* const raw = session_.get();
  SSL_set_connect_state(raw);
  SSL_set_app_data(raw, this);
  SSL_set_verify(raw, SSL_VERIFY_PEER, check_certificate);
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(raw);
  if (is_address(host)) {
    SLUICE_CHECK(X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1);
  } else {
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SLUICE_CHECK(X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) == 1);
    SLUICE_CHECK(SSL_set_tlsext_host_name(raw, host.c_str()) == 1);
  }
  if (context.newest() != nullptr) SSL_set_session(raw, context.newest());
  ERR_clear_error();
}

// OpenSSL asks at every certificate of the chain; the first that is wrong ends the handshake.
int TlsSession::check_certificate(int is_fine, X509_STORE_CTX* chain) {
  if (is_fine == 1) return 1;
  const auto* const raw = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const self = static_cast<TlsSession*>(SSL_get_app_data(raw));
  self->distrust_ = distrust(X509_STORE_CTX_get_error(chain),
                             X509_STORE_CTX_get_current_cert(chain), self->host_);
  return 0;
}

bool TlsSession::has_heard_goodbye() const noexcept {
  return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string TlsSession::problem() const {
  if (!distrust_.empty()) return distrust_;
  const unsigned long error = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(error);
  if (error == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return "the connection was closed during the TLS handshake";
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER) {
    return "the server does not speak TLS on this port (wrong version number)";
  }
  const char* const text = ERR_reason_error_string(error);
  return fmt::format("TLS handshake failed: {}", text == nullptr ? "unknown error" : text);
}

}  // namespace sluice::net
