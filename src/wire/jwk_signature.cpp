#include "wire/jwk_signature.hpp"

#include <array>
#include <climits>
#include <string>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/check.hpp"

namespace sluice::wire {
namespace {

// RFC 7518 asks for 2,048 bits; what is far above what anyone uses only costs time.
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* thing) const noexcept {
    Free(thing);
  }
};
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

struct CurveRow {
  std::string_view name;
  const char* group;
  std::size_t bytes;  // of a coordinate, and of each half of a signature
};
constexpr std::array<CurveRow, 3> kCurves{CurveRow{"P-256", "prime256v1", 32},
                                          CurveRow{"P-384", "secp384r1", 48},
                                          CurveRow{"P-521", "secp521r1", 66}};

struct AlgorithmRow {
  const EVP_MD* (*digest)();
  bool is_pss;
  std::optional<Curve> curve;
};
const AlgorithmRow& row_of(JwsAlgorithm algorithm) {
  static const std::array<AlgorithmRow, 9> kRows{
      AlgorithmRow{EVP_sha256, false, {}},
      AlgorithmRow{EVP_sha384, false, {}},
      AlgorithmRow{EVP_sha512, false, {}},
      AlgorithmRow{EVP_sha256, true, {}},
      AlgorithmRow{EVP_sha384, true, {}},
      AlgorithmRow{EVP_sha512, true, {}},
      AlgorithmRow{EVP_sha256, false, Curve::kP256},
      AlgorithmRow{EVP_sha384, false, Curve::kP384},
      AlgorithmRow{EVP_sha512, false, Curve::kP521},
  };
  return kRows[static_cast<std::size_t>(algorithm)];
}

const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

// What OpenSSL says about a key that is none stays out of its queue: nobody asks for it.
std::optional<PublicKey> make_key(const char* kind, const Builder& builder,
                                  std::optional<Curve> curve) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  SLUICE_CHECK(parameters != nullptr && context != nullptr);
  EVP_PKEY* key = nullptr;
  const bool is_made =
      EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  if (!is_made) return std::nullopt;
  return PublicKey{curve, std::unique_ptr<void, NativeKeyDeleter>(key)};
}

// OpenSSL wants DER where a JWS has the two numbers, each as long as the curve's order.
std::string der_of(std::string_view signature) {
  const std::size_t half = signature.size() / 2;
  Number r = number(signature.substr(0, half));
  Number s = number(signature.substr(half));
  const Signature both(ECDSA_SIG_new());
  SLUICE_CHECK(r != nullptr && s != nullptr && both != nullptr);
  SLUICE_CHECK(ECDSA_SIG_set0(both.get(), r.release(), s.release()) == 1);
  unsigned char* buffer = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &buffer);
  SLUICE_CHECK(size > 0);
  std::string der(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
  OPENSSL_free(buffer);
  return der;
}

bool set_padding(EVP_PKEY_CTX* context, const AlgorithmRow& row) {
  if (!row.is_pss) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, row.digest()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

void NativeKeyDeleter::operator()(void* key) const noexcept {
  EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

std::optional<Curve> curve_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kCurves.size(); ++i) {
    if (kCurves[i].name == name) return static_cast<Curve>(i);
  }
  return std::nullopt;
}

std::optional<PublicKey> make_rsa_key(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kRsaBitsMax / CHAR_BIT + 1 || exponent.size() > 8) return std::nullopt;
  const Number n = number(modulus);
  const Number e = number(exponent);
  const Builder builder(OSSL_PARAM_BLD_new());
  SLUICE_CHECK(n != nullptr && e != nullptr && builder != nullptr);
  const int bits = BN_num_bits(n.get());
  const bool is_usable = bits >= kRsaBitsMin && bits <= kRsaBitsMax && BN_is_odd(n.get()) == 1 &&
                         BN_is_odd(e.get()) == 1 && BN_is_one(e.get()) == 0;
  if (!is_usable) return std::nullopt;
  SLUICE_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1);
  SLUICE_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
  return make_key("RSA", builder, std::nullopt);
}

std::optional<PublicKey> make_curve_key(Curve curve, const CurvePoint& point) {
  const CurveRow& row = kCurves[static_cast<std::size_t>(curve)];
  if (point.x.size() != row.bytes || point.y.size() != row.bytes) return std::nullopt;
  std::string encoded("\x04");  // both coordinates follow
  encoded.append(point.x).append(point.y);
  const Builder builder(OSSL_PARAM_BLD_new());
  SLUICE_CHECK(builder != nullptr);
  SLUICE_CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, row.group,
                                               0) == 1);
  SLUICE_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                encoded.data(), encoded.size()) == 1);
  return make_key("EC", builder, curve);
}

bool is_made_for(const PublicKey& key, JwsAlgorithm algorithm) noexcept {
  return key.curve == row_of(algorithm).curve;
}

bool verifies(const PublicKey& key, JwsAlgorithm algorithm, std::string_view text,
              std::string_view signature) {
  const AlgorithmRow& row = row_of(algorithm);
  auto* const native = static_cast<EVP_PKEY*>(key.native.get());
  std::string der;
  // RFC 8017, 8.1.2: as long as the modulus. OpenSSL takes one whose leading zero is missing too.
  if (!key.curve && signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(native))) {
    return false;
  }
  if (key.curve) {
    const std::size_t half = kCurves[static_cast<std::size_t>(*key.curve)].bytes;
    if (signature.size() != 2 * half) return false;
    der = der_of(signature);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  SLUICE_CHECK(context != nullptr);
  EVP_PKEY_CTX* settings = nullptr;  // belongs to `context`
  bool is_right =
      EVP_DigestVerifyInit(context.get(), &settings, row.digest(), nullptr, native) == 1;
  is_right = is_right && (key.curve || set_padding(settings, row)) &&
             EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                              text.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace sluice::wire
