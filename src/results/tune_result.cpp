#include "results/tune_result.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

std::string retry_text(const ClientDesign& design) {
  std::string text = design.retry;
  if (design.max_retries) text += fmt::format(" {} x", *design.max_retries);
  if (design.base) text += ", base " + exact_text(*design.base);
  if (design.cap) text += ", cap " + exact_text(*design.cap);
  if (design.retry_after_spread) {
    text += ", retry-after + U x " + exact_text(*design.retry_after_spread);
  }
  if (design.in_stream) text += ", also errors in a stream";
  return text;
}

std::string pacing_text(const ClientDesign& design) {
  std::string text = design.pacing;
  if (design.share_permille) text += fmt::format(" {} %", *design.share_permille / 10);
  if (design.burst) text += ", burst " + exact_text(*design.burst);
  return text;
}

}  // namespace

std::string text_of(const ClientDesign& design) {
  std::string text = retry_text(design);
  if (design.pacing != "none") text += "; " + pacing_text(design);
  if (design.budget != "none") text += "; budget " + design.budget;
  if (design.concurrency) text += fmt::format("; concurrency {}", *design.concurrency);
  if (design.breaker) text += "; breaker";
  if (!design.fallback.empty()) text += "; fallback " + design.fallback;
  return text;
}

bool is_sdk_alone(const ClientDesign& design) noexcept {
  return design.retry.starts_with("anthropic-sdk-") && !design.base && !design.cap &&
         !design.retry_after_spread && !design.in_stream && design.pacing == "none" &&
         design.budget == "none" && !design.concurrency && !design.breaker &&
         design.fallback.empty();
}

std::int64_t complexity_of(const ClientDesign& design) noexcept {
  constexpr std::int64_t kMechanism = 3;  // to be built; a constant is only set
  std::int64_t sum = 0;
  const auto add = [&sum](bool is_there, std::int64_t weight) { sum += is_there ? weight : 0; };
  add(!design.retry.starts_with("anthropic-sdk-"), 2);  // a loop of one's own
  add(design.max_retries.has_value(), 1);
  add(design.base.has_value(), 1);
  add(design.cap.has_value(), 1);
  add(design.retry_after_spread.has_value(), 1);
  add(design.in_stream, 1);
  add(design.pacing != "none", kMechanism);
  add(design.share_permille.has_value(), 1);
  add(design.burst.has_value(), 1);
  add(design.budget != "none", kMechanism);
  add(design.concurrency.has_value(), 1);
  add(design.breaker, kMechanism);
  add(!design.fallback.empty(), kMechanism);
  return sum;
}

double least_noticed(double reference, Unit unit) noexcept {
  return unit == Unit::kRatio ? kNoticedShare : kNoticedPart * std::fabs(reference);
}

bool PairedFigure::is_noticed() const noexcept {
  return std::fabs(difference.value) > least_noticed(today.value, unit);
}

}  // namespace sluice
