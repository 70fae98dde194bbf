#include "wire/jwt.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "wire/base64url.hpp"

namespace sluice::wire {
namespace {

using Json = nlohmann::json;
using Denied = tl::unexpected<JwtDenial>;

// Dates beyond are no dates: 2255-03-14, in seconds.
constexpr std::int64_t kLastSecond = 9'000'000'000;

Json parse_object(std::string_view encoded) {
  const auto text = decode_base64url(encoded);
  if (!text) return Json();
  Json object = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  return object.is_object() ? object : Json();
}

std::optional<std::string> string_claim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// NumericDate may have a fraction (RFC 7519, section 2); seconds are enough here.
std::optional<UnixTime> date_claim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > kLastSecond) return std::nullopt;
  if (found->is_number_float() && !(*found >= 0 && *found <= kLastSecond)) return std::nullopt;
  const auto second = found->get<std::int64_t>();
  if (second < 0 || second > kLastSecond) return std::nullopt;
  return UnixTime{second * ns(seconds(1))};
}

bool read_audiences(const Json& claims, std::vector<std::string>& audiences) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return true;  // missing, which is said elsewhere
  if (found->is_string()) {
    audiences.push_back(found->get<std::string>());
    return true;
  }
  if (!found->is_array()) return false;
  for (const Json& one : *found) {
    if (!one.is_string()) return false;
    audiences.push_back(one.get<std::string>());
  }
  return true;
}

void read_texts(const Json& claims, JwtClaims& read) {
  for (const auto& [name, value] : claims.items()) {
    if (value.is_string()) {
      read.texts.emplace_back(name, value.get<std::string>());
    } else if (value.is_number_integer() || value.is_boolean()) {
      read.texts.emplace_back(name, value.dump());
    }
  }
}

std::optional<JwtDenial> read_claims(const Json& claims, JwtClaims& read) {
  for (const char* name : {"iss", "sub", "aud", "iat", "exp"}) {
    if (!claims.contains(name)) return JwtDenial::kMissingClaim;
  }
  auto issuer = string_claim(claims, "iss");
  auto subject = string_claim(claims, "sub");
  const auto issued_at = date_claim(claims, "iat");
  const auto expires_at = date_claim(claims, "exp");
  const bool is_read = issuer && subject && issued_at && expires_at;
  if (!is_read || !read_audiences(claims, read.audiences)) return JwtDenial::kMalformed;
  if (issuer->empty() || subject->empty()) return JwtDenial::kMissingClaim;
  read.issuer = std::move(*issuer);
  read.subject = std::move(*subject);
  read.issued_at = *issued_at;
  read.expires_at = *expires_at;
  read.not_before = date_claim(claims, "nbf");
  if (claims.contains("nbf") && !read.not_before) return JwtDenial::kMalformed;
  if (claims.contains("jti")) {
    const auto id = string_claim(claims, "jti");
    if (!id) return JwtDenial::kMalformed;
    read.id = *id;
  }
  read_texts(claims, read);
  return std::nullopt;
}

constexpr std::array<std::string_view, 13> kNames{
    "too long",      "malformed",     "algorithm",     "critical header", "no key id",
    "missing claim", "unknown key",   "signature",     "issuer",          "audience",
    "expired",       "not yet valid", "lives too long"};

}  // namespace

std::string_view name(JwtDenial denial) noexcept {
  return kNames[static_cast<std::size_t>(denial)];
}

const std::string* JwtClaims::text(std::string_view claim) const noexcept {
  const auto found = std::find_if(texts.begin(), texts.end(),
                                  [claim](const auto& one) { return one.first == claim; });
  return found == texts.end() ? nullptr : &found->second;
}

tl::expected<Jwt, JwtDenial> Jwt::parse(std::string_view compact) {
  if (compact.size() > kJwtBytesMax) return Denied(JwtDenial::kTooLong);
  const std::size_t first = compact.find('.');
  const std::size_t second = first == compact.npos ? first : compact.find('.', first + 1);
  if (second == compact.npos || compact.find('.', second + 1) != compact.npos) {
    return Denied(JwtDenial::kMalformed);
  }
  const Json header = parse_object(compact.substr(0, first));
  const Json claims = parse_object(compact.substr(first + 1, second - first - 1));
  auto signature = decode_base64url(compact.substr(second + 1));
  if (header.is_null() || claims.is_null() || !signature) return Denied(JwtDenial::kMalformed);
  const auto algorithm = jws_algorithm_named(string_claim(header, "alg").value_or(""));
  if (!algorithm) return Denied(JwtDenial::kAlgorithm);
  if (header.contains("crit")) return Denied(JwtDenial::kCritical);
  Jwt token;
  token.algorithm_ = *algorithm;
  token.kid_ = string_claim(header, "kid").value_or("");
  if (token.kid_.empty()) return Denied(JwtDenial::kKeyId);
  token.signed_text_ = std::string(compact.substr(0, second));
  token.signature_ = std::move(*signature);
  if (const auto denial = read_claims(claims, token.claims_)) return Denied(*denial);
  return token;
}

std::optional<JwtDenial> Jwt::check_signature(const JwkSet& keys) const {
  if (!keys.has(kid_)) return JwtDenial::kUnknownKey;
  if (!keys.verify(kid_, algorithm_, signed_text_, signature_)) return JwtDenial::kSignature;
  return std::nullopt;
}

std::optional<JwtDenial> Jwt::check_claims(const JwtExpectation& expected, UnixTime now) const {
  if (claims_.issuer != expected.issuer) return JwtDenial::kIssuer;
  const auto is_expected = [&](const std::string& audience) {
    const auto& wanted = expected.audiences;
    return std::find(wanted.begin(), wanted.end(), audience) != wanted.end();
  };
  if (std::none_of(claims_.audiences.begin(), claims_.audiences.end(), is_expected)) {
    return JwtDenial::kAudience;
  }
  if (now - claims_.expires_at >= kJwtSkew) return JwtDenial::kExpired;
  if (claims_.issued_at - now > kJwtSkew) return JwtDenial::kNotYet;
  if (claims_.not_before && *claims_.not_before - now > kJwtSkew) return JwtDenial::kNotYet;
  if (claims_.expires_at - claims_.issued_at > expected.lifetime_max) {
    return JwtDenial::kTooLongLived;
  }
  return std::nullopt;
}

}  // namespace sluice::wire
