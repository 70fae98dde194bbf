// JSON Web Tokens as Workload Identity Federation takes them (docs: workload identity federation,
// 2026-08; RFC 7515, 7519): compact, signed with an asymmetric key, at most 16 KiB. The time is an
// argument; every check names what it refused, for the log and tests, never for the client.
//
//   auto token = Jwt::parse(assertion);
//   if (auto denial = token->check_signature(keys)) ...
//   if (auto denial = token->check_claims(expected, now)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/calendar.hpp"
#include "wire/jwk.hpp"

namespace sluice::wire {

enum class JwtDenial : std::uint8_t {
  kTooLong,
  kMalformed,     // no compact JWS, or claims of the wrong type
  kAlgorithm,     // none, HS256 and whatever else is not RS, PS or ES
  kCritical,      // "crit" asks for what is not understood
  kKeyId,         // no kid
  kMissingClaim,  // iss, sub, aud, iat or exp
  kUnknownKey,    // no such kid in the issuer's set
  kSignature,     // also: a key of another kind than the algorithm's
  kIssuer,
  kAudience,
  kExpired,
  kNotYet,        // nbf, or iat, lies ahead
  kTooLongLived,  // exp - iat
};
std::string_view name(JwtDenial denial) noexcept;  // "expired", ...

inline constexpr std::size_t kJwtBytesMax = 16 * 1024;
inline constexpr Duration kJwtSkew = seconds(30);

struct JwtClaims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;
  UnixTime issued_at;  // dates are whole seconds; fractions are cut off
  UnixTime expires_at;
  std::optional<UnixTime> not_before;
  std::string id;  // jti; empty: none
  // Every top-level claim that is a string, a whole number or a truth value, as text.
  std::vector<std::pair<std::string, std::string>> texts;
  const std::string* text(std::string_view claim) const noexcept;
};

struct JwtExpectation {
  std::string_view issuer;
  const std::vector<std::string>& audiences;  // one of them has to be among the token's
  Duration lifetime_max;
};

class Jwt {
 public:
  static tl::expected<Jwt, JwtDenial> parse(std::string_view compact);

  const JwtClaims& claims() const noexcept { return claims_; }
  std::optional<JwtDenial> check_signature(const JwkSet& keys) const;
  std::optional<JwtDenial> check_claims(const JwtExpectation& expected, UnixTime now) const;

 private:
  JwsAlgorithm algorithm_ = JwsAlgorithm::kRs256;
  std::string kid_;
  std::string signed_text_;
  std::string signature_;
  JwtClaims claims_;
};

}  // namespace sluice::wire
