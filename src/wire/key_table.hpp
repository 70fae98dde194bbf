// Names to values of an enum, found by length first: a lookup compares two or three names at most,
// and the table is made by the compiler.
//
//   constexpr KeyTable kRoles(std::array{Key{"user", Role::kUser}, Key{"assistant", ...}});
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::wire {

template <class Value>
struct Key {
  std::string_view name;
  Value value{};
};
template <class Value>
Key(const char*, Value) -> Key<Value>;

template <class Value, std::size_t kSize>
class KeyTable {
 public:
  static constexpr std::size_t kLongest = 40;

  constexpr explicit KeyTable(std::array<Key<Value>, kSize> keys) : keys_(keys) {
    std::sort(keys_.begin(), keys_.end(), [](const Key<Value>& a, const Key<Value>& b) {
      return a.name.size() < b.name.size();
    });
    for (std::size_t length = 0, key = 0; length < first_.size(); ++length) {
      while (key < kSize && keys_[key].name.size() < length) ++key;
      first_[length] = static_cast<std::uint8_t>(key);
    }
  }

  constexpr std::optional<Value> find(std::string_view name) const noexcept {
    if (name.size() > kLongest) return std::nullopt;
    const std::size_t end = first_[name.size() + 1];
    for (std::size_t i = first_[name.size()]; i < end; ++i) {
      if (keys_[i].name == name) return keys_[i].value;
    }
    return std::nullopt;
  }

 private:
  std::array<Key<Value>, kSize> keys_;
  std::array<std::uint8_t, kLongest + 2> first_{};  // of the names at least that long
};
template <class Value, std::size_t kSize>
KeyTable(std::array<Key<Value>, kSize>) -> KeyTable<Value, kSize>;

}  // namespace sluice::wire
