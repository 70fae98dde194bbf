// Keys made with OpenSSL on the spot, their JWK, and tokens signed with them: the other side of
// wire/jwt.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "support/catch.hpp"
#include "wire/base64url.hpp"

namespace sluice::test {

class JwtSigner {
 public:
  // "RS256", "PS384", "ES512", ...; what the algorithm needs is made anew.
  JwtSigner(std::string algorithm, std::string kid)
      : algorithm_(std::move(algorithm)), kid_(std::move(kid)) {
    if (is_rsa()) {
      key_.reset(EVP_RSA_gen(2048));
    } else {
      key_.reset(EVP_EC_gen(group()));
    }
    REQUIRE(key_ != nullptr);
  }

  std::string jwk(const std::string& more = "") const {
    const std::string start = R"({"kid":")" + kid_ + R"(","use":"sig",)" + more;
    if (is_rsa()) {
      return start + R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
             number(OSSL_PKEY_PARAM_RSA_E, 0) + R"("})";
    }
    return start + R"("kty":"EC","crv":")" + curve() + R"(","x":")" +
           number(OSSL_PKEY_PARAM_EC_PUB_X, half()) + R"(","y":")" +
           number(OSSL_PKEY_PARAM_EC_PUB_Y, half()) + R"("})";
  }
  std::string jwks() const { return R"({"keys":[)" + jwk() + "]}"; }

  // A compact JWS over the claims; `header` replaces the right one.
  std::string token(std::string_view claims, std::string header = "") const {
    if (header.empty()) header = R"({"alg":")" + algorithm_ + R"(","kid":")" + kid_ + R"("})";
    const std::string text = wire::encode_base64url(header) + "." + wire::encode_base64url(claims);
    return text + "." + wire::encode_base64url(sign(text));
  }

  std::string sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_PKEY_CTX* settings = nullptr;
    REQUIRE(EVP_DigestSignInit(context.get(), &settings, digest(), nullptr, key_.get()) == 1);
    if (algorithm_[0] == 'P') {
      REQUIRE(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1);
      REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    REQUIRE(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
    std::string signature(size, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    REQUIRE(EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1);
    signature.resize(size);
    return is_rsa() ? signature : both_numbers(signature);
  }

 private:
  bool is_rsa() const { return algorithm_[0] != 'E'; }
  const char* group() const {
    return half() == 32 ? "prime256v1" : half() == 48 ? "secp384r1" : "secp521r1";
  }
  std::string curve() const { return half() == 32 ? "P-256" : half() == 48 ? "P-384" : "P-521"; }
  int half() const {
    return algorithm_.ends_with("256") ? 32 : algorithm_.ends_with("384") ? 48 : 66;
  }
  const EVP_MD* digest() const {
    return half() == 32 ? EVP_sha256() : half() == 48 ? EVP_sha384() : EVP_sha512();
  }
  // Big-endian, padded to `size` bytes (0: as short as can be), in base64url.
  std::string number(const char* parameter, int size) const {
    BIGNUM* value = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key_.get(), parameter, &value) == 1);
    std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    BN_free(value);
    return wire::encode_base64url(bytes);
  }
  std::string both_numbers(const std::string& der) const {
    const auto* in = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* const parsed = d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()));
    REQUIRE(parsed != nullptr);
    std::string both(static_cast<std::size_t>(2 * half()), '\0');
    auto* const out = reinterpret_cast<unsigned char*>(both.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, half());
    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + half(), half());
    ECDSA_SIG_free(parsed);
    return both;
  }

  std::string algorithm_;
  std::string kid_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, EVP_PKEY_free};
};

}  // namespace sluice::test
