#include "net/tls_session.hpp"

#include <algorithm>
#include <limits>
#include <sys/socket.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/check.hpp"
#include "net/tls_pem.hpp"

namespace sluice::net {
namespace {

// OpenSSL's own socket BIO, but for write(2), which raises SIGPIPE, and for the flag not to block.
int send_to_socket(BIO* bio, const char* bytes, int size) {
  const auto sent = ::send(static_cast<int>(BIO_get_fd(bio, nullptr)), bytes,
                           static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  BIO_clear_retry_flags(bio);
  if (sent < 0 && BIO_sock_should_retry(static_cast<int>(sent))) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int receive_from_socket(BIO* bio, char* bytes, int size) {
  const auto received = ::recv(static_cast<int>(BIO_get_fd(bio, nullptr)), bytes,
                               static_cast<std::size_t>(size), MSG_DONTWAIT);
  BIO_clear_retry_flags(bio);
  if (received < 0 && BIO_sock_should_retry(static_cast<int>(received))) BIO_set_retry_read(bio);
  return static_cast<int>(received);
}

struct FreeMethod {
  void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

const BIO_METHOD* socket_method() {
  static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
    const BIO_METHOD* original = BIO_s_socket();
    std::unique_ptr<BIO_METHOD, FreeMethod> method(BIO_meth_new(BIO_TYPE_SOCKET, "socket"));
    SLUICE_CHECK(method != nullptr);
    BIO_meth_set_write(method.get(), send_to_socket);
    BIO_meth_set_read(method.get(), receive_from_socket);
    BIO_meth_set_ctrl(method.get(), BIO_meth_get_ctrl(original));
    BIO_meth_set_create(method.get(), BIO_meth_get_create(original));
    BIO_meth_set_destroy(method.get(), BIO_meth_get_destroy(original));
    return method;
  }();
  return kMethod.get();
}

// Only HTTP/1.1 is spoken here; a client that offers more is told so.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, out_size, kHttp11, sizeof kHttp11 - 1, offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::make(const TlsIdentity& identity) {
  SLUICE_TRY(const ParsedIdentity parsed, parse_identity(identity));
  std::unique_ptr<TlsContext> context(
      std::make_unique<TlsContext>(TlsContext(SSL_CTX_new(TLS_server_method()))));
  SSL_CTX* const raw = context->get();
  SLUICE_CHECK(raw != nullptr);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(raw, select_protocol, nullptr);
  // Without a context of sessions a client that wants to resume one is refused.
  static constexpr unsigned char kSessions[] = "sluice";
  SSL_CTX_set_session_id_context(raw, kSessions, sizeof kSessions - 1);
  bool is_used = SSL_CTX_use_certificate(raw, parsed.chain.front().get()) == 1 &&
                 SSL_CTX_use_PrivateKey(raw, parsed.key.get()) == 1;
  for (std::size_t i = 1; i < parsed.chain.size(); ++i) {
    is_used = is_used && SSL_CTX_add1_chain_cert(raw, parsed.chain[i].get()) == 1;
  }
  if (!is_used) {
    ERR_clear_error();
    return invalid("certificate", "OpenSSL does not accept it: is its key too small or too old?");
  }
  return context;
}

TlsSession::TlsSession(const TlsContext& context, int descriptor)
    : session_(SSL_new(context.get())) {
  attach(descriptor);
  SSL_set_accept_state(session_.get());
}

void TlsSession::attach(int descriptor) {
  SLUICE_CHECK(session_ != nullptr);
  BIO* const bio = BIO_new(socket_method());
  SLUICE_CHECK(bio != nullptr);
  BIO_set_fd(bio, descriptor, BIO_NOCLOSE);
  SSL_set_bio(session_.get(), bio, bio);
}

IoStatus TlsSession::status_of(int result) const noexcept {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_NONE:
      return IoStatus::kDone;
    case SSL_ERROR_WANT_READ:
      return IoStatus::kWaitsToRead;
    case SSL_ERROR_WANT_WRITE:
      return IoStatus::kWaitsToWrite;
    default:
      return IoStatus::kOver;
  }
}

IoStatus TlsSession::handshake() {
  ERR_clear_error();
  return status_of(SSL_do_handshake(session_.get()));
}

IoResult TlsSession::read(std::span<char> room) {
  ERR_clear_error();
  std::size_t size = 0;
  const int result = SSL_read_ex(session_.get(), room.data(), room.size(), &size);
  return {.size = size, .status = status_of(result)};
}

IoResult TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  std::size_t size = 0;
  const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &size);
  return {.size = size, .status = status_of(result)};
}

void TlsSession::say_goodbye() noexcept {
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

}  // namespace sluice::net
