// A server's certificate and private key, as PEM: read from files, or made on the spot and signed
// by itself. The key stays in memory and is never printed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::net {

struct TlsIdentity {
  std::string certificate_pem;  // the whole chain
  std::string private_key_pem;
};

// Both files have to exist, parse, and belong together.
Result<TlsIdentity> read_tls_identity(const std::string& certificate_path,
                                      const std::string& key_path);
// For localhost, 127.0.0.1, ::1 and `host`; ECDSA P-256, a random key, valid from yesterday for 30
// days.
Result<TlsIdentity> make_self_signed(const std::string& host);
// Whether that is a certificate which make_self_signed() has made.
bool is_self_made(std::string_view certificate_pem);

}  // namespace sluice::net
