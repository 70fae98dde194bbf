#include "calibrate/limit_attempt.hpp"

#include <algorithm>

namespace sluice::calibrate {
namespace {

using ingest::RecordedLimit;
using ingest::RecordRow;

constexpr int kTooMany = 429;
constexpr std::size_t kEnoughRefusals = 10;

ShownLimit shown(const std::optional<RecordedLimit>& limit) noexcept {
  if (!limit || limit->limit <= 0) return {};
  return {.limit = limit->limit,
          .remaining = limit->remaining,
          .reset_unix_ns = limit->reset.nanoseconds};
}

AttemptFate fate_of(const RecordRow& row) noexcept {
  if (row.status == kTooMany) return AttemptFate::kRefused;
  if (row.ok()) return AttemptFate::kServed;
  // A server that says no says so before it charges anything.
  const bool was_refused = row.status && *row.status >= 400;
  return was_refused ? AttemptFate::kFailed : AttemptFate::kDoubtful;
}

}  // namespace

std::optional<LimitAttempt> limit_attempt(const RecordRow& row, std::uint32_t workspace) {
  if (!row.sent) return std::nullopt;
  LimitAttempt attempt;
  attempt.sent = *row.sent;
  attempt.ended = std::max(row.ended, *row.sent);
  attempt.head = std::clamp(row.first_token.value_or(attempt.ended), attempt.sent, attempt.ended);
  attempt.retry_after = row.retry_after.value_or(Duration{});
  attempt.max_tokens = row.max_tokens;
  attempt.is_stream = row.stream;
  attempt.workspace = workspace;
  attempt.fate = fate_of(row);
  attempt.cause = row.cause;
  attempt.date_unix_ns = row.date ? row.date->nanoseconds : 0;
  const std::int64_t billed = row.usage.prompt_tokens();
  attempt.prompt = billed > 0 ? billed : row.planned_prompt_tokens;
  attempt.cached_input = row.usage.cache_read_input_tokens;
  attempt.uncached_input = attempt.prompt - attempt.cached_input;
  attempt.output = row.usage.output_tokens;
  const ingest::RecordedLimits& limits = row.rate_limits;
  attempt.shown = {shown(limits.requests),          shown(limits.tokens),
                   shown(limits.input_tokens),      shown(limits.output_tokens),
                   shown(limits.fast_input_tokens), shown(limits.fast_output_tokens)};
  return attempt;
}

WayToServer way_to_server(const std::vector<LimitAttempt>& attempts, std::int64_t speed_permille) {
  std::vector<std::int64_t> there_and_back;
  for (const LimitAttempt& attempt : attempts) {
    if (attempt.fate == AttemptFate::kRefused) {
      there_and_back.push_back(ns(attempt.ended - attempt.sent));
    }
  }
  if (there_and_back.size() < kEnoughRefusals) {
    const Duration guess = nanoseconds(ns(milliseconds(1)) / 1000 * speed_permille);
    return {.typical = guess, .spread = guess};
  }
  std::sort(there_and_back.begin(), there_and_back.end());
  return {.typical = nanoseconds(there_and_back[there_and_back.size() / 2] / 2),
          .spread = nanoseconds(there_and_back[there_and_back.size() * 9 / 10] / 2)};
}

Duration typical_lateness(std::int64_t speed_permille) noexcept {
  constexpr std::int64_t kHalfMillisecond = 500'000;
  if (speed_permille <= 1000) return {};
  return nanoseconds(kHalfMillisecond * speed_permille / 1000);
}

}  // namespace sluice::calibrate
