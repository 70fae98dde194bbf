// Public keys as a JWK Set (RFC 7517, 7518): RSA from 2,048 bits on and the elliptic curves P-256,
// P-384 and P-521. Keys of other kinds, for encryption, or without a kid are passed over; one that
// claims to be usable and is not is an error.
//
//   SLUICE_TRY(JwkSet keys, JwkSet::parse(json, "keys.json"));
//   bool right = keys.verify("key-1", JwsAlgorithm::kRs256, signed_text, signature);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sluice::wire {

enum class JwsAlgorithm : std::uint8_t {
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kPs384,
  kPs512,
  kEs256,
  kEs384,
  kEs512,
};
// "RS256", ...; none for every other, HS256 and "none" among them.
std::optional<JwsAlgorithm> jws_algorithm_named(std::string_view name) noexcept;

class JwkSet {
 public:
  // {"keys": [...]}; `where` begins the message of an error.
  static Result<JwkSet> parse(std::string_view json, const std::string& where);
  JwkSet();
  ~JwkSet();
  JwkSet(JwkSet&&) noexcept;
  JwkSet& operator=(JwkSet&&) noexcept;

  std::size_t size() const noexcept;
  bool has(std::string_view kid) const noexcept;
  // Whether a key of that kid is made for the algorithm and the signature is its own.
  bool verify(std::string_view kid, JwsAlgorithm algorithm, std::string_view text,
              std::string_view signature) const;

 private:
  struct Key;
  std::vector<Key> keys_;
};

}  // namespace sluice::wire
