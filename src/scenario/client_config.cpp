#include "scenario/client_config.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace sluice::scenario {
namespace {

constexpr std::int64_t kMostRetries = 1'000'000;
constexpr Duration kLongestWait = hours(24 * 365);

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const PresetInfo& info : retry_presets()) names.emplace_back(info.name);
  return names;
}

void describe_retry_after(describe::Fields& v, RetryAfterRule& rule) {
  v.field("retry_after", rule.obey, "wait as long as a retry-after header says");
  v.field("retry_after_longest", rule.longest, "a longer header is not obeyed")
      .at_least(Duration{})
      .or_unlimited();
  v.field("retry_after_longer_fails", rule.fail_if_longer,
          "such a header ends the request, instead of giving way to the own backoff");
  v.field("retry_after_below_backoff", rule.obey_if_shorter_than_backoff,
          "a header above the longest is obeyed while below the own backoff");
  v.field("retry_after_zero", rule.obey_zero, "a header of 0 means at once, not absent");
  v.field("retry_after_is_minimum", rule.as_minimum,
          "wait for the longer of the header and the own backoff");
  v.field("retry_after_only_on_429", rule.only_on_429, "other errors' headers are not read");
  v.field("retry_after_required_on_429", rule.required_on_429,
          "a 429 without the header is not retried");
  v.field("retry_after_spread", rule.spread, "U x this is added to an obeyed header")
      .range(Duration{}, kLongestWait);
}

}  // namespace

RetryConfig::RetryConfig() : spec(retry_preset(kDefaultPreset).value_or(RetrySpec{})) {}

void describe(describe::Fields& v, RetryConfig& r) {
  v.type("retry", "When a failed attempt is sent again: a preset, and what differs from it.");
  v.shorthand("policy");
  RetrySpec& s = r.spec;
  v.field("policy", s.preset, "name of a preset: the constants of a real client").on_given([&s] {
    if (const std::optional<RetrySpec> preset = retry_preset(s.preset)) s = *preset;
  });
  v.field("max_retries", s.max_retries, "retries after the first attempt")
      .range<std::int64_t>(0, kMostRetries);
  v.field("backoff", s.backoff, "how the wait grows and is spread");
  v.field("base", s.base, "first wait").range(Duration{}, kLongestWait);
  v.field("cap", s.cap, "longest own wait").at_least(Duration{}).or_unlimited();
  v.field("multiplier", s.multiplier_permille, "each wait is so many times the one before")
      .permille()
      .range<std::int64_t>(0, 1'000'000);
  v.field("exponent_lag", s.exponent_lag, "retries before the wait begins to grow")
      .range<std::int64_t>(0, kMostRetries);
  v.field("jitter", s.jitter_permille, "of shrink, stretch and add")
      .permille()
      .range<std::int64_t>(0, 1'000'000);
  describe_retry_after(v, s.retry_after);
  v.field("obey_should_retry", s.obey_should_retry, "x-should-retry decides before the error does");
  v.field("rate_limit", s.retry_rate_limit, "retry 429");
  v.field("server_errors", s.retry_server_errors, "retry 408, 500 and above, 529");
  v.field("conflict", s.retry_conflict, "retry 409");
  v.field("connection", s.retry_connection, "retry connection errors and the attempt's timeout");
  v.field("in_stream", s.retry_in_stream, "retry errors after the 200");
  v.field("before_output", s.retry_before_output,
          "retry errors after the 200 but before the first token");
}

void validate(const RetryConfig& r, describe::Problems& problems) {
  if (retry_preset(r.spec.preset)) return;
  const std::vector<std::string> names = preset_names();
  problems.add("/policy", in_quotes(r.spec.preset) + " is not one of " + join(names) +
                              suggestion(r.spec.preset, names));
}

void describe(describe::Fields& v, ClientConfig& c) {
  v.type("client", "A client library with its own queue.");
  v.shorthand("retry");
  v.field("retry", c.retry, "retry policy");
  v.field("concurrency", c.concurrency, "requests in attempt or waiting to retry; the rest queue")
      .range<std::int64_t>(1, 10'000'000);
  v.field("queue_limit", c.queue_limit, "waiting requests; one more fails")
      .range<std::int64_t>(0, 1'000'000'000);
  v.field("hold_slot_while_waiting", c.hold_slot_while_waiting,
          "a request keeps its place of the concurrency during its backoff");
  v.field("attempt_timeout", c.attempt_timeout, "of each attempt, from its send")
      .range(nanoseconds(1), kDurationMax);
}

void validate(const ClientConfig& c, describe::Problems& problems) {
  if (c.queue_limit && !c.concurrency) {
    problems.add("/queue_limit", "needs a concurrency: without one nothing ever queues");
  }
}

ClientPlan resolve(const ClientConfig& config, std::string name) {
  return {.name = std::move(name),
          .retry = config.retry.spec,
          .concurrency = config.concurrency,
          .queue_limit = config.queue_limit,
          .hold_slot_while_waiting = config.hold_slot_while_waiting,
          .attempt_timeout = config.attempt_timeout};
}

}  // namespace sluice::scenario
