#include "policy/cache_table.hpp"

#include <utility>

#include "base/check.hpp"

namespace sluice {

CacheTable::Entry& CacheTable::insert(std::uint64_t key) {
  SLUICE_CHECK(key != 0 && (key & 1) == 0);
  if (2 * (size_ + 1) > entries_.size()) grow();
  ++size_;
  std::size_t place = home(key);
  while (entries_[place].tagged_key != 0) place = (place + 1) & mask_;
  entries_[place].tagged_key = key;
  return entries_[place];
}

void CacheTable::remove(std::uint64_t key) noexcept {
  const Entry* entry = find(key);
  SLUICE_CHECK(entry != nullptr);
  auto hole = static_cast<std::size_t>(entry - entries_.data());
  // Moves later entries of the same run back, so that no probe has to pass a tombstone: an entry
  // may fill the hole unless its home lies between the hole and itself.
  for (std::size_t place = (hole + 1) & mask_; entries_[place].tagged_key != 0;
       place = (place + 1) & mask_) {
    const std::size_t from_home = (place - home(entries_[place].key())) & mask_;
    const std::size_t from_hole = (place - hole) & mask_;
    if (from_home < from_hole) continue;
    entries_[hole] = entries_[place];
    hole = place;
  }
  entries_[hole] = Entry{};
  --size_;
}

void CacheTable::grow() {
  const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
  mask_ = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.tagged_key == 0) continue;
    std::size_t place = home(entry.key());
    while (entries_[place].tagged_key != 0) place = (place + 1) & mask_;
    entries_[place] = entry;
  }
}

}  // namespace sluice
