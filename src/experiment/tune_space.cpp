#include "experiment/tune_space.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "policy/pacer.hpp"
#include "policy/retry_budget.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 3> kShapes = {"full-jitter", "equal-jitter", "decorrelated"};
constexpr std::array<std::int64_t, 3> kSdkRetries = {4, 8, 16};
constexpr std::array<std::int64_t, 8> kMaxRetries = {1, 2, 3, 5, 8, 12, 20, 40};
constexpr std::array kBases = {milliseconds(200), milliseconds(500), seconds(1),
                               seconds(2),        seconds(5),        seconds(10)};
constexpr std::array kCaps = {seconds(8), seconds(15), seconds(30), seconds(60), seconds(120)};
constexpr std::array kSpreads = {seconds(1),  seconds(2),  seconds(5),   seconds(10),
                                 seconds(30), seconds(60), seconds(120), seconds(300)};
constexpr std::array<std::int64_t, 6> kShares = {500, 700, 800, 900, 950, 1000};
constexpr std::array kBursts = {seconds(1), seconds(5), seconds(10), seconds(30)};
constexpr std::array<std::int64_t, 9> kConcurrencies = {2, 4, 8, 16, 32, 64, 128, 256, 512};

template <class Values>
const auto& pick(const Values& values, double at) {
  const auto count = std::size(values);
  const auto index = static_cast<std::size_t>(at * static_cast<double>(count));
  return values[std::min(index, count - 1)];
}

// The same from the part of [0, 1) that begins at `from`; none below it.
template <class Values>
auto pick_from(const Values& values, double at, double from) {
  using Value = std::remove_cvref_t<decltype(values[0])>;
  if (at < from) return std::optional<Value>();
  return std::optional<Value>(pick(values, (at - from) / (1 - from)));
}

bool uses_share(Pacing pacing) {
  return pacing == Pacing::kFixed || pacing == Pacing::kTokenBucket ||
         pacing == Pacing::kAdaptiveTokenBucket || pacing == Pacing::kHeaderPaced ||
         pacing == Pacing::kCookbook;
}

std::string permille_text(std::int64_t permille) {
  return Fraction{permille * (Fraction::kOne / 1000)}.text();
}

std::string retry_json(const ClientDesign& design) {
  std::string json = fmt::format(R"({{"policy":"{}")", design.retry);
  if (design.max_retries) json += fmt::format(R"(,"max_retries":{})", *design.max_retries);
  if (design.base) json += fmt::format(R"(,"base":"{}")", exact_text(*design.base));
  if (design.cap) json += fmt::format(R"(,"cap":"{}")", exact_text(*design.cap));
  if (design.retry_after_spread) {
    json += fmt::format(R"(,"retry_after_is_minimum":false,"retry_after_spread":"{}")",
                        exact_text(*design.retry_after_spread));
  }
  if (design.in_stream) json += R"(,"in_stream":true)";
  return json + "}";
}

std::string pacer_json(const ClientDesign& design) {
  std::string json = fmt::format(R"({{"policy":"{}")", design.pacing);
  if (design.share_permille) {
    json += fmt::format(R"(,"share":{})", permille_text(*design.share_permille));
  }
  if (design.burst) json += fmt::format(R"(,"burst":"{}")", exact_text(*design.burst));
  return json + "}";
}

}  // namespace

ClientDesign today_design(const ClientPlan& today) {
  ClientDesign design{.retry = today.retry.preset};
  const std::optional<RetrySpec> preset = retry_preset(today.retry.preset);
  if (!preset) return design;
  if (today.retry.max_retries != preset->max_retries) design.max_retries = today.retry.max_retries;
  return design;
}

std::vector<ClientDesign> preset_designs(const ClientPlan& today, const TuneSpace& space) {
  std::vector<ClientDesign> all;
  const auto add = [&all](ClientDesign design) {
    if (std::find(all.begin(), all.end(), design) == all.end()) all.push_back(std::move(design));
  };
  for (const PresetInfo& info : retry_presets()) add({.retry = std::string(info.name)});
  // What the official SDKs can be set to.
  for (const std::string_view sdk : {"anthropic-sdk-python", "anthropic-sdk-typescript"}) {
    for (const std::int64_t retries : kSdkRetries)
      add({.retry = std::string(sdk), .max_retries = retries});
  }
  const ClientDesign now = today_design(today);
  for (const PacingInfo& info : pacings()) {
    ClientDesign design = now;
    design.pacing = name(info.pacing);
    add(design);
  }
  for (const BudgetInfo& info : budgets()) {
    ClientDesign design = now;
    design.budget = name(info.kind);
    add(design);
  }
  if (space.in_stream) {
    ClientDesign design = now;
    design.in_stream = true;
    add(design);
    add({.retry = "full-jitter", .in_stream = true});
  }
  if (!space.fallback.empty()) {
    ClientDesign design = now;
    design.fallback = space.fallback;
    add(design);
  }
  return all;
}

ClientDesign design_at(std::span<const double> point, const ClientPlan& today,
                       const TuneSpace& space) {
  SLUICE_CHECK(point.size() == kTuneDimensions);
  ClientDesign design;
  design.retry = pick(kShapes, point[0]);
  design.max_retries = pick(kMaxRetries, point[1]);
  design.base = pick(kBases, point[2]);
  design.cap = std::max(pick(kCaps, point[3]), *design.base);
  design.retry_after_spread = pick_from(kSpreads, point[4], 0.4);
  if (point[5] >= 0.3) {
    const Pacing pacing = pick(pacings(), (point[5] - 0.3) / 0.7).pacing;
    design.pacing = name(pacing);
    if (uses_share(pacing)) design.share_permille = pick(kShares, point[6]);
    if (pacing == Pacing::kTokenBucket) design.burst = pick(kBursts, point[7]);
  }
  if (point[8] >= 0.6) design.budget = name(pick(budgets(), (point[8] - 0.6) / 0.4).kind);
  const std::optional<std::int64_t> concurrency = pick_from(kConcurrencies, point[9], 0.6);
  if (concurrency && concurrency != today.concurrency) design.concurrency = concurrency;
  design.breaker = point[10] >= 0.9;
  if (point[10] < 0.5) design.fallback = space.fallback;
  design.in_stream = space.in_stream && point[11] >= 0.4;
  return design;
}

std::string client_json(const ClientDesign& design, const ClientPlan& today) {
  std::string json = R"({"retry":)" + retry_json(design);
  if (today.processes > 1) json += fmt::format(R"(,"processes":{})", today.processes);
  if (design.pacing != "none") json += R"(,"pacer":)" + pacer_json(design);
  if (design.budget != "none") json += fmt::format(R"(,"budget":"{}")", design.budget);
  if (design.breaker) json += R"(,"breaker":true)";
  if (!design.fallback.empty()) json += fmt::format(R"(,"fallback":"{}")", design.fallback);
  if (const auto places = design.concurrency ? design.concurrency : today.concurrency) {
    json += fmt::format(R"(,"concurrency":{})", *places);
    if (today.queue_limit) json += fmt::format(R"(,"queue_limit":{})", *today.queue_limit);
    if (!today.hold_slot_while_waiting) json += R"(,"hold_slot_while_waiting":false)";
  }
  if (today.attempt_timeout) {
    json += fmt::format(R"(,"attempt_timeout":"{}")", exact_text(*today.attempt_timeout));
  }
  return json + "}";
}

}  // namespace sluice
