// TLS 1.2 and 1.3 over a socket that does not block, by OpenSSL: one session a connection. It reads
// and writes the descriptor itself, so that a write is tried at once as without TLS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
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

// What all connections share: the certificate and the versions; of a client whom it trusts, and the
// newest session, by which the next handshake is shorter.
class TlsContext {
 public:
  static Result<std::unique_ptr<TlsContext>> make(const TlsIdentity& identity);
  // Trusts who is in the PEM file, or, if there is none, in the system's store.
  static Result<std::unique_ptr<TlsContext>> for_client(const std::string& ca_file);
  SSL_CTX* get() const noexcept { return context_.get(); }
  SSL_SESSION* newest() const noexcept { return newest_.get(); }

 private:
  static int keep_session(SSL* session, SSL_SESSION* state);
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  explicit TlsContext(SSL_CTX* context) noexcept : context_(context) {}
  struct FreeState {
    void operator()(SSL_SESSION* state) const noexcept { SSL_SESSION_free(state); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL_SESSION, FreeState> newest_;
};

class TlsSession {
 public:
  TlsSession(const TlsContext& context, int descriptor);
  // The client's side. The server has to prove that it is `host`, a name or an address.
  TlsSession(const TlsContext& context, int descriptor, const std::string& host);

  IoStatus handshake();  // again until kDone or kOver
  IoResult read(std::span<char> room);
  // After kWaitsToWrite the same bytes must come again first, from any address.
  IoResult write(std::string_view bytes);
  void say_goodbye() noexcept;  // close_notify, if there is room for it
  // The other side has said that nothing more comes.
  bool has_heard_goodbye() const noexcept;
  // Of a client, right after handshake() was kOver: why, in words.
  std::string problem() const;
  bool has_more() const noexcept { return SSL_pending(session_.get()) > 0; }

 private:
  struct Free {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };
  IoStatus status_of(int result) const noexcept;
  void attach(int descriptor);
  static int check_certificate(int is_fine, X509_STORE_CTX* chain);

  std::unique_ptr<SSL, Free> session_;
  std::string host_;
  std::string distrust_;  // what is wrong with the server's certificate
};

}  // namespace sluice::net
