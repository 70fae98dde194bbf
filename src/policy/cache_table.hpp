// The prompt cache's entries by key: open addressing with linear probing in one flat array, so that
// a look costs one cache line as a rule. Never iterated: its order is nobody's result. Keys are
// hashes already, with the lowest bit clear and not 0; the entry's TTL lives in that bit.
#pragma once

#include <cstdint>
#include <vector>

#include "api/request.hpp"
#include "base/time.hpp"

namespace sluice {

class CacheTable {
 public:
  struct Entry {
    TimePoint expires{};
    std::uint64_t tagged_key = 0;  // 0: an empty place

    std::uint64_t key() const noexcept { return tagged_key & ~std::uint64_t{1}; }
    CacheTtl ttl() const noexcept {
      return (tagged_key & 1) != 0 ? CacheTtl::kOneHour : CacheTtl::kFiveMinutes;
    }
    void set_ttl(CacheTtl ttl) noexcept {
      tagged_key = key() | (ttl == CacheTtl::kOneHour ? 1U : 0U);
    }
  };

  CacheTable() : entries_(kLeastPlaces), mask_(kLeastPlaces - 1) {}

  std::size_t size() const noexcept { return size_; }

  // The entry, or null. Valid until the next insertion or removal.
  const Entry* find(std::uint64_t key) const noexcept {
    for (std::size_t place = home(key);; place = (place + 1) & mask_) {
      const Entry& entry = entries_[place];
      if (entry.key() == key) return &entry;
      if (entry.tagged_key == 0) return nullptr;
    }
  }
  Entry* find(std::uint64_t key) noexcept {
    return const_cast<Entry*>(static_cast<const CacheTable&>(*this).find(key));
  }
  // A new entry; the key must not be there yet.
  Entry& insert(std::uint64_t key);
  // The key must be there.
  void remove(std::uint64_t key) noexcept;

 private:
  static constexpr std::size_t kLeastPlaces = 64;

  std::size_t home(std::uint64_t key) const noexcept { return (key >> 1) & mask_; }
  void grow();

  std::vector<Entry> entries_;  // a power of two of them, at most half in use
  std::size_t mask_;
  std::size_t size_ = 0;
};

}  // namespace sluice
