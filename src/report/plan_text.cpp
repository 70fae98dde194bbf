#include "report/plan_text.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/plan_money.hpp"
#include "report/plan_words.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

constexpr std::size_t kAssumptionsMost = 4;
constexpr double kSame = 0.004;  // the finest tolerance of the search

std::string short_limit(const std::string& limit) {
  // "sonnet-5.5.output_tokens_per_minute" stands in a table beside its group; all are per minute.
  constexpr std::string_view kRate = "_per_minute";
  const std::size_t dot = limit.rfind('.');
  std::string text = dot == std::string::npos ? limit : limit.substr(dot + 1);
  if (const std::size_t at = text.find(kRate); at != std::string::npos)
    text.erase(at, kRate.size());
  return text;
}

class PlanText {
 public:
  PlanText(const PlanResult& plan, const TextStyle& style) : plan_(plan), style_(style) {}

  std::string all() && {
    verdict();
    demands();
    tiers();
    rate();
    levers();
    time_and_money();
    assumptions();
    identity();
    return std::move(out_);
  }

 private:
  std::string in(std::string_view code, std::string_view text) const {
    return in_colour(code, text, style_);
  }
  void title(std::string_view text) { out_ += "\n" + in("1", text) + "\n"; }
  void line(std::string_view label, const std::string& text) {
    out_ += labelled(label, text, style_);
  }

  void verdict() {
    const std::string words = verdict_words(plan_);
    const bool is_good = plan_.verdict == PlanVerdict::kFits;
    const std::string all =
        wrapped(words + " " + verdict_sentence(plan_), static_cast<std::size_t>(style_.width), 0);
    out_ += in(is_good ? "1;32" : "1;31", words) + all.substr(words.size()) + ".\n";
  }

  void demands() {
    const bool is_ours = !plan_.demands.empty() && plan_.demands.front().is_default;
    title(is_ours ? "What it is held to (ours: the scenario has no bounds)" : "What is asked for");
    TextTable table({"", "bound", fmt::format("today, {} runs", plan_.runs), ""});
    for (const PlanDemand& demand : plan_.demands) {
      table.add({words_of(demand.path), bound_text(demand),
                 estimate_text(demand.value, demand.unit), standing_text(demand)});
    }
    out_ += table.text();
  }

  std::string standing_text(const PlanDemand& demand) const {
    const bool is_by_stop = demand.path == "cost.per_month" && is_kept_by_stop(plan_.money);
    return std::string(name(demand.standing)) +
           (is_by_stop && demand.standing == Standing::kHolds ? ": spending stops there" : "");
  }

  // Of what got through nothing can be read about room once anything is refused.
  static std::string headroom_text(const PlanTier& row) {
    if (!row.binding) return "-";
    return row.rate_limited_share > 0 ? "none" : percent_text(1 - row.binding->peak_minute);
  }

  void tiers() {
    if (plan_.tiers.empty()) return;
    title("Which tier's rate limits fit, each simulated");
    TextTable table(
        {"tier", "models", "rates fit", "binds", "headroom", "429s", "p95", "cap, gone in"});
    for (const PlanTier& row : plan_.tiers) {
      const char* fits = row.requests == 0 ? "?" : row.fits ? "yes" : "no";
      table.add({row.tier + (row.is_current ? " *" : ""), row.group, fits,
                 row.binding ? short_limit(row.binding->limit) : "-", headroom_text(row),
                 percent_text(row.rate_limited_share),
                 row.latency_p95 ? seconds_text(*row.latency_p95) : "-", money_cell(row)});
    }
    out_ += table.text();
    out_ += "  " + wrapped(smallest_tiers(), static_cast<std::size_t>(style_.width), 2) + "\n";
  }

  // "* today's. The smallest whose rate limits fit: build for sonnet-5.5, start for haiku-5.5".
  std::string smallest_tiers() const {
    std::vector<std::string> groups;
    for (const PlanTier& row : plan_.tiers) {
      if (std::find(groups.begin(), groups.end(), row.group) == groups.end()) {
        groups.push_back(row.group);
      }
    }
    std::vector<std::string> texts;
    for (const std::string& group : groups) {
      const auto first = std::find_if(plan_.tiers.begin(), plan_.tiers.end(), [&](auto& row) {
        return row.group == group && row.fits && row.requests > 0;
      });
      texts.push_back((first == plan_.tiers.end() ? "none" : first->tier) + " for " + group);
    }
    return "* today's. The smallest whose rate limits fit: " + join(texts);
  }

  void rate() {
    title("The highest rate that lasts");
    const PlanRate& rate = plan_.rate;
    if (rate.today <= 0) return line("", "not to be told: nothing is sent today");
    if (!rate.factor) {
      line("", rate.impossible ? "none: what is asked for is not kept at any rate"
                               : "not to be told from so few requests");
      return;
    }
    std::string found = rate_text(*rate.per_minute);
    if (rate.is_lower_bound) found = "at least " + found;
    if (rate.is_cut_at_limit) found += ", cut at what the limit gives";
    found += fmt::format(", {} of today's {}", percent_text(rate.per_minute->value / rate.today),
                         rate_text({rate.today, {}}));
    line("Found", fmt::format("{}; {} runs of {} of traffic", found, rate.runs,
                              seconds_text(rate.run_length)));
    if (const std::string basis = rate_basis(plan_); !basis.empty()) line("Money", basis);
    if (rate.closed_form) line("Means alone", closed_form_text());
    if (rate.broken.empty()) return;
    std::vector<std::string> texts;
    for (const PlanBroken& broken : rate.broken) {
      texts.push_back(
          fmt::format("{} ({} of {} runs)", words_of(broken.path), broken.runs, rate.runs));
    }
    line("Above it", join(texts));
  }

  std::string closed_form_text() const {
    const PlanRate& rate = plan_.rate;
    const double above = *rate.closed_form / rate.factor->value - 1;
    std::string text =
        fmt::format("{} by {}{}", rate_text({*rate.closed_form * rate.today, {}}),
                    rate.closed_form_limit, rate.closed_form_is_exact ? "" : " (measured means)");
    if (above <= kSame) return text + ", the same within what the search tells apart";
    if (!rate.broken.empty() && rate.broken.front().path == "cost.per_month") {
      return text + ", but the budget is spent before";
    }
    text += fmt::format(", {} higher: they leave out that ", percent_text(above));
    return text + (rate.scatter.empty() ? "a run is never exactly its mean" : join(rate.scatter));
  }

  void levers() {
    if (plan_.levers.empty() || plan_.rate.today <= 0) return;
    TextTable table({"", "lasts", "gain", "cost a success"});
    std::vector<std::string> others;
    for (const PlanLever& lever : plan_.levers) {
      if (!raises(lever.gain)) {
        others.push_back(lever.name + ": " + lever.detail + lost_text(lever.gain));
        continue;
      }
      table.add({lever.name + ": " + lever.detail, raised_text(lever.gain), change_text(lever.gain),
                 lever.cost ? change_text({.value = *lever.cost, .interval = {}}) : "-"});
    }
    const bool any = others.size() < plan_.levers.size();
    title(any ? "What would raise it most, each simulated"
              : "Nothing that was tried raises it, each simulated");
    if (any) out_ += table.text();
    if (!others.empty()) line("No gain", join(others, "; "));
    if (!plan_.levers_left_out.empty()) line("Not tried", join(plan_.levers_left_out, "; "));
  }

  // Told from nothing by its interval.
  static bool raises(const PlanNumber& gain) {
    return gain.interval ? gain.interval->low > 0 : gain.value > 0;
  }
  // " (-12 % ± 1.0)" of what makes it worse.
  static std::string lost_text(const PlanNumber& gain) {
    const bool is_loss = gain.interval ? gain.interval->high < 0 : gain.value < 0;
    return is_loss ? " (" + change_text(gain) + ")" : "";
  }

  // By the gain, which is paired run by run, and not by a mean over other runs.
  std::string raised_text(const PlanNumber& gain) const {
    return rate_text({.value = plan_.rate.per_minute->value * (1 + gain.value), .interval = {}});
  }

  void time_and_money() {
    title("When, and for how much");
    line("First 429", first_refusal_text());
    const PlanMoney& money = plan_.money;
    const bool is_credit = money.limit == MoneyLimit::kCredit;
    if (money.cap) line(is_credit ? "Credit" : "Month's cap", limit_text(money));
    if (money.gone && money.gone->limit != money.limit) {
      line(money.gone->dollars ? "Credit" : "Key limits", other_limit_text(*money.gone));
    }
    std::string month = money.month ? "$" + with_thousands(std::llround(money.month->value)) : "-";
    if (money.month && money.month->interval) {
      const double half = (money.month->interval->high - money.month->interval->low) / 2;
      if (half >= 0.5) month += " ± $" + with_thousands(std::llround(half));
    }
    if (money.month) month += money.is_stopped ? stopped_text() : " for 30 days like this";
    if (money.per_success) {
      month += ", " + estimate_text(money.per_success, Unit::kMoney) + " per success";
    }
    if (money.budget && money.month) {
      month +=
          fmt::format("; the budget is {}: {}", dollars_text(*money.budget), budget_text(money));
    }
    line("A month", month);
  }

  // What is sent after the limit is refused, so the month costs no more than that.
  std::string stopped_text() const {
    const PlanMoney& money = plan_.money;
    // A whole month holds enough, and this one has begun.
    if (money.wanted && money.month->value >= money.wanted->value * (1 - kSame)) {
      return " for 30 days like this, of which this month has too little left";
    }
    const bool is_credit = money.limit == MoneyLimit::kCredit;
    std::string text = fmt::format(", the {}: what is sent once it is gone is refused",
                                   money.is_held_by_keys ? "most that limits of keys let through"
                                   : is_credit           ? "prepaid credit"
                                                         : "spending limit");
    if (money.wanted) {
      text += fmt::format(" (30 days like this would cost {} without it)",
                          dollars_text(money.wanted->value));
    }
    return text;
  }

  std::string first_refusal_text() const {
    const PlanFirstRefusal& first = plan_.first_refusal;
    if (!first.median) return fmt::format("none in {} runs", first.runs);
    std::string text = "after " + range_text(*first.median, 1, Unit::kDuration);
    if (first.runs_refused > 1) text += ", at the earliest " + seconds_text(*first.earliest);
    return text + fmt::format("; in {} of {} runs", first.runs_refused, first.runs);
  }

  void assumptions() {
    if (plan_.assumptions.empty()) return;
    const PlanAssumption& first = plan_.assumptions.front();
    const auto& interval = first.effect.interval;
    const bool shows = !interval || interval->low > 0 || interval->high < 0;
    title(shows ? "The rate is most sensitive to: " + first.name
                : "The rate is sensitive to nothing that was varied");
    std::vector<std::string> texts;
    for (const PlanAssumption& a : plan_.assumptions) {
      if (texts.size() == kAssumptionsMost) break;
      texts.push_back(fmt::format("{}{}, {}: {}", a.name, a.is_guess ? " (a guess)" : "", a.change,
                                  change_text(a.effect)));
    }
    for (const std::string& text : texts) out_ += "  " + text + "\n";
  }

  void identity() {
    out_ += "\n" +
            in("2", fmt::format("{}, seed {}, {} simulations, catalog {}, sluice {}",
                                plan_.scenario, plan_.seed, with_thousands(plan_.trials),
                                plan_.catalog_date, plan_.version)) +
            "\n";
    for (const std::string& note : plan_.notes) {
      out_ += wrapped("note: " + note, static_cast<std::size_t>(style_.width), 0) + "\n";
    }
  }

  const PlanResult& plan_;
  const TextStyle& style_;
  std::string out_;
};

}  // namespace

std::string render_text(const PlanResult& plan, const TextStyle& style) {
  return PlanText(plan, style).all();
}

}  // namespace sluice
