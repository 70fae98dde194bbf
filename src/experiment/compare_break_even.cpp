#include "experiment/compare_break_even.hpp"

#include <algorithm>
#include <optional>

#include "api/cost.hpp"
#include "base/deterministic_math.hpp"

namespace sluice {
namespace {

constexpr double kShort = 5;  // minutes
constexpr double kLong = 60;

struct Prices {
  double input;
  double write_5m;
  double write_1h;
  double read;
  double output;
};

Prices prices_of(const PriceRow& row) {
  const auto of = [&](CostCategory category) {
    return static_cast<double>(row.bands.front().per_token[static_cast<std::size_t>(category)]);
  };
  return {of(CostCategory::kInput), of(CostCategory::kWrite5m), of(CostCategory::kWrite1h),
          of(CostCategory::kCacheRead), of(CostCategory::kOutput)};
}

// a / b, at least 0; none where it never pays.
std::optional<double> reads(double extra, double saved) {
  if (saved <= 0) return std::nullopt;
  return std::max(0.0, extra / saved);
}

std::optional<double> rate(double worse, double better, double minutes) {
  if (better <= 0) return std::nullopt;
  return std::max(0.0, deterministic::log(worse / better) / minutes);
}

}  // namespace

BreakEven break_even(const std::string& model, const PriceRow& price, const MeanRequest& request) {
  const Prices p = prices_of(price);
  BreakEven made;
  made.model = model;
  made.reads_per_write_5m = reads(p.write_5m - p.input, p.input - p.read);
  made.reads_per_write_1h = reads(p.write_1h - p.input, p.input - p.read);
  made.extra_reads_1h = reads(p.write_1h - p.write_5m, p.write_5m - p.read);
  made.rate_5m = rate(p.write_5m - p.read, p.input - p.read, kShort);
  made.rate_1h = rate(p.write_1h - p.read, p.input - p.read, kLong);
  made.rate_1h_over_5m = rate(p.write_1h - p.read, p.write_5m - p.read, kLong - kShort);
  made.batch_factor = static_cast<double>(price.batch_permille) / 1000;
  const double at_once = request.prompt_tokens * p.input + request.output_tokens * p.output;
  const double saved = request.prompt_tokens * (p.input - p.read);
  if (saved > 0) {
    const double share = (1 - made.batch_factor) * at_once / saved;
    if (share < 1) made.batch_until_read_share = share;
  }
  return made;
}

std::string best_lifetime(const PriceRow& price, double rate) {
  const Prices p = prices_of(price);
  const auto cost = [&](double write, double minutes) {
    return p.read + (write - p.read) * deterministic::exp(-rate * minutes);
  };
  const double short_cost = cost(p.write_5m, kShort);
  const double long_cost = cost(p.write_1h, kLong);
  if (p.input <= std::min(short_cost, long_cost)) return "none";
  return long_cost < short_cost ? "1h" : "5m";
}

}  // namespace sluice
