#include "mock/refusal_text.hpp"

#include <array>

#include "base/text.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

constexpr std::string_view kReduce =
    " Reduce the prompt length or the maximum tokens requested, or try again later.";
constexpr std::string_view kTryLater = " Try again later.";
constexpr std::string_view kSeeLimits =
    " View your current limits at https://console.anthropic.com/settings/limits. To raise this "
    "limit, purchase credits to advance to the next usage tier at "
    "https://console.anthropic.com/settings/billing.";

// Those of fast mode and of tokens together are inferred.
constexpr std::array<std::string_view, kLimitTypeCount> kLimitWords = {
    "requests per minute",
    "input tokens per minute",
    "input tokens per minute",
    "output tokens per minute",
    "tokens per minute",
    "tokens per day",
    "fast mode input tokens per minute",
    "fast mode output tokens per minute",
    "batch requests in the processing queue",
};

std::string named(const MockState& state, ModelId model) {
  return "(org: " + state.plan.organization_id +
         ", model: " + state.traits[index(model)].representative + ")";
}

// A workspace's own limit is told in the same words (inferred).
ApiError limiter_error(MockState& state, const RequestSpec& spec, LimiterId id) {
  const LimiterSpec& limiter = state.api.limiter().spec(id);
  const std::int64_t limit = state.api.limiter().bucket(id).size().limit;
  std::string text = "This request would exceed your ";
  text += limiter.workspace ? "workspace" : "organization";
  text += "'s rate limit of " + with_thousands(limit) + " ";
  text += kLimitWords[static_cast<std::size_t>(limiter.type)];
  text += " " + named(state, spec.model) + ".";
  text += limiter.type == LimitType::kRequestsPerMinute ? kTryLater : kReduce;
  text += kSeeLimits;
  return {ErrorKind::kRateLimit, std::move(text), {}};
}

// Observed 2026-03-23; the error_code is documented (SDK TS 1.11).
ApiError ramp_error(MockState& state, TimePoint now, const RequestSpec& spec) {
  const auto& ramp = state.plan.run.limits.ramp;
  const std::int64_t limit = state.api.limiter().ramp_limit(now).value_or(0);
  std::string text =
      "This request would exceed your organization's maximum usage increase rate "
      "for input tokens per minute " +
      named(state, spec.model) + ".";
  text += " Your current limit is " + with_thousands(limit) +
          " input tokens per minute, and will increase to " +
          with_thousands(limit + (ramp ? ramp->step : 0)) +
          " at the next minute boundary. Please scale up your input tokens usage more gradually to "
          "stay within the acceleration limit. For details, refer to: "
          "https://docs.claude.com/en/api/rate-limits.";
  return {ErrorKind::kRateLimit, std::move(text), "ramp_limit_exceeded"};
}

// Observed 2024-05 and 2025-06.
ApiError concurrency_error() {
  return {ErrorKind::kRateLimit,
          "Number of concurrent connections has exceeded your rate limit. Please try again later "
          "or contact sales at https://www.anthropic.com/contact-sales to discuss your options for "
          "a rate limit increase.",
          {}};
}

std::string regained(const MockState& state, TimePoint now) {
  return " You will regain access on " + state.calendar(now).next_month().date().text() +
         " at 00:00 UTC.";
}

// docs: rate-limits "Spend limits", errors, 2026-08; that of a key is inferred.
ApiError spend_error(MockState& state, TimePoint now, const RequestSpec& spec) {
  const auto refused = state.api.spend().check(now, spec.workspace, spec.key);
  using Limit = SpendRefusal::Limit;
  switch (refused ? refused->limit : Limit::kTierCap) {
    case Limit::kTierCap:
      break;
    case Limit::kOrganization:
      return {ErrorKind::kInvalidRequest,
              "You have reached your specified API usage limits." + regained(state, now),
              {}};
    case Limit::kWorkspace:
      return {ErrorKind::kInvalidRequest,
              "You have reached your specified workspace API usage limits." + regained(state, now),
              {}};
    case Limit::kKey:
      return {ErrorKind::kInvalidRequest,
              "You have reached your specified API key usage limits." + regained(state, now),
              {}};
    case Limit::kCredit:
      return {ErrorKind::kInvalidRequest,
              "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
              "Billing to upgrade or purchase credits.",
              {}};
    case Limit::kRevoked:
      return {ErrorKind::kPermission, "This API key has been disabled.", {}};
  }
  return {ErrorKind::kRateLimit,
          "You have reached your API usage limits: your organization has crossed its monthly API "
          "usage threshold, set based on your organization's API tier." +
              regained(state, now),
          "enforced_spend_limit_reached"};
}

ApiError rate_limit_error(MockState& state, TimePoint now, const RequestSpec& spec,
                          const Outcome& refusal) {
  switch (refusal.limit.value_or(LimitCause::kRequests)) {
    case LimitCause::kSpend:
      return spend_error(state, now, spec);
    case LimitCause::kRamp:
      return ramp_error(state, now, spec);
    case LimitCause::kConcurrency:
      return concurrency_error();
    case LimitCause::kRequests:
    case LimitCause::kInputTokens:
    case LimitCause::kOutputTokens:
    case LimitCause::kBatchQueue:
    case LimitCause::kUnknown:
      break;
  }
  if (refusal.limiter >= state.api.limiter().size()) {
    return limit_error(state, spec, refusal.limit.value_or(LimitCause::kRequests));
  }
  return limiter_error(state, spec, LimiterId(refusal.limiter));
}

}  // namespace

wire::ApiError refusal_error(MockState& state, TimePoint now, const RequestSpec& spec,
                             const Outcome& refusal) {
  switch (refusal.error) {
    case ErrorKind::kAuthentication:  // a key that an event of the scenario has revoked
      return {refusal.error, "invalid x-api-key", {}};
    case ErrorKind::kRateLimit:
      return rate_limit_error(state, now, spec, refusal);
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kPermission:
    case ErrorKind::kBilling:
      return spend_error(state, now, spec);
    case ErrorKind::kOverloaded:
      return {refusal.error, "Overloaded", {}};
    case ErrorKind::kTimeout:
      return {refusal.error, "Request timed out", {}};  // inferred
    case ErrorKind::kApi:
    case ErrorKind::kNone:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
    case ErrorKind::kRequestTooLarge:
    case ErrorKind::kConnection:
    case ErrorKind::kAttemptTimeout:
    case ErrorKind::kDeadline:
    case ErrorKind::kQueueFull:
    case ErrorKind::kExpired:
    case ErrorKind::kRefusedByClient:
      break;
  }
  return {ErrorKind::kApi, "Internal server error", {}};
}

wire::ApiError limit_error(MockState& state, const RequestSpec& spec, LimitCause cause) {
  const GroupId group = state.plan.run.models[index(spec.model)].group;
  const RateLimiter& limiter = state.api.limiter();
  for (const auto& met : limiter.limiters(limiter.route(spec.workspace, group, spec.fast))) {
    if (cause_of(limiter.spec(met.limiter).type) == cause) {
      return limiter_error(state, spec, met.limiter);
    }
  }
  return {ErrorKind::kRateLimit,
          "This request would exceed your organization's rate limit " + named(state, spec.model) +
              "." + std::string(kTryLater),
          {}};
}

wire::ApiError count_refusal(MockState& state, ModelId model) {
  return {ErrorKind::kRateLimit,
          "This request would exceed your organization's rate limit of " +
              with_thousands(state.count_limiter.per_minute()) + " requests per minute " +
              named(state, model) + "." + std::string(kTryLater) + std::string(kSeeLimits),
          {}};
}

void append_retry_fields(std::string& fields, const MockState& state, const Outcome& refusal,
                         bool is_named) {
  if (refusal.retry_after) {
    const std::int64_t wait = is_named ? ns(*refusal.retry_after) / ns(seconds(1))
                                       : state.wall_seconds(*refusal.retry_after);
    fields.append("retry-after: ").append(std::to_string(wait)).append("\r\n");
  }
  if (refusal.should_retry) {
    fields += *refusal.should_retry ? "x-should-retry: true\r\n" : "x-should-retry: false\r\n";
  }
}

}  // namespace sluice::mock
