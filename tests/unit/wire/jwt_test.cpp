#include "wire/jwt.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/jwt_signer.hpp"
#include "support/unix_times.hpp"

namespace sluice::wire {
namespace {

using test::JwtSigner;
using testing::unix_second;

constexpr std::int64_t kNow = 1'780'000'000;

struct Claims {
  std::string issuer = R"("https://issuer.test")";
  std::string audience = R"("https://api.anthropic.com")";
  std::int64_t issued = kNow - 10;
  std::int64_t expires = kNow + 600;
  std::string more{};

  std::string json() const {
    return R"({"iss":)" + issuer + R"(,"sub":"repo:acme/app","aud":)" + audience + R"(,"iat":)" +
           std::to_string(issued) + R"(,"exp":)" + std::to_string(expires) + more + "}";
  }
};

const JwtSigner& signer() {
  static const JwtSigner one("ES256", "key-1");
  return one;
}

// What is wrong with a token at `now`; none: it is good.
std::optional<JwtDenial> judged(const std::string& token, std::int64_t now = kNow) {
  const auto keys = JwkSet::parse(signer().jwks(), "keys");
  REQUIRE(keys);
  const auto parsed = Jwt::parse(token);
  if (!parsed) return parsed.error();
  if (const auto denial = parsed->check_signature(*keys)) return denial;
  const std::vector<std::string> audiences{"https://other.test", "https://api.anthropic.com"};
  return parsed->check_claims(
      {.issuer = "https://issuer.test", .audiences = audiences, .lifetime_max = hours(1)},
      unix_second(now));
}

std::optional<JwtDenial> judged(const Claims& claims, std::int64_t now = kNow) {
  return judged(signer().token(claims.json()), now);
}

TEST_CASE("a token of every algorithm is good") {
  for (const char* const algorithm :
       {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}) {
    INFO(algorithm);
    const JwtSigner own(algorithm, "k");
    const auto keys = JwkSet::parse(own.jwks(), "keys");
    REQUIRE(keys);
    const auto token = Jwt::parse(own.token(Claims{}.json()));
    REQUIRE(token);
    CHECK(token->check_signature(*keys) == std::nullopt);
  }
}

TEST_CASE("claims are read: one audience or several, dates with a fraction, others as text") {
  const Claims claims{.audience = R"(["a","b"])",
                      .more = R"(,"jti":"7","run":12,"pr":true,"o":{})"};
  const auto token = Jwt::parse(signer().token(claims.json()));
  REQUIRE(token);
  CHECK(token->claims().subject == "repo:acme/app");
  CHECK(token->claims().audiences == std::vector<std::string>{"a", "b"});
  CHECK(token->claims().issued_at == unix_second(kNow - 10));
  CHECK(token->claims().id == "7");
  CHECK(*token->claims().text("run") == "12");
  CHECK(*token->claims().text("pr") == "true");
  CHECK(token->claims().text("o") == nullptr);
  const auto fraction = Jwt::parse(
      signer().token(R"({"iss":"i","sub":"s","aud":"a","iat":1780000000.75,"exp":1780000600})"));
  REQUIRE(fraction);
  CHECK(fraction->claims().issued_at == unix_second(1'780'000'000));
}

TEST_CASE("a token that is good passes, with one audience and among several") {
  CHECK(judged(Claims{}) == std::nullopt);
  CHECK(judged(Claims{.audience = R"(["x","https://api.anthropic.com"])"}) == std::nullopt);
}

TEST_CASE("times have a skew of 30 s") {
  CHECK(judged(Claims{}, kNow + 600 + 29) == std::nullopt);
  CHECK(judged(Claims{}, kNow + 600 + 30) == JwtDenial::kExpired);
  CHECK(judged(Claims{}, kNow - 10 - 30) == std::nullopt);
  CHECK(judged(Claims{}, kNow - 10 - 31) == JwtDenial::kNotYet);
  const Claims later{.more = R"(,"nbf":)" + std::to_string(kNow + 60)};
  CHECK(judged(later, kNow + 30) == std::nullopt);
  CHECK(judged(later, kNow + 29) == JwtDenial::kNotYet);
}

TEST_CASE("a token may live as long as its issuer's limit and no longer") {
  CHECK(judged(Claims{.issued = kNow, .expires = kNow + 3600}) == std::nullopt);
  CHECK(judged(Claims{.issued = kNow, .expires = kNow + 3601}) == JwtDenial::kTooLongLived);
}

TEST_CASE("another issuer or audience is refused") {
  CHECK(judged(Claims{.issuer = R"("https://issuer.test/")"}) == JwtDenial::kIssuer);
  CHECK(judged(Claims{.audience = R"("https://api.anthropic.com/")"}) == JwtDenial::kAudience);
  CHECK(judged(Claims{.audience = "[]"}) == JwtDenial::kAudience);
}

TEST_CASE("every claim that has to be there has to be there, and to be of its type") {
  for (const char* const claim : {"iss", "sub", "aud", "iat", "exp"}) {
    INFO(claim);
    std::string json = Claims{}.json();
    json.replace(json.find(claim), 3, "xxx");
    CHECK(judged(signer().token(json)) == JwtDenial::kMissingClaim);
  }
  for (const char* const wrong :
       {R"("iss":7)", R"("sub":[])", R"("aud":{})", R"("aud":[1])", R"("iat":"1")", R"("exp":-1)",
        R"("exp":1e300)", R"("exp":18446744073709551615)", R"("nbf":"x")", R"("jti":1)"}) {
    INFO(wrong);  // of two members of one name the last one counts
    CHECK(judged(Claims{.more = std::string(",") + wrong}) == JwtDenial::kMalformed);
  }
}

TEST_CASE("only asymmetric algorithms count, and the header has to name a key") {
  const std::string claims = Claims{}.json();
  const auto with = [&](const std::string& header) {
    return judged(signer().token(claims, header));
  };
  CHECK(with(R"({"alg":"none","kid":"key-1"})") == JwtDenial::kAlgorithm);
  CHECK(with(R"({"alg":"HS256","kid":"key-1"})") == JwtDenial::kAlgorithm);
  CHECK(with(R"({"alg":"es256","kid":"key-1"})") == JwtDenial::kAlgorithm);
  CHECK(with(R"({"kid":"key-1"})") == JwtDenial::kAlgorithm);
  CHECK(with(R"({"alg":"ES256"})") == JwtDenial::kKeyId);
  CHECK(with(R"({"alg":"ES256","kid":7})") == JwtDenial::kKeyId);
  CHECK(with(R"({"alg":"ES256","kid":"key-2"})") == JwtDenial::kUnknownKey);
  CHECK(with(R"({"alg":"ES384","kid":"key-1"})") == JwtDenial::kSignature);
  CHECK(with(R"({"alg":"RS256","kid":"key-1"})") == JwtDenial::kSignature);
  CHECK(with(R"({"alg":"ES256","kid":"key-1","crit":["b64"],"b64":false})") ==
        JwtDenial::kCritical);
}

TEST_CASE("claims that were changed after signing are refused") {
  const std::string token = signer().token(Claims{}.json());
  const std::string other = signer().token(Claims{.expires = kNow + 601}.json());
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  const auto other_second = other.rfind('.');
  CHECK(judged(token.substr(0, first) + other.substr(first, other_second - first) +
               token.substr(second)) == JwtDenial::kSignature);
}

TEST_CASE("what is no compact JWS is malformed, and more than 16 KiB is too long") {
  for (const char* const wrong :
       {"", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "bnVsbA.bnVsbA.AA", "e30.e30.a=="}) {
    INFO(wrong);
    const auto parsed = Jwt::parse(wrong);
    REQUIRE_FALSE(parsed);
    CHECK((parsed.error() == JwtDenial::kMalformed || parsed.error() == JwtDenial::kAlgorithm));
  }
  CHECK(judged(std::string(kJwtBytesMax + 1, 'a')) == JwtDenial::kTooLong);
}

TEST_CASE("every denial has a name of its own") {
  CHECK(name(JwtDenial::kTooLong) == "too long");
  CHECK(name(JwtDenial::kTooLongLived) == "lives too long");
}

}  // namespace
}  // namespace sluice::wire
