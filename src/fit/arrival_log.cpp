#include "fit/arrival_log.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace sluice::fit {
namespace {

constexpr std::size_t kJudgedBy = 65'536;
constexpr std::size_t kGapsMax = 32'768;

}  // namespace

void ArrivalLog::add(Duration at) {
  SLUICE_CHECK(count_ == 0 || at >= last_);
  if (count_ == 0) origin_ = at;
  last_ = at;
  ++count_;
  if (judged_) {
    place(at);
    return;
  }
  waiting_.push_back(at);
  if (waiting_.size() == kJudgedBy) judge();
}

void ArrivalLog::finish() {
  if (!judged_) judge();
  if (spreader_) {
    spreader_->finish([this](Duration at) { arrive(at); });
    spreader_.reset();
  }
}

Duration ArrivalLog::span() const {
  if (step_) return last_ + *step_ - origin_;
  if (count_ < 2) return {};
  return arrived_ + arrived_ / (count_ - 1);
}

void ArrivalLog::judge() {
  judged_ = true;
  step_ = timestamp_step(waiting_);
  if (step_) spreader_.emplace(*step_);
  for (const Duration at : waiting_) place(at);
  waiting_ = {};
}

void ArrivalLog::place(Duration at) {
  if (spreader_) {
    spreader_->add(at, [this](Duration spread) { arrive(spread); });
  } else {
    arrive(at);
  }
}

void ArrivalLog::arrive(Duration at) {
  const Duration since = at - origin_;
  counts_.add(since);
  const std::uint64_t number = arrivals_++;
  const Duration gap = since - arrived_;
  arrived_ = since;
  if (number == 0) return;
  if (resolution_ != 1) resolution_ = std::gcd(resolution_, ns(gap));
  const auto is_kept = [this](std::uint64_t of) { return (mix64(of) & (one_in_ - 1)) == 0; };
  if (!is_kept(number)) return;
  gaps_.push_back({.place = number, .end = since, .length = gap});
  if (gaps_.size() < kGapsMax) return;
  one_in_ *= 2;
  std::erase_if(gaps_, [&](const LogGap& kept) { return !is_kept(kept.place); });
}

}  // namespace sluice::fit
