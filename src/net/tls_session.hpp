// TLS 1.2 and 1.3 over a socket that does not block, by OpenSSL: one session a connection. It reads
// and writes the descriptor itself, so that a write is tried at once as without TLS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <openssl/ssl.h>

#include "base/error.hpp"
#include "net/tls.hpp"

namespace sluice::net {

enum class IoStatus : std::uint8_t { kDone, kWaitsToRead, kWaitsToWrite, kOver };

struct IoResult {
  std::size_t size = 0;
  IoStatus status = IoStatus::kDone;
};

// What all connections share: the certificate and the versions.
class TlsContext {
 public:
  static Result<std::unique_ptr<TlsContext>> make(const TlsIdentity& identity);
  SSL_CTX* get() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  explicit TlsContext(SSL_CTX* context) noexcept : context_(context) {}
  std::unique_ptr<SSL_CTX, Free> context_;
};

class TlsSession {
 public:
  TlsSession(const TlsContext& context, int descriptor);

  IoStatus handshake();  // again until kDone or kOver
  IoResult read(std::span<char> room);
  // After kWaitsToWrite the same bytes must come again first, from any address.
  IoResult write(std::string_view bytes);
  void say_goodbye() noexcept;  // close_notify, if there is room for it
  bool has_more() const noexcept { return SSL_pending(session_.get()) > 0; }

 private:
  struct Free {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };
  IoStatus status_of(int result) const noexcept;

  std::unique_ptr<SSL, Free> session_;
};

}  // namespace sluice::net
