// A map that remembers at least the last N keys asked for and at most twice as many: two
// generations, of which the older is dropped when the newer is full. Never iterated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace sluice::fit {

template <class Value>
class RecentMap {
 public:
  explicit RecentMap(std::size_t remembered) : remembered_(remembered) {}

  // Null if unknown or forgotten. Valid until the next call of find() or insert().
  Value* find(std::uint64_t key) {
    if (const auto found = newer_.find(key); found != newer_.end()) return &found->second;
    const auto found = older_.find(key);
    if (found == older_.end()) return nullptr;
    Value kept = std::move(found->second);
    older_.erase(found);
    return insert(key, std::move(kept));
  }
  // The key must be unknown.
  Value* insert(std::uint64_t key, Value value) {
    if (newer_.size() >= remembered_) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    return &newer_.emplace(key, std::move(value)).first->second;
  }
  void erase(std::uint64_t key) {
    newer_.erase(key);
    older_.erase(key);
  }

 private:
  std::size_t remembered_;
  std::unordered_map<std::uint64_t, Value> newer_;
  std::unordered_map<std::uint64_t, Value> older_;
};

}  // namespace sluice::fit
