#include "scenario/client_config.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace sluice::scenario {
namespace {

constexpr std::int64_t kMostRetries = 1'000'000;
constexpr Duration kLongestWait = hours(24 * 365);
constexpr std::int64_t kMostPerMinute = 1'000'000'000'000;
constexpr std::int64_t kMostInFlight = 1'000'000;
constexpr std::int64_t kMostProcesses = 10'000;

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
  v.field("retry_after_spread_share", rule.spread_permille,
          "that spread is at most this share of the header; 0: no such bound")
      .permille()
      .range<std::int64_t>(0, 1'000'000);
  v.field("retry_after_beyond_backoff", rule.beyond_backoff,
          "where the header is a minimum: at most so much more than the own backoff")
      .at_least(Duration{})
      .or_unlimited();
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
  v.field("jitter", s.jitter_permille, "of shrink, stretch, add and around")
      .permille()
      .range<std::int64_t>(0, 1'000'000);
  v.field("base_on_429", s.base_on_429, "first wait after a 429; 0: the base, as after all others")
      .range(Duration{}, kLongestWait);
  v.field("clients", s.clients, "of windowed: how many share the limit; 0: not known")
      .range<std::int64_t>(0, 1'000'000'000);
  v.field("pause_all_on_429", s.pause_all_on_429,
          "a 429 keeps the whole process from sending for so long")
      .range(Duration{}, kLongestWait);
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

void describe(describe::Fields& v, PacerConfig& p) {
  v.type("pacer",
         "How fast a client sends. A rate that is left out is the least limit of the models that "
         "its workloads use, times share, divided by the processes.");
  v.shorthand("policy");
  PacerSpec& s = p.spec;
  v.field("policy", s.pacing, "what decides when an attempt may go").required().on_given([&s] {
    s = pacer_preset(s.pacing);
  });
  v.field("requests_per_minute", s.requests_per_minute,
          "of fixed, token-bucket and openai-cookbook; of atb where it begins")
      .tokens()
      .unit("requests")
      .range<std::int64_t>(1, kMostPerMinute);
  v.field("input_tokens_per_minute", s.input_tokens_per_minute,
          "of token-bucket and openai-cookbook")
      .tokens()
      .range<std::int64_t>(1, kMostPerMinute);
  v.field("output_tokens_per_minute", s.output_tokens_per_minute,
          "of token-bucket and openai-cookbook")
      .tokens()
      .range<std::int64_t>(1, kMostPerMinute);
  v.field("burst", s.burst, "so much of its rate a client bucket holds")
      .range(milliseconds(1), hours(1));
  v.field("share", s.share_permille,
          "of the limits, for all processes together; of header-paced: of what is left")
      .permille()
      .range<std::int64_t>(1, 1000);
  v.field("window_initial", s.window_initial, "attempts in flight: aimd, vegas, gradient2")
      .range<std::int64_t>(1, kMostInFlight);
  v.field("window_min", s.window_min, "the same, at least").range<std::int64_t>(1, kMostInFlight);
  v.field("window_max", s.window_max, "the same, at most").range<std::int64_t>(1, kMostInFlight);
  v.field("accept_multiplier", s.accept_multiplier_permille,
          "K of sre-throttle: so many requests for each that was accepted")
      .permille()
      .range<std::int64_t>(1000, 100'000);
  v.field("memory", s.memory, "of sre-throttle").range(seconds(1), hours(24));
}

void validate(const PacerConfig& p, describe::Problems& problems) {
  const PacerSpec& s = p.spec;
  if (s.window_min > s.window_max) {
    problems.add("/window_min",
                 "must not be more than window_max, which is " + std::to_string(s.window_max));
  } else if (s.window_initial < s.window_min || s.window_initial > s.window_max) {
    problems.add("/window_initial",
                 "must be from window_min to window_max: " + std::to_string(s.window_min) + " to " +
                     std::to_string(s.window_max));
  }
}

void describe(describe::Fields& v, BreakerConfig& b) {
  v.type("breaker", "Sends nothing for a while after too many failures; true for the defaults.");
  v.shorthand("on");
  BreakerSpec& s = b.spec;
  v.field("on", s.is_on, "false: there is none");
  v.field("failures", s.failure_permille, "it opens when this share of the last calls failed")
      .permille()
      .range<std::int64_t>(1, 1000);
  v.field("calls", s.calls, "how many last calls; none opens it before there are so many")
      .range<std::int64_t>(1, 100'000);
  v.field("open_for", s.open_for, "then it lets trial calls through")
      .range(milliseconds(1), kLongestWait);
  v.field("trial_calls", s.trial_calls, "that decide whether it closes")
      .range<std::int64_t>(1, 100'000);
  v.field("counts_rate_limit", s.counts_rate_limit, "a 429 is a failure to it");
}

void describe(describe::Fields& v, FallbackConfig& f) {
  v.type("fallback",
         "Another model that takes a request which its own model has refused. The request goes "
         "there at once and stays there, with that model's tokens, prices, limits and cache.");
  v.shorthand("model");
  v.field("model", f.model, "model of the catalog").required();
  v.field("on", f.on, "refusals that count: 429, 529").not_empty();
  v.field("after", f.after, "so many of them").range<std::int64_t>(1, kMostRetries);
}

void validate(const FallbackConfig& f, describe::Problems& problems) {
  for (std::size_t i = 0; i < f.on.size(); ++i) {
    if (f.on[i] == 429 || f.on[i] == 529) continue;
    problems.add("/on/" + std::to_string(i),
                 std::to_string(f.on[i]) + " is not one of 429 (rate limit), 529 (overloaded)");
  }
}

void describe(describe::Fields& v, ClientConfig& c) {
  v.type("client",
         "A client library with its own queue, or a fleet of processes that have one each.");
  v.shorthand("retry");
  v.field("processes", c.processes,
          "with these settings each; they share the sessions and do not talk to each other")
      .range<std::int64_t>(1, kMostProcesses);
  v.field("retry", c.retry, "retry policy");
  v.field("budget", c.budget, "retries that all its requests share; default: the retry policy's");
  v.field("breaker", c.breaker, "circuit breaker");
  v.field("pacer", c.pacer, "how fast it sends; default: as fast as requests come");
  v.field("fallback", c.fallback, "model that serves instead");
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
  ClientPlan plan{.name = std::move(name),
                  .processes = config.processes,
                  .retry = config.retry.spec,
                  .breaker = config.breaker ? config.breaker->spec : BreakerSpec{},
                  .pacer = config.pacer ? config.pacer->spec : PacerSpec{},
                  .fallback = {},
                  .concurrency = config.concurrency,
                  .queue_limit = config.queue_limit,
                  .hold_slot_while_waiting = config.hold_slot_while_waiting,
                  .attempt_timeout = config.attempt_timeout};
  if (config.budget) plan.retry.budget = *config.budget;
  return plan;
}

}  // namespace sluice::scenario
