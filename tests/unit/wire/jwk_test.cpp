#include "wire/jwk.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/jwt_signer.hpp"
#include "wire/base64url.hpp"

namespace sluice::wire {
namespace {

using test::JwtSigner;

const std::vector<std::string> kAllAlgorithms{"RS256", "RS384", "RS512", "PS256", "PS384",
                                              "PS512", "ES256", "ES384", "ES512"};

JwkSet parsed(const std::string& json) {
  auto set = JwkSet::parse(json, "keys");
  INFO((set ? "" : set.error().text()));
  REQUIRE(set);
  return std::move(*set);
}

std::string problem(const std::string& json) {
  const auto set = JwkSet::parse(json, "keys");
  REQUIRE_FALSE(set);
  return set.error().text();
}

TEST_CASE("base64url goes there and back for every length") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(decode_base64url(encode_base64url(bytes)) == bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST_CASE("base64url takes nothing but its alphabet, no padding and no loose bits") {
  CHECK(decode_base64url("_-8") == "\xff\xef");
  for (const char* const wrong : {"a", "ab==", "a b", "a+b/", "ab\n", "_-9", "\xc3\xa4"}) {
    INFO(wrong);
    CHECK_FALSE(decode_base64url(wrong));
  }
}

TEST_CASE("a signature of every algorithm verifies with its key, and with no bit changed") {
  for (const std::string& name : kAllAlgorithms) {
    INFO(name);
    const JwtSigner signer(name, "one");
    const JwkSet keys = parsed(signer.jwks());
    const auto algorithm = jws_algorithm_named(name);
    REQUIRE(algorithm);
    std::string signature = signer.sign("what is said");
    CHECK(keys.verify("one", *algorithm, "what is said", signature));
    CHECK_FALSE(keys.verify("two", *algorithm, "what is said", signature));
    CHECK_FALSE(keys.verify("one", *algorithm, "what is saib", signature));
    CHECK_FALSE(keys.verify("one", *algorithm, "what is said", signature.substr(1)));
    CHECK_FALSE(keys.verify("one", *algorithm, "what is said", ""));
    signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    CHECK_FALSE(keys.verify("one", *algorithm, "what is said", signature));
  }
}

TEST_CASE("a signature that begins with a zero does not verify without it") {
  const JwtSigner signer("PS256", "one");
  const JwkSet keys = parsed(signer.jwks());
  std::string signature = signer.sign("text");
  // One in 256 does, as the salt is random: none in 5,000 would be a wonder of 1 in 300 million.
  for (int i = 0; i < 5'000 && signature.front() != '\0'; ++i) signature = signer.sign("text");
  REQUIRE(signature.front() == '\0');
  CHECK(keys.verify("one", *jws_algorithm_named("PS256"), "text", signature));
  CHECK_FALSE(keys.verify("one", *jws_algorithm_named("PS256"), "text", signature.substr(1)));
}

TEST_CASE("a signature counts for the algorithm that made it and for no other") {
  for (const std::string& name : kAllAlgorithms) {
    const JwtSigner signer(name, "one");
    const JwkSet keys = parsed(signer.jwks());
    const std::string signature = signer.sign("text");
    for (const std::string& other : kAllAlgorithms) {
      INFO(name << " as " << other);
      CHECK(keys.verify("one", *jws_algorithm_named(other), "text", signature) == (name == other));
    }
  }
}

TEST_CASE("the example of RFC 7515, A.2, verifies: RS256") {
  const std::string modulus =
      "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1"
      "Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa"
      "SHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4"
      "LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
  const JwkSet keys =
      parsed(R"({"keys":[{"kty":"RSA","kid":"a2","n":")" + modulus + R"(","e":"AQAB"}]})");
  const std::string text =
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
      "NvbS9pc19yb290Ijp0cnVlfQ";
  const auto signature = decode_base64url(
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
      "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
      "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
      "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
  REQUIRE(signature);
  CHECK(keys.verify("a2", JwsAlgorithm::kRs256, text, *signature));
}

TEST_CASE("the example of RFC 7515, A.3, verifies: ES256") {
  const JwkSet keys = parsed(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"a3",)"
                             R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                             R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  const std::string text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
      "NvbS9pc19yb290Ijp0cnVlfQ";
  const auto signature = decode_base64url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  REQUIRE(signature);
  CHECK(keys.verify("a3", JwsAlgorithm::kEs256, text, *signature));
}

TEST_CASE("keys of other kinds, for encryption or without a name are passed over") {
  const JwtSigner signer("ES256", "mine");
  const std::string others = R"({"kty":"oct","kid":"a","k":"AAAA"},{"kty":"OKP","kid":"b"},)"
                             R"({"kty":"RSA","kid":"c","use":"enc","n":"","e":""},)"
                             R"({"kty":"RSA","n":"AQAB","e":"AQAB"},17,)";
  const JwkSet keys = parsed(R"({"keys":[)" + others + signer.jwk() + "]}");
  CHECK(keys.size() == 1);
  CHECK(keys.has("mine"));
}

TEST_CASE("a key that says its algorithm verifies no other") {
  const JwtSigner signer("RS256", "one");
  const JwkSet keys = parsed(R"({"keys":[)" + signer.jwk(R"("alg":"RS512",)") + "]}");
  CHECK_FALSE(keys.verify("one", JwsAlgorithm::kRs256, "text", signer.sign("text")));
}

TEST_CASE("a key that cannot be used is an error that says which") {
  CHECK(problem("{}") == "keys: is not a JWK Set: {\"keys\": [...]} is expected");
  CHECK(problem("{\"keys\":") == "keys: is not a JWK Set: {\"keys\": [...]} is expected");
  CHECK(problem(R"({"keys":[]})") ==
        "keys: has no RSA or EC key with a \"kid\" that verifies signatures");
  CHECK(problem(R"({"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]})") ==
        "keys: /keys/0: is not an RSA key of 2048 to 8192 bits");
  CHECK(problem(R"({"keys":[{"kty":"RSA","kid":"a","n":"=","e":"AQAB"}]})") ==
        "keys: /keys/0: \"n\" has to be base64url without padding");
  CHECK(problem(R"({"keys":[{"kty":"EC","kid":"a","crv":"P-257","x":"AA","y":"AA"}]})") ==
        "keys: /keys/0: \"P-257\" is not one of P-256, P-384, P-521");
  const std::string zeros(43, 'A');
  CHECK(problem(R"({"keys":[{"kty":"EC","kid":"a","crv":"P-256","x":")" + zeros + R"(","y":")" +
                zeros + R"("}]})") == "keys: /keys/0: (x, y) is not a point of P-256");
  CHECK(problem(R"({"keys":[)" + JwtSigner("ES256", "a").jwk(R"("alg":"ES384",)") + "]}") ==
        "keys: /keys/0: its \"alg\" \"ES384\" does not go with its \"kty\" and \"crv\"");
}

}  // namespace
}  // namespace sluice::wire
