// Any bytes as a token and as a JWK Set: a token that parses keeps within its limits and is not
// signed by a key that nobody used, and a set that parses verifies nothing by accident. The first
// byte chooses which of the two the rest is.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "wire/base64url.hpp"
#include "wire/jwk.hpp"
#include "wire/jwt.hpp"

namespace {

using namespace sluice;
using namespace sluice::wire;

// The public key of RFC 7515, A.3; tests/unit/wire/jwk_test.cpp has it too.
constexpr std::string_view kKeys = R"({"keys":[{"kty":"EC","crv":"P-256","kid":"a",)"
                                   R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                                   R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";

void check_base64url(std::string_view text) {
  const auto bytes = decode_base64url(text);
  if (bytes) SLUICE_CHECK(encode_base64url(*bytes) == text);
}

void check_token(std::string_view text) {
  static const JwkSet keys = *JwkSet::parse(kKeys, "keys");
  static const std::vector<std::string> audiences{"a"};
  check_base64url(text);
  const auto token = Jwt::parse(text);
  if (!token) {
    SLUICE_CHECK(!name(token.error()).empty());
    return;
  }
  SLUICE_CHECK(text.size() <= kJwtBytesMax);
  const JwtClaims& claims = token->claims();
  SLUICE_CHECK(!claims.issuer.empty() && !claims.subject.empty());
  SLUICE_CHECK(claims.issued_at.nanoseconds >= 0 && claims.expires_at.nanoseconds >= 0);
  SLUICE_CHECK(token->check_signature(keys).has_value());
  const JwtExpectation expected{
      .issuer = claims.issuer, .audiences = audiences, .lifetime_max = hours(1)};
  if (token->check_claims(expected, claims.issued_at)) return;
  SLUICE_CHECK(claims.expires_at - claims.issued_at <= hours(1));
}

void check_set(std::string_view text) {
  const auto keys = JwkSet::parse(text, "fuzz");
  if (!keys) {
    SLUICE_CHECK(!keys.error().message.empty() && !keys.error().where.empty());
    return;
  }
  SLUICE_CHECK(keys->size() > 0);
  for (const auto algorithm : {JwsAlgorithm::kRs256, JwsAlgorithm::kPs512, JwsAlgorithm::kEs256}) {
    SLUICE_CHECK(!keys->verify("a", algorithm, "text", std::string(64, '\x01')));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    check_token(text);
  } else {
    check_set(text);
  }
  return 0;
}
