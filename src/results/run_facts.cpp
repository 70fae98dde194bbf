#include "results/run_facts.hpp"

#include <algorithm>

namespace sluice {

std::string limiter_name(const LimiterFacts& facts) {
  const std::string scope = facts.workspace.empty() ? "" : facts.workspace + "/";
  const std::string group = facts.group.empty() ? "" : facts.group + ".";
  return scope + group + std::string(name(facts.type));
}

Duration period(const LimiterFacts& facts) noexcept {
  return facts.type == LimitType::kTokensPerDay ? hours(24) : minutes(1);
}

Duration RunFacts::counted() const noexcept {
  const TimePoint end = std::min(kRunStart + duration, stopped_at.value_or(kNever));
  return end > counts_from ? end - counts_from : Duration{};
}

}  // namespace sluice
