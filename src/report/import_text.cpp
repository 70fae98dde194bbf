#include "report/import_text.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

constexpr std::size_t kModelsShown = 5;
constexpr std::size_t kDaysShown = 4;

std::string dollars(double amount) { return number_text_of(amount, Unit::kMoney); }

// "-5 %", "+0.3 %".
std::string signed_percent(double ratio) {
  const double percent = ratio * 100;
  return fmt::format("{:+.{}f} %", percent, std::fabs(percent) < 1 ? 1 : 0);
}

std::string against(const std::string& fit, const std::string& trace,
                    const std::optional<double>& difference) {
  const std::string text = fit + " against " + trace;
  return difference ? text + " (" + signed_percent(*difference) + ")" : text;
}

// "11.8 % ± 0.6 %".
std::string with_half(const std::string& text, const std::optional<double>& half) {
  return half && *half > 0 ? text + " ± " + percent_text(*half) : text;
}

std::string unpriced_text(std::int64_t calls) {
  return calls == 0 ? "" : fmt::format(", {} unpriced", counted(calls, "call"));
}

class ImportWriter {
 public:
  ImportWriter(const ImportResult& result, TextStyle style)
      : r_(result), width_(static_cast<std::size_t>(style.width)), style_(style) {}

  std::string text() {
    heading();
    workloads();
    cost();
    tiers();
    fit();
    footer();
    return std::move(out_);
  }

 private:
  void line(std::string_view label, std::string_view text) {
    out_ += labelled(label, text, style_);
  }

  void heading() {
    const std::string title =
        fmt::format("{}: {} over {}, from {} ({})", r_.scenario, counted(r_.calls, "call"),
                    short_text(r_.span), counted(r_.files, "file"), r_.format);
    out_ += in_colour("1", wrapped(title, width_, 0), style_) + "\n\n";
    std::vector<std::string> parts = {counted(r_.rows, "row")};
    const auto add = [&](std::int64_t count, const char* one, const char* many) {
      if (count > 0) parts.push_back(counted(count, one, many));
    };
    add(r_.bad_rows, "bad and left out", "bad and left out");
    add(r_.duplicates, "duplicate", "duplicates");
    add(r_.not_calls, "that is no call", "that are no calls");
    add(r_.failed_calls, "failed call", "failed calls");
    add(r_.left_aside, "file left aside", "files left aside");
    line("read", join(parts));
    if (!r_.from.empty()) line("time", r_.from + " to " + r_.until);
    out_ += "\n";
  }

  void workloads() {
    TextTable table({"workload", "of", "calls", "prompt p50", "p95", "output p50", "p95"});
    for (const ImportedWorkload& one : r_.workloads) {
      std::string of = one.log_names.empty() ? "-" : one.log_names.front();
      if (one.log_names.size() > 1) of += fmt::format(" +{}", one.log_names.size() - 1);
      table.add({one.name, of, with_thousands(one.calls), with_thousands(one.prompt_p50),
                 with_thousands(one.prompt_p95), with_thousands(one.output_p50),
                 with_thousands(one.output_p95)});
    }
    out_ += table.text() + "\n";
    if (r_.cache) {
      line("cache", percent_text(r_.cache->in_log) +
                        " of the prompt tokens were read in the log, " +
                        percent_text(r_.cache->simulated) + " are when it is simulated");
    }
  }

  void cost() {
    if (!r_.cost) return;
    const CostSoFar& c = *r_.cost;
    line("cost so far", c.unpriced == c.calls
                            ? fmt::format("unpriced: {}", counted(c.calls, "call"))
                            : money_text(c.total) + categories(c) + unpriced_text(c.unpriced));
    spent("by model", c.by_model, kModelsShown);
    std::vector<SpentOn> days = c.by_day;
    std::stable_sort(days.begin(), days.end(),
                     [](const SpentOn& a, const SpentOn& b) { return a.cost > b.cost; });
    if (days.size() > 1) spent("dearest days", days, kDaysShown);
    otherwise("on models", c.on_models, c.calls_today > 0 ? c.calls_today : c.calls);
    if (c.cached_calls > 0) otherwise("cache for", c.with_ttls, c.calls_today);
    line("", today_text(c));
    if (c.cached_calls > 0) {
      line("",
           "a session's first call gets no reads beyond those in the log: what a longer TTL saves "
           "is a lower bound");
    }
    out_ += "\n";
  }

  // Which calls the two lines above are of, and what these cost as they are.
  static std::string today_text(const CostSoFar& c) {
    const std::string at = "at the prices of " + c.prices_from;
    const std::string tokens = "tokens by each model's tokenizer";
    if (c.calls_today == 0) return at + ", which do not say what these calls cost; " + tokens;
    if (c.calls_today == c.calls) {
      return at + ", at which these calls cost " + money_text(c.today) + "; " + tokens;
    }
    return fmt::format("{}, of the {} that have a price there and cost {}; {}", at,
                       counted(c.calls_today, "call"), money_text(c.today), tokens);
  }

  static std::string categories(const CostSoFar& c) {
    std::string text;
    for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
      const Money cost = c.by_category.by_category[i];
      if (cost == Money{}) continue;
      std::string what(name(static_cast<CostCategory>(i)));
      std::replace(what.begin(), what.end(), '_', ' ');
      text += (text.empty() ? ": " : ", ") + what + " " + money_text(cost);
    }
    if (c.web_searches > 0) {
      text += fmt::format("{}{} web search{} {}", text.empty() ? ": " : ", ",
                          with_thousands(c.web_searches), c.web_searches == 1 ? "" : "es",
                          money_text(c.web_search_cost));
    }
    return text;
  }

  void spent(const char* label, const std::vector<SpentOn>& all, std::size_t shown) {
    std::string text;
    for (std::size_t i = 0; i < all.size() && i < shown; ++i) {
      const SpentOn& one = all[i];
      const bool is_priced = one.unpriced < one.calls;
      text += fmt::format("{}{} {} ({}{})", i == 0 ? "" : ", ",
                          one.name.empty() ? "(unnamed)" : one.name,
                          is_priced ? money_text(one.cost) : "unpriced", counted(one.calls, "call"),
                          is_priced ? unpriced_text(one.unpriced) : "");
    }
    if (all.size() > shown) text += fmt::format(", and {} more", all.size() - shown);
    line(label, text);
  }

  void otherwise(const char* label, const std::vector<SpentOtherwise>& all, std::int64_t calls) {
    std::vector<std::string> parts;
    for (const SpentOtherwise& one : all) {
      parts.push_back(one.name + " " +
                      (one.unpriced == calls ? "unpriced"
                                             : money_text(one.cost) + unpriced_text(one.unpriced)));
    }
    line(label, join(parts));
  }

  void tiers() {
    if (r_.tiers.empty()) return;
    TextTable table({"tier", "429s", "busiest minute", "binding limit", "monthly cap", "fits"});
    for (const TierFit& one : r_.tiers) {
      if (!one.unavailable.empty()) {
        table.add({one.tier, "-", "-", "-", "-", "not available"});
        continue;
      }
      std::string cap = one.monthly_cap ? one.monthly_cap->text(0) : "none";
      if (one.cap_reached) cap += ", exceeded";
      if (!one.cap_judged) cap += ", not judged";
      table.add({one.tier, percent_text(one.rate_limited_share), percent_text(one.peak_use),
                 one.binding_limit, cap,
                 !one.fits()   ? "-"
                 : *one.fits() ? "yes"
                               : "no"});
    }
    out_ += table.text() + "\n";
  }

  void fit() {
    if (!r_.fit) return;
    for (const FittedPart& part : r_.fit->parts) {
      const bool is_alone = r_.workloads.size() == 1;
      line(part.what, (is_alone ? "" : part.workload + ": ") + part.chosen +
                          (part.quality.empty() ? "" : " [" + part.quality + "]"));
    }
    for (const FitCheck& check : r_.fit->checks) line("checked", words_of(check));
    for (const std::string& note : r_.fit->notes) line("differs", note);
    out_ += "\n";
  }

  std::string words_of(const FitCheck& check) const {
    const std::string where =
        check.limits_factor == 1
            ? "tier " + check.tier
            : fmt::format("tier {} with limits x{:.3g}", check.tier, check.limits_factor);
    const std::string refused =
        with_half(percent_text(check.rate_limited_fit), check.rate_limited_half);
    return fmt::format(
        "{}: 429 share {}, cost {}; the fit against the trace, {} runs each", where,
        against(refused, percent_text(check.rate_limited_trace), check.rate_limited_difference()),
        against(dollars(check.cost_fit), dollars(check.cost_trace), check.cost_difference()),
        r_.fit->replications);
  }

  void footer() {
    if (!r_.notes.empty()) line("assumed", join(r_.notes, "; "));
    line("next", "sluice simulate " + r_.scenario);
  }

  const ImportResult& r_;
  std::size_t width_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string render_text(const ImportResult& result, TextStyle style) {
  return ImportWriter(result, style).text();
}

}  // namespace sluice
