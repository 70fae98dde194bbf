#include "calibrate/limit_steps.hpp"

#include <algorithm>
#include <limits>

#include "api/rate_limit_view.hpp"
#include "base/integer.hpp"

namespace sluice::calibrate {
namespace {

using Kind = LimitStep::Kind;

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr double kSecond = 1e9;
constexpr double kHalfThousand = 500;

bool is_fast(LimitType type) noexcept {
  return type == LimitType::kFastInputTokensPerMinuteCacheAware ||
         type == LimitType::kFastOutputTokensPerMinute;
}
bool is_for_both(LimitType type) noexcept {
  return type == LimitType::kRequestsPerMinute || type == LimitType::kTokensPerMinute;
}

class Steps {
 public:
  explicit Steps(const StepOptions& options) : options_(options) {}

  void add(const LimitAttempt& attempt);
  std::vector<LimitStep> in_order() {
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const LimitStep& a, const LimitStep& b) { return a.at < b.at; });
    return std::move(steps_);
  }

 private:
  // When things happened at the server: everything took the typical time to get there or back. Of
  // what a stall hid the middle is taken, and what an answer then shows of the level is left out.
  struct Times {
    std::int64_t arrived;
    std::int64_t head;
    std::int64_t ended;
  };
  Times times_of(const LimitAttempt& attempt) const noexcept;
  std::optional<Stall> stall_around(Duration seen) const noexcept;
  std::int64_t input_of(const LimitAttempt& attempt) const noexcept;
  bool counts_output() const noexcept { return sluice::counts_output(options_.place.type); }

  void take(std::int64_t at, std::int64_t tokens);
  void admit(const LimitAttempt& attempt, const Times& times);
  void refuse(const LimitAttempt& attempt, const Times& times);
  void produce(const LimitAttempt& attempt, const Times& times);
  LimitStep look(const LimitAttempt& attempt, std::int64_t at) const;

  const StepOptions& options_;
  std::vector<LimitStep> steps_;
};

Steps::Times Steps::times_of(const LimitAttempt& attempt) const noexcept {
  if (attempt.fate == AttemptFate::kRefused) {
    const std::int64_t middle = (ns(attempt.sent) + ns(attempt.ended)) / 2;
    return {middle, middle, middle};
  }
  const std::int64_t delay = ns(options_.delay);
  const std::int64_t arrived = std::min(ns(attempt.sent) + delay, ns(attempt.ended));
  const auto left = [&](Duration seen) {
    const std::optional<Stall> stall = stall_around(seen);
    return stall ? stall->middle() : ns(seen) - delay - ns(options_.lateness);
  };
  const std::int64_t head = std::max(arrived, left(attempt.head));
  return {arrived, head, std::max(head, left(attempt.ended))};
}

std::optional<Stall> Steps::stall_around(Duration seen) const noexcept {
  return options_.stalls == nullptr ? std::nullopt : options_.stalls->around(ns(seen));
}

// What is charged at admission, output aside.
std::int64_t Steps::input_of(const LimitAttempt& attempt) const noexcept {
  switch (options_.place.type) {
    case LimitType::kRequestsPerMinute:
      return 1;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return attempt.uncached_input;
    case LimitType::kInputTokensPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return attempt.prompt;
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kFastOutputTokensPerMinute:
    case LimitType::kEnqueuedBatchRequests:
      return 0;
  }
  return 0;
}

void Steps::take(std::int64_t at, std::int64_t tokens) {
  if (tokens == 0) return;
  LimitStep step;
  step.kind = Kind::kTake;
  step.at = at;
  step.amount = tokens * kMilli;
  steps_.push_back(step);
}

// What the answer's headers say of the level.
LimitStep Steps::look(const LimitAttempt& attempt, std::int64_t at) const {
  LimitStep step;
  step.at = at;
  step.low = -kUnbounded;
  step.high = kUnbounded;
  const ShownLimit& shown = attempt.of(options_.place.shown);
  if (shown.limit == 0 || shown.limit != options_.place.limit) return step;
  const auto remaining = static_cast<double>(shown.remaining);
  if (options_.place.type == LimitType::kRequestsPerMinute) {
    step.high = remaining + 1;
    if (shown.remaining > 0) step.low = remaining;
  } else {
    step.high = remaining + kHalfThousand;
    if (shown.remaining > 0) step.low = remaining - kHalfThousand;
  }
  step.has_reset = shown.reset_unix_ns != 0;
  step.reset = static_cast<double>(shown.reset_unix_ns - options_.reset_base_unix_ns) / kSecond;
  return step;
}

void Steps::admit(const LimitAttempt& attempt, const Times& times) {
  const bool reserves = counts_output() && options_.mode == ChargeMode::kReserveSettle;
  take(times.arrived, input_of(attempt) + (reserves ? attempt.max_tokens : 0));
  // Headers show output as it is when they leave, everything else as it was at arrival.
  const bool is_output = options_.place.type == LimitType::kOutputTokensPerMinute ||
                         options_.place.type == LimitType::kFastOutputTokensPerMinute;
  LimitStep arrival;
  arrival.at = times.arrived;
  arrival.high = kUnbounded;
  if (!is_output) {
    arrival = look(attempt, times.arrived);
    arrival.low = std::max(arrival.low, 0.0);
  }
  if (attempt.fate == AttemptFate::kServed) steps_.push_back(arrival);
  const bool shows_output = is_output && !stall_around(attempt.head);
  if (shows_output && attempt.is_stream) steps_.push_back(look(attempt, times.head));
  if (counts_output()) produce(attempt, times);
  if (shows_output && !attempt.is_stream) steps_.push_back(look(attempt, times.ended));
}

void Steps::produce(const LimitAttempt& attempt, const Times& times) {
  if (options_.mode != ChargeMode::kStreaming) {
    const bool reserves = options_.mode == ChargeMode::kReserveSettle;
    return take(times.ended, attempt.output - (reserves ? attempt.max_tokens : 0));
  }
  // Of an answer in one piece nobody saw the first token: it is taken to come all the while.
  const std::int64_t begin = attempt.is_stream ? times.head : times.arrived;
  const std::int64_t streamed = times.ended - begin;
  const int128 speed =
      streamed <= 0 ? 0 : int128{attempt.output} * kMilli * ns(minutes(1)) / streamed;
  constexpr int128 kFastest = 1'000'000'000'000;
  if (speed <= 0 || speed > kFastest) return take(times.ended, attempt.output);
  LimitStep step;
  step.kind = Kind::kDrain;
  step.at = begin;
  step.speed = static_cast<std::int64_t>(speed);
  steps_.push_back(step);
  step.kind = Kind::kEndDrain;
  step.at = times.ended;
  step.amount = attempt.output * kMilli;
  step.streamed = nanoseconds(streamed);
  steps_.push_back(step);
}

void Steps::refuse(const LimitAttempt& attempt, const Times& times) {
  if (stall_around(attempt.ended)) return;
  LimitStep step = look(attempt, times.arrived);
  const LimiterPlace& place = options_.place;
  const bool is_its_own =
      place.is_cause_sure && attempt.cause && is_cause_of(place.type, *attempt.cause);
  if (is_its_own) {
    const bool counts_input = sluice::counts_input(place.type);
    const bool reserves = counts_output() && options_.mode == ChargeMode::kReserveSettle;
    const std::int64_t input = counts_input ? attempt.prompt : input_of(attempt);
    step.cost = static_cast<double>(input + (reserves ? attempt.max_tokens : 0));
    step.high = std::min(step.high, step.cost);
    if (attempt.retry_after > Duration{} && (!counts_input || place.knows_refused_cost)) {
      step.has_retry_after = true;
      step.retry_after = static_cast<double>(ns(attempt.retry_after)) / kSecond;
    }
  }
  steps_.push_back(step);
}

void Steps::add(const LimitAttempt& attempt) {
  const LimitType type = options_.place.type;
  if (!is_for_both(type) && is_fast(type) != attempt.is_fast()) return;
  const Times times = times_of(attempt);
  switch (attempt.fate) {
    case AttemptFate::kServed:
    case AttemptFate::kDoubtful:
      return admit(attempt, times);
    case AttemptFate::kRefused:
      return refuse(attempt, times);
    case AttemptFate::kFailed:
      return;
  }
}

}  // namespace

bool is_cause_of(LimitType type, LimitCause cause) noexcept { return cause_of(type) == cause; }

std::vector<LimitStep> limit_steps(const std::vector<LimitAttempt>& attempts,
                                   const StepOptions& options) {
  Steps steps(options);
  for (const LimitAttempt& attempt : attempts) steps.add(attempt);
  return steps.in_order();
}

}  // namespace sluice::calibrate
