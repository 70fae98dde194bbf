#include "report/plan_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/plan_money.hpp"

namespace sluice {
namespace {

constexpr std::array kWords = {
    std::pair{"requests.success_share", "requests answered"},
    std::pair{"attempts.rate_limited_share", "429s of the attempts"},
    std::pair{"goodput.share", "good requests"},
    std::pair{"latency.offered.p95", "p95 of all offered"},
    std::pair{"latency.offered.p99", "p99 of all offered"},
    std::pair{"attempts.per_success", "attempts per success"},
    std::pair{"cost.per_month", "cost of a month"},
};

// "95.8 % of the requests answered where 99.9 % are asked for".
std::string broken_text(const PlanDemand& demand) {
  const std::string value =
      demand.value ? number_text_of(demand.value->value, demand.unit) : "none";
  return fmt::format("{} {} where {} is {}", words_of(demand.path), value, bound_text(demand),
                     demand.is_default ? "our bound" : "asked");
}

std::string broken_texts(const std::vector<PlanDemand>& demands, Standing standing) {
  std::vector<std::string> texts;
  for (const PlanDemand& demand : demands) {
    if (demand.standing == standing) texts.push_back(broken_text(demand));
  }
  return join(texts, "; ");
}

std::string binding_text(const PlanResult& plan) {
  if (!plan.binding) return "no limit is touched";
  const PlanBinding& binding = *plan.binding;
  if (binding.first_refused) {
    return fmt::format("{} binds, first after {}", binding.limit,
                       seconds_text(*binding.first_refused));
  }
  return fmt::format("the tightest limit is {}, {} used in its busiest minute", binding.limit,
                     percent_text(binding.peak_minute));
}

// Requests are fewer than a verdict could rest on.
std::string too_little_text(const PlanResult& plan) {
  return fmt::format("{} runs at {} have too few requests; ", plan.runs,
                     rate_text({.value = plan.rate.today, .interval = {}})) +
         binding_text(plan);
}

// Where a spending limit does not last this month, or credit or keys of limits do not: money is a
// limit too.
std::string cap_text(const PlanMoney& money) {
  if (!money.gone) return "";
  const bool is_later =
      money.gone->is_later || (money.gone->limit == money.limit && !money.time_to_cap);
  if (is_later && !is_for_good(money.gone->limit)) return "";
  return fmt::format("; {} after {}", gone_words(*money.gone), seconds_text(money.gone->after));
}

std::string impossible_text(const PlanImpossible& impossible) {
  std::vector<std::string> texts;
  for (const PlanDemand& demand : impossible.demands) texts.push_back(broken_text(demand));
  std::string text = texts.empty() ? "no rate lasts in most runs" : join(texts, "; ");
  text = fmt::format("even at {} {}", rate_text({impossible.per_minute, {}}), text);
  if (!impossible.causes.empty()) text += "; requests fail with " + join(impossible.causes);
  return text;
}

std::string percent_of(double ratio) {
  return fmt::format("{:.{}f}", ratio * 100, std::fabs(ratio) < 0.0995 ? 1 : 0);
}

}  // namespace

std::string words_of(const std::string& path) {
  for (const auto& [known, words] : kWords) {
    if (path == known) return words;
  }
  if (path.starts_with("utilisation.")) {
    return path.substr(path.find('.') + 1) + " takes more than flows back";
  }
  return path;
}

std::string bound_text(const PlanDemand& demand) {
  return (demand.is_least ? "at least " : "at most ") + number_text_of(demand.bound, demand.unit);
}

std::string estimate_text(const std::optional<PlanNumber>& number, Unit unit) {
  if (!number) return "-";
  std::string text = number_text_of(number->value, unit);
  if (!number->interval) return text;
  const std::string half =
      number_text_of((number->interval->high - number->interval->low) / 2, unit);
  // Smaller than is shown.
  if (half.find_first_of("123456789") == std::string::npos) return text;
  return text + " ± " + half;
}

std::string range_text(const PlanNumber& number, double scale, Unit unit) {
  const double value = number.value * scale;
  const double rounded = value >= 100 ? std::round(value) : value;
  std::string text = number_text_of(rounded, unit);
  if (!number.interval) return text;
  const auto end = [&](double at) {
    const double times = at * scale;
    return number_text_of(value >= 100 ? std::round(times) : times, unit);
  };
  const std::string low = end(number.interval->low);
  const std::string high = end(number.interval->high);
  if (low == high) return text;
  // One unit is enough where both ends have the same.
  const std::size_t unit_at = low.find_first_of(" /");
  const bool is_same_unit =
      unit_at != std::string::npos && high.ends_with(low.substr(unit_at)) && unit != Unit::kMoney;
  return fmt::format("{} (95 %: {}-{})", text, is_same_unit ? low.substr(0, unit_at) : low, high);
}

std::string rate_text(const PlanNumber& per_minute) {
  if (per_minute.value >= 1 || per_minute.value <= 0) {
    return range_text(per_minute, 1, Unit::kPerMinute);
  }
  const bool is_hourly = per_minute.value * 60 >= 1;
  const double times = is_hourly ? 60 : 24 * 60;
  const auto text = [&](double value) { return number_text_of(value * times, Unit::kFactor); };
  std::string all = text(per_minute.value) + (is_hourly ? "/h" : "/d");
  if (!per_minute.interval) return all;
  const double low = std::max(0.0, per_minute.interval->low);
  return all + fmt::format(" (95 %: {}-{})", text(low), text(per_minute.interval->high));
}

std::string change_text(const PlanNumber& change) {
  const std::string percent = percent_of(change.value);
  const bool is_zero = percent.find_first_of("123456789") == std::string::npos;
  std::string text = is_zero ? "0 %" : (change.value > 0 ? "+" : "") + percent + " %";
  if (!change.interval) return text;
  const double half = (change.interval->high - change.interval->low) / 2;
  return text + " ± " + percent_of(half);
}

std::string seconds_text(double seconds) { return number_text_of(seconds, Unit::kDuration); }

std::string dollars_text(double dollars) {
  if (dollars >= 1000) return "$" + with_thousands(std::llround(dollars));
  return number_text_of(dollars, Unit::kMoney);
}

std::string verdict_words(const PlanResult& plan) {
  switch (plan.verdict) {
    case PlanVerdict::kFits:
      return "FITS";
    case PlanVerdict::kUnclear:
      return "ON THE EDGE";
    case PlanVerdict::kTooLittle:
      return "TOO LITTLE TO SAY";
    case PlanVerdict::kDoesNotFit:
      return "DOES NOT FIT";
    case PlanVerdict::kImpossible:
      return "IMPOSSIBLE";
  }
  return "";
}

std::string verdict_sentence(const PlanResult& plan) {
  const std::string tier = plan.tier == "custom" ? "the custom tier" : "the " + plan.tier + " tier";
  switch (plan.verdict) {
    case PlanVerdict::kFits:
      return tier + "'s rate limits: " + binding_text(plan) + cap_text(plan.money);
    case PlanVerdict::kUnclear:
      return "of " + tier + ": " + binding_text(plan) + "; " +
             broken_texts(plan.demands, Standing::kUnclear) + cap_text(plan.money);
    case PlanVerdict::kTooLittle:
      return "of " + tier + ": " + too_little_text(plan) + cap_text(plan.money);
    case PlanVerdict::kDoesNotFit:
      return tier + ": " + binding_text(plan) + "; " +
             broken_texts(plan.demands, Standing::kFails) + cap_text(plan.money);
    case PlanVerdict::kImpossible:
      return "in " + tier + ", at any rate: " + impossible_text(*plan.rate.impossible);
  }
  return "";
}

}  // namespace sluice
