#include "report/compare_words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"

namespace sluice {
namespace {

const ComparedFigure* cost_of(const ComparedRow& row) {
  const auto& figure = row.figure(Measure::kCostPerSuccess);
  return figure ? &*figure : nullptr;
}

// "sonnet (as today)".
std::string called(const ModelComparison& c, std::size_t row) {
  return c.rows[row].name +
         (row == c.today && c.rows[row].kind == ComparedKind::kModel ? " (as today)" : "");
}

// "94 % less than sonnet (as today)", "as much as ...".
std::string against(const ModelComparison& c, std::size_t row, std::size_t other) {
  const ComparedFigure* own = cost_of(c.rows[row]);
  const ComparedFigure* its = cost_of(c.rows[other]);
  if (own == nullptr || its == nullptr || its->value <= 0) return {};
  const double change = own->value / its->value - 1;
  if (std::fabs(change) < 0.0005) return "as much as " + called(c, other);
  const std::string share = percent_text(std::fabs(change));
  return share + (change < 0 ? " less than " : " more than ") + called(c, other);
}

std::string factor_text(double factor) { return fmt::format("{:.2f}", factor); }

std::string requirement_name(const std::string& path) {
  std::string name = path;
  std::replace(name.begin(), name.end(), '.', ' ');
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string shares_text(const MixAdvice& advice) {
  std::vector<std::string> parts;
  for (const MixShare& share : advice.shares) {
    parts.push_back(percent_text(share.share) + " " + share.model);
  }
  return join(parts, " + ");
}

std::string wanted_text(const MixAdvice& advice) {
  std::vector<std::string> parts;
  if (advice.min_quality) {
    parts.push_back(fmt::format("mean quality at least {:g}", *advice.min_quality));
  }
  if (advice.max_latency_p95) {
    parts.push_back("p95 latency at most " +
                    number_text_of(*advice.max_latency_p95, Unit::kDuration));
  }
  return join(parts, " and ");
}

}  // namespace

std::string per_thousand_text(double dollars) {
  return number_text_of(dollars * 1000, Unit::kMoney);
}

std::string verdict_of(const ModelComparison& c) {
  if (c.recommended) {
    const std::size_t best = *c.recommended;
    std::string text = fmt::format(
        "{} is the cheapest that keeps all requirements: {} per 1,000 "
        "answers",
        called(c, best), per_thousand_text(cost_of(c.rows[best])->value));
    const std::size_t other = best == c.today ? c.next.value_or(best) : c.today;
    const std::string difference = other == best ? "" : against(c, best, other);
    return difference.empty() ? text : text + ", " + difference;
  }
  if (c.elsewhere) {
    const ComparedRow& row = c.rows[*c.elsewhere];
    const std::string difference =
        *c.elsewhere == c.today ? "" : ", " + against(c, *c.elsewhere, c.today);
    return fmt::format(
        "none keeps all requirements in tier {}; the cheapest that does elsewhere "
        "is {} in tier {}: {} per 1,000 answers{}",
        c.tier, called(c, *c.elsewhere), row.tier_needed->tier,
        per_thousand_text(cost_of(row)->value), difference);
  }
  return fmt::format("none keeps all requirements, in tier {} or any other", c.tier);
}

std::string sensitivity_of(const ModelComparison& c) {
  const std::string factor = factor_text(c.sensitivity.factor);
  if (c.sensitivity.assumption == Assumption::kNone) {
    return c.sensitivity.rival ? "prices and limits: no length of answers would turn it"
                               : "nothing: there is no second choice";
  }
  if (c.sensitivity.assumption == Assumption::kServiceTimes) {
    return fmt::format("the speed of {}, which is a guess: {} times slower, it would be too late",
                       c.rows[*c.recommended].name, factor);
  }
  const std::size_t best = c.recommended ? *c.recommended : *c.elsewhere;
  const bool best_is_today = best == c.today;
  const ComparedRow& guessed = c.rows[best_is_today ? *c.sensitivity.rival : best];
  const std::string turns =
      best_is_today ? fmt::format("it would be cheaper with {} times fewer", factor)
                    : fmt::format("it would not be cheapest with {} times as many", factor);
  if (c.sensitivity.assumption == Assumption::kTokenizer) {
    return fmt::format("the tokenizer: {} is taken to need {} times today's tokens; {}",
                       guessed.name, factor_text(guessed.token_ratio), turns);
  }
  return fmt::format("the length of answers: {} is taken to need no more output tokens; {}",
                     guessed.name, turns);
}

std::string words_of(const ComparedRequirement& r) {
  return fmt::format("{} at {} {}", requirement_name(r.path), r.is_least ? "least" : "most",
                     number_text_of(r.bound, r.unit));
}

std::string words_of(const MissedRequirement& missed, const ModelComparison& c) {
  const ComparedRequirement& r = c.requirements[missed.requirement];
  return requirement_name(r.path) + " " +
         (missed.value ? number_text_of(*missed.value, r.unit) : "has no value");
}

std::string words_of(const MixAdvice& advice, const ModelComparison& c) {
  const std::string wanted = wanted_text(advice);
  if (advice.verdict == MixVerdict::kConfirmed) {
    const ComparedRow& row = c.rows[*advice.row];
    std::string text =
        fmt::format("{} is the cheapest mix with {}: {} per 1,000 answers", shares_text(advice),
                    wanted, per_thousand_text(cost_of(row)->value));
    if (advice.max_latency_p95) {
      text += ", p95 " + number_text_of(row.figure(Measure::kLatencyP95)->value, Unit::kDuration);
    }
    if (!row.missed.empty()) text += "; it misses " + words_of(row.missed.front(), c);
    return text + " (simulated)";
  }
  if (advice.verdict == MixVerdict::kLimitsSpoilIt) {
    return fmt::format(
        "no mix with {} was confirmed: prices and speeds allow {}, but with the "
        "limits of tier {} its requests are too late",
        wanted, shares_text(advice), c.tier);
  }
  std::string text = "no mix has " + wanted;
  if (advice.min_quality && advice.best_quality < *advice.min_quality) {
    return text + fmt::format(": no model's weight is above {:g}", advice.best_quality);
  }
  if (advice.max_latency_p95) {
    text += fmt::format(": at best {} of one model's requests are in time, even without limits",
                        percent_text(advice.best_within));
    if (advice.min_quality && advice.best_within >= 0.95) text += ", but not of the good ones";
  }
  return text;
}

std::string words_of(const PrefixSide& side) {
  const std::string used =
      fmt::format("{}: prefix of {} tokens on {}, each variant used {}", side.workload,
                  with_thousands(side.prefix_tokens), side.model,
                  number_text_of(side.uses_per_minute, Unit::kPerMinute));
  if (side.prefix_tokens < side.minimum_tokens) {
    return used + fmt::format(": too short to be cached by itself (the model's minimum is {})",
                              with_thousands(side.minimum_tokens));
  }
  const std::string best = side.best == "none" ? "not caching" : "caching for " + side.best;
  if (side.best == side.today) return fmt::format("{}: {} is cheapest, as today", used, best);
  return fmt::format("{}: {} is cheapest, today it is {}", used, best, side.today);
}

std::vector<std::string> assumptions_of(const ModelComparison& c) {
  std::vector<std::string> all;
  if (c.service_times_are_guesses) all.emplace_back("service times are guesses, so latencies too");
  all.emplace_back("answers have the same length on every model but for its tokenizer");
  all.emplace_back("how good the answers are is not compared");
  all.insert(all.end(), c.notes.begin(), c.notes.end());
  return all;
}

}  // namespace sluice
