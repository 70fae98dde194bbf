// Public keys and signatures of JSON Web Signatures over OpenSSL (RFC 7518, section 3): RSA with
// PKCS #1 v1.5 and PSS padding, ECDSA with its signatures as two numbers of fixed length.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "wire/jwk.hpp"

namespace sluice::wire {

enum class Curve : std::uint8_t { kP256, kP384, kP521 };
std::optional<Curve> curve_named(std::string_view name) noexcept;  // "P-256", ...

struct NativeKeyDeleter {
  void operator()(void* key) const noexcept;
};

struct PublicKey {
  std::optional<Curve> curve;                      // empty: RSA
  std::unique_ptr<void, NativeKeyDeleter> native;  // an EVP_PKEY
};

// Numbers are big-endian bytes. None: no such key, or one too weak or too large to be used.
std::optional<PublicKey> make_rsa_key(std::string_view modulus, std::string_view exponent);
struct CurvePoint {
  std::string_view x;
  std::string_view y;
};
std::optional<PublicKey> make_curve_key(Curve curve, const CurvePoint& point);

// ES256 goes with P-256 alone, and so on; the RSA algorithms with every RSA key.
bool is_made_for(const PublicKey& key, JwsAlgorithm algorithm) noexcept;
bool verifies(const PublicKey& key, JwsAlgorithm algorithm, std::string_view text,
              std::string_view signature);

}  // namespace sluice::wire
