#include "wire/jwk.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "wire/base64url.hpp"
#include "wire/jwk_signature.hpp"

namespace sluice::wire {
namespace {

using Json = nlohmann::json;

struct AlgorithmName {
  std::string_view name;
  JwsAlgorithm algorithm;
};
constexpr std::array kAlgorithms{
    AlgorithmName{"RS256", JwsAlgorithm::kRs256}, AlgorithmName{"RS384", JwsAlgorithm::kRs384},
    AlgorithmName{"RS512", JwsAlgorithm::kRs512}, AlgorithmName{"PS256", JwsAlgorithm::kPs256},
    AlgorithmName{"PS384", JwsAlgorithm::kPs384}, AlgorithmName{"PS512", JwsAlgorithm::kPs512},
    AlgorithmName{"ES256", JwsAlgorithm::kEs256}, AlgorithmName{"ES384", JwsAlgorithm::kEs384},
    AlgorithmName{"ES512", JwsAlgorithm::kEs512},
};

// A member that is a string; empty if it is absent or something else.
std::string_view text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

Result<std::string> bytes_of(const Json& key, const char* name, const std::string& where) {
  auto bytes = decode_base64url(text_of(key, name));
  if (!bytes || bytes->empty()) {
    return invalid(where, in_quotes(name) + " has to be base64url without padding");
  }
  return std::move(*bytes);
}

Result<PublicKey> rsa_key(const Json& key, const std::string& where) {
  SLUICE_TRY(const std::string modulus, bytes_of(key, "n", where));
  SLUICE_TRY(const std::string exponent, bytes_of(key, "e", where));
  auto made = make_rsa_key(modulus, exponent);
  if (!made) return invalid(where, "is not an RSA key of 2048 to 8192 bits");
  return std::move(*made);
}

Result<PublicKey> curve_key(const Json& key, const std::string& where) {
  const auto curve = curve_named(text_of(key, "crv"));
  if (!curve) {
    return invalid(where, in_quotes(text_of(key, "crv")) + " is not one of P-256, P-384, P-521");
  }
  SLUICE_TRY(const std::string x, bytes_of(key, "x", where));
  SLUICE_TRY(const std::string y, bytes_of(key, "y", where));
  auto made = make_curve_key(*curve, {.x = x, .y = y});
  if (!made) return invalid(where, "(x, y) is not a point of " + std::string(text_of(key, "crv")));
  return std::move(*made);
}

// Keys that are none of ours: for encryption, of another kind, or with no name to ask for.
bool is_passed_over(const Json& key) {
  const std::string_view kind = text_of(key, "kty");
  const std::string_view use = text_of(key, "use");
  const std::string_view algorithm = text_of(key, "alg");
  if (kind != "RSA" && kind != "EC") return true;
  if (kind == "EC" && text_of(key, "crv") == "secp256k1") return true;
  return text_of(key, "kid").empty() || (!use.empty() && use != "sig") ||
         (!algorithm.empty() && !jws_algorithm_named(algorithm));
}

}  // namespace

std::optional<JwsAlgorithm> jws_algorithm_named(std::string_view name) noexcept {
  const auto* const found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                         [name](const auto& one) { return one.name == name; });
  if (found == kAlgorithms.end()) return std::nullopt;
  return found->algorithm;
}

struct JwkSet::Key {
  std::string kid;
  std::optional<JwsAlgorithm> only;  // "alg", where the key says it
  PublicKey key;
};

JwkSet::JwkSet() = default;
JwkSet::~JwkSet() = default;
JwkSet::JwkSet(JwkSet&&) noexcept = default;
JwkSet& JwkSet::operator=(JwkSet&&) noexcept = default;

Result<JwkSet> JwkSet::parse(std::string_view text, const std::string& where) {
  const Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto list = document.is_object() ? document.find("keys") : document.end();
  if (!document.is_object() || list == document.end() || !list->is_array()) {
    return invalid(where, "is not a JWK Set: {\"keys\": [...]} is expected");
  }
  JwkSet set;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& one = (*list)[i];
    if (!one.is_object() || is_passed_over(one)) continue;
    const std::string place = where + ": /keys/" + std::to_string(i);
    const bool is_rsa = text_of(one, "kty") == "RSA";
    SLUICE_TRY(PublicKey key, is_rsa ? rsa_key(one, place) : curve_key(one, place));
    const auto only = jws_algorithm_named(text_of(one, "alg"));
    if (only && !is_made_for(key, *only)) {
      return invalid(place, "its \"alg\" " + in_quotes(text_of(one, "alg")) +
                                " does not go with its \"kty\" and \"crv\"");
    }
    set.keys_.push_back({std::string(text_of(one, "kid")), only, std::move(key)});
  }
  if (set.keys_.empty()) {
    return invalid(where, "has no RSA or EC key with a \"kid\" that verifies signatures");
  }
  return set;
}

std::size_t JwkSet::size() const noexcept { return keys_.size(); }

bool JwkSet::has(std::string_view kid) const noexcept {
  return std::any_of(keys_.begin(), keys_.end(), [kid](const Key& key) { return key.kid == kid; });
}

bool JwkSet::verify(std::string_view kid, JwsAlgorithm algorithm, std::string_view text,
                    std::string_view signature) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
    if (key.kid != kid || (key.only && *key.only != algorithm)) return false;
    return is_made_for(key.key, algorithm) && verifies(key.key, algorithm, text, signature);
  });
}

}  // namespace sluice::wire
