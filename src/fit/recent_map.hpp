// A map that remembers about so many keys and forgets those that were not asked for the longest:
// sets of eight places, found by the key's hash, in which the least recently used gives way. Grows
// as it fills, up to a bound; nothing is allocated for a key.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/hash.hpp"

namespace sluice::fit {

template <class Value>
class RecentMap {
 public:
  // At most the next power of two is remembered.
  explicit RecentMap(std::size_t remembered)
      : places_max_(std::bit_ceil(remembered)), places_(kWays) {}

  // Null if unknown or forgotten. Valid until the next insert().
  Value* find(std::uint64_t key) {
    Place* const found = place_of(key);
    if (found == nullptr) return nullptr;
    found->used = ++clock_;
    return &found->value;
  }
  // The key must be unknown.
  void insert(std::uint64_t key, Value value) {
    Place* place = oldest_of(key);
    while (place->used != 0 && places_.size() < places_max_) {
      grow();
      place = oldest_of(key);
    }
    *place = {.key = key, .used = ++clock_, .value = std::move(value)};
  }
  void erase(std::uint64_t key) {
    if (Place* const found = place_of(key)) found->used = 0;
  }

 private:
  static constexpr std::size_t kWays = 8;

  struct Place {
    std::uint64_t key = 0;
    std::uint64_t used = 0;  // when, by clock_; 0: empty
    Value value{};
  };

  Place* set_of(std::uint64_t key) noexcept {
    return &places_[(mix64(key) & (places_.size() / kWays - 1)) * kWays];
  }
  Place* place_of(std::uint64_t key) noexcept {
    Place* const set = set_of(key);
    for (std::size_t i = 0; i < kWays; ++i) {
      if (set[i].used != 0 && set[i].key == key) return &set[i];
    }
    return nullptr;
  }
  Place* oldest_of(std::uint64_t key) noexcept {
    Place* const set = set_of(key);
    Place* oldest = set;
    for (std::size_t i = 1; i < kWays; ++i) {
      if (set[i].used < oldest->used) oldest = &set[i];
    }
    return oldest;
  }
  // A set's keys go to two sets, so that each finds a place.
  void grow() {
    std::vector<Place> smaller(places_.size() * 2);
    places_.swap(smaller);
    for (Place& place : smaller) {
      if (place.used != 0) *oldest_of(place.key) = std::move(place);
    }
  }

  std::size_t places_max_;
  std::vector<Place> places_;
  std::uint64_t clock_ = 0;
};

}  // namespace sluice::fit
