#include "mock/grade_rules_waves.hpp"

#include <algorithm>

#include "mock/grade_rules.hpp"

namespace sluice::mock {

void WaveDetector::add(TimePoint now, Duration retry_after) noexcept {
  const std::int64_t current = number(now);
  advance(current);
  Bin& bin = bins_[static_cast<std::size_t>(current) % kBins];
  if (bin.number != current) bin = {.number = current};
  newest_ = current;
  ++bin.total;
  for (Class& one : bin.classes) {
    if (one.count > 0 && one.retry_after != retry_after) continue;
    one.retry_after = retry_after;
    ++one.count;
    return;
  }
}

WaveDetector::Waves WaveDetector::waves(TimePoint now) const noexcept {
  WaveDetector later = *this;
  later.advance(number(now));
  return later.waves_;
}

const WaveDetector::Bin* WaveDetector::find(std::int64_t number) const noexcept {
  if (number < 0) return nullptr;
  const Bin& bin = bins_[static_cast<std::size_t>(number) % kBins];
  return bin.number == number ? &bin : nullptr;
}

std::uint64_t WaveDetector::window_total(std::int64_t last) const noexcept {
  std::uint64_t total = 0;
  for (const std::int64_t number : {last - 1, last}) {
    if (const Bin* bin = find(number)) total += bin->total;
  }
  return total;
}

WaveDetector::Class WaveDetector::largest_class(std::int64_t last) const noexcept {
  Class largest;
  for (const std::int64_t number : {last - 1, last}) {
    const Bin* bin = find(number);
    if (bin == nullptr) continue;
    const Bin* other = find(number == last ? last - 1 : last);
    for (Class one : bin->classes) {
      for (std::size_t i = 0; other != nullptr && i < other->classes.size(); ++i) {
        const bool is_same = other->classes[i].retry_after == one.retry_after;
        if (is_same && one.count > 0) one.count += other->classes[i].count;
      }
      if (one.count > largest.count) largest = one;
    }
  }
  return largest;
}

// The window that ends at `last` and those that touch it to one side: variance / mean above the
// threshold, and it is half as much again as their mean, or chance would suffice at a high rate.
// Both sides are asked, because the edge of a long stretch of retries is bunched on one side only.
bool WaveDetector::is_bunched(std::int64_t last, std::int64_t direction) const noexcept {
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;
  for (std::int64_t i = 0; i < kWindows; ++i) {
    const std::uint64_t total = window_total(last + 2 * i * direction);
    sum += total;
    squares += total * total;
  }
  constexpr std::uint64_t kCount = kWindows;
  if (2 * kCount * window_total(last) < 3 * sum) return false;
  return kCount * squares - sum * sum > grading::kWaveDispersionAbove * kCount * sum;
}

void WaveDetector::judge(std::int64_t last) noexcept {
  const Class largest = largest_class(last);
  if (largest.count < grading::kWaveRetriesMin) return;
  if (!is_bunched(last, -1) || !is_bunched(last, 1)) return;
  const bool is_same_wave = wave_until_ >= last - 1;
  if (!is_same_wave) ++waves_.count;
  wave_until_ = last;
  if (largest.count <= waves_.largest) return;
  waves_.largest = largest.count;
  waves_.retry_after = largest.retry_after;
}

// A window can be judged once all that stands to its right is known. Behind the newest retry there
// is nothing to judge, however much time has passed.
void WaveDetector::advance(std::int64_t to) noexcept {
  const std::int64_t known = to - 2 * (kWindows - 1) - 1;
  const std::int64_t last = std::min(known, newest_ + 1);
  for (std::int64_t window = std::max(judged_ + 1, newest_ - 2 * kWindows); window <= last;
       ++window) {
    judge(window);
  }
  judged_ = std::max(judged_, last);
}

}  // namespace sluice::mock
