// Sizes against what the model and the limits can hold: certain failures are errors, likely ones
// warnings.
#include <algorithm>

#include "base/text.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

struct FitCheck {
  Resolution& r;
  const WorkloadSpec& workload;
  std::string pointer;
  const ModelPlan& model;
  SizeRange
      prompt;  // of a session's first request; nothing of it can have been cached by an earlier one
  SizeRange output;             // thinking included, before max_tokens cuts it
  std::int64_t reserved_least;  // of max_tokens
};

std::string tokens(std::int64_t count) { return with_thousands(count) + " tokens"; }

void check_context(FitCheck& c) {
  const std::string where = c.pointer + "/input";
  const std::string room =
      " the context of " + c.model.name + " holds " + tokens(c.model.context_tokens);
  if (c.prompt.least > c.model.context_tokens) {
    c.r.findings.error(where, "prompts have at least " + tokens(c.prompt.least) + ":" + room);
  } else if (c.prompt.large > c.model.context_tokens) {
    c.r.findings.warn(where, "some prompts reach " + tokens(c.prompt.large) + ":" + room);
  }
}

void check_output(FitCheck& c) {
  const std::string room = c.model.name + " produces at most " + tokens(c.model.max_output_tokens);
  if (c.workload.max_tokens) {
    if (*c.workload.max_tokens > c.model.max_output_tokens) {
      c.r.findings.error(c.pointer + "/max_tokens", room);
    }
    if (c.output.large > *c.workload.max_tokens) {
      c.r.findings.warn(c.pointer + "/max_tokens",
                        "cuts off some answers, which reach " + tokens(c.output.large));
    }
    return;
  }
  if (c.output.least > c.model.max_output_tokens) {
    c.r.findings.error(c.pointer + "/output",
                       "answers have at least " + tokens(c.output.least) + ": " + room);
  } else if (c.output.large > c.model.max_output_tokens) {
    c.r.findings.warn(c.pointer + "/output",
                      "some answers reach " + tokens(c.output.large) + ": " + room);
  }
}

// What a limiter asks for at admission, at least and often.
SizeRange cost_of(const FitCheck& c, LimitType type) {
  SizeRange cost;
  if (type == LimitType::kRequestsPerMinute) return {1, 1};
  if (counts_input(type)) cost = c.prompt;
  if (counts_output(type) && c.r.plan.limits.output_charge == ChargeMode::kReserveSettle) {
    cost.least += c.reserved_least;
    cost.large += c.workload.max_tokens.value_or(c.output.large);
  }
  return cost;
}

std::string field_of(LimitType type) {
  if (type == LimitType::kRequestsPerMinute) return "";
  return counts_input(type) ? "/input" : "/max_tokens";
}

bool is_fast(LimitType type) {
  return type == LimitType::kFastInputTokensPerMinuteCacheAware ||
         type == LimitType::kFastOutputTokensPerMinute;
}

bool has_fast_twin(LimitType type) {
  return type == LimitType::kInputTokensPerMinuteCacheAware ||
         type == LimitType::kInputTokensPerMinute || type == LimitType::kOutputTokensPerMinute;
}

bool meets(const FitCheck& c, const LimiterSpec& limiter) {
  if (limiter.group != c.model.group) return false;
  if (limiter.workspace && *limiter.workspace != c.workload.workspace) return false;
  return c.workload.fast ? !has_fast_twin(limiter.type) : !is_fast(limiter.type);
}

void check_limiters(FitCheck& c) {
  if (c.workload.batch.share_ppm == 1'000'000) return;  // batches meet none of them
  if (c.r.findings.is_wrong("/organization")) return;
  for (const LimiterSpec& limiter : c.r.plan.limits.limiters) {
    if (!meets(c, limiter)) continue;
    const Duration burst = c.r.plan.limits.burst_of(limiter.type);
    const TokenBucket bucket(bucket_size(limiter.type, limiter.limit, burst), kRunStart);
    const SizeRange cost = cost_of(c, limiter.type);
    const std::string holds = "the bucket of " + std::string{name(limiter.type)} + " (" +
                              with_thousands(limiter.limit) + ") holds at most " +
                              with_thousands(bucket.capacity());
    const std::string where = c.pointer + field_of(limiter.type);
    if (cost.least > bucket.capacity()) {
      c.r.findings.error(where, "no request ever fits: it needs at least " +
                                    with_thousands(cost.least) + ", and " + holds);
    } else if (cost.large > bucket.capacity()) {
      c.r.findings.warn(where, "some requests never fit: they need up to " +
                                   with_thousands(cost.large) + ", and " + holds);
    }
  }
}

SizeRange sum(SizeRange a, SizeRange b) { return {a.least + b.least, a.large + b.large}; }

}  // namespace

void check_fit(Resolution& r) {
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    const WorkloadSpec& workload = r.plan.workloads[i];
    if (!r.is_model_known[i] || std::holds_alternative<TraceArrivals>(workload.arrivals)) continue;
    const SizeRange prefix{workload.prefix_tokens, workload.prefix_tokens};
    const SizeRange output = sum(range_of(workload.output), range_of(workload.thinking));
    FitCheck check{.r = r,
                   .workload = workload,
                   .pointer = at("/workloads", i),
                   .model = r.plan.models[index(workload.model)],
                   .prompt = sum(prefix, range_of(workload.input)),
                   .output = output,
                   .reserved_least = workload.max_tokens.value_or(output.least)};
    check_context(check);
    check_output(check);
    check_limiters(check);
  }
}

}  // namespace sluice::scenario
