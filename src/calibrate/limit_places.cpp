#include "calibrate/limit_places.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace sluice::calibrate {
namespace {

constexpr std::array<LimitType, kShownKinds> kTypes = {
    LimitType::kRequestsPerMinute,
    LimitType::kTokensPerMinute,
    LimitType::kInputTokensPerMinuteCacheAware,
    LimitType::kOutputTokensPerMinute,
    LimitType::kFastInputTokensPerMinuteCacheAware,
    LimitType::kFastOutputTokensPerMinute,
};

// How many answers of each workspace showed which limit.
using Counts = std::map<std::uint32_t, std::map<std::int64_t, std::int64_t>>;

bool is_sum(const LimitAttempt& attempt) noexcept {
  return attempt.of(ShownKind::kTokens).limit ==
         attempt.of(ShownKind::kInput).limit + attempt.of(ShownKind::kOutput).limit;
}

Counts count_limits(const std::vector<LimitAttempt>& attempts, ShownKind kind) {
  Counts counts;
  for (const LimitAttempt& attempt : attempts) {
    const std::int64_t limit = attempt.of(kind).limit;
    if (limit == 0 || (kind == ShownKind::kTokens && is_sum(attempt))) continue;
    ++counts[attempt.workspace][limit];
  }
  return counts;
}

std::int64_t most_shown(const std::map<std::int64_t, std::int64_t>& counts) {
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// One limit wherever it was shown: the organization's. Else each workspace has its own.
bool is_one_limit(const Counts& counts) {
  const std::int64_t first = most_shown(counts.begin()->second);
  return std::all_of(counts.begin(), counts.end(),
                     [&](const auto& of) { return most_shown(of.second) == first; });
}

void count_answers(const Counts& counts, FoundLimiter& found) {
  for (const auto& [workspace, limits] : counts) {
    if (found.workspace && *found.workspace != workspace) continue;
    for (const auto& [limit, answers] : limits) {
      (limit == found.place.limit ? found.answers : found.other_limits) += answers;
    }
  }
}

void count_refusals(const std::vector<LimitAttempt>& attempts, FoundLimiter& found) {
  for (const LimitAttempt& attempt : attempts) {
    const bool is_here = !found.workspace || *found.workspace == attempt.workspace;
    const bool is_its_own = attempt.fate == AttemptFate::kRefused && attempt.cause &&
                            is_cause_of(found.place.type, *attempt.cause);
    if (is_here && is_its_own && found.place.is_cause_sure) ++found.refusals;
  }
}

bool has_cache_reads(const std::vector<LimitAttempt>& attempts) {
  return std::any_of(attempts.begin(), attempts.end(),
                     [](const LimitAttempt& attempt) { return attempt.cached_input > 0; });
}

// Limits of one kind that headers showed; where none did, one without a said limit if anything was
// refused for it.
std::vector<FoundLimiter> limiters_of(const std::vector<LimitAttempt>& attempts, ShownKind kind) {
  const LimitType type = kTypes[static_cast<std::size_t>(kind)];
  const Counts counts = count_limits(attempts, kind);
  std::vector<FoundLimiter> found;
  const auto add = [&](std::int64_t limit, std::optional<std::uint32_t> workspace) {
    FoundLimiter one;
    one.place = {.type = type, .shown = kind, .limit = limit};
    one.workspace = workspace;
    count_answers(counts, one);
    found.push_back(one);
  };
  if (counts.empty()) {
    const bool is_told_by_cause =
        kind == ShownKind::kRequests || kind == ShownKind::kInput || kind == ShownKind::kOutput;
    if (is_told_by_cause) add(0, std::nullopt);
  } else if (is_one_limit(counts)) {
    add(most_shown(counts.begin()->second), std::nullopt);
  } else {
    for (const auto& [workspace, limits] : counts) add(most_shown(limits), workspace);
  }
  return found;
}

}  // namespace

std::vector<FoundLimiter> find_limiters(const std::vector<LimitAttempt>& attempts) {
  std::vector<FoundLimiter> all;
  bool has_tokens = false;
  const bool has_cache = has_cache_reads(attempts);
  for (const ShownKind kind : {ShownKind::kRequests, ShownKind::kTokens, ShownKind::kInput,
                               ShownKind::kOutput, ShownKind::kFastInput, ShownKind::kFastOutput}) {
    for (FoundLimiter& found : limiters_of(attempts, kind)) {
      has_tokens |= kind == ShownKind::kTokens;
      // A refusal for "input tokens" may mean the limit on tokens together as well.
      const bool is_input = kind == ShownKind::kInput || kind == ShownKind::kFastInput;
      found.place.is_cause_sure = kind != ShownKind::kTokens && !(is_input && has_tokens);
      found.place.knows_refused_cost = !has_cache;
      count_refusals(attempts, found);
      if (found.answers > 0 || found.refusals > 0) all.push_back(found);
    }
  }
  return all;
}

}  // namespace sluice::calibrate
