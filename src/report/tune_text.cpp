#include "report/tune_text.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "report/tune_paste.hpp"

namespace sluice {
namespace {

// "51.9 points", "553.1 s".
std::string size_text(double size, Unit unit) {
  if (unit == Unit::kRatio) return fmt::format("{:.2f} points", size * 100);
  return number_text_of(size, unit);
}

std::string signed_text(double number, Unit unit) {
  if (number == 0) return "0";
  return (number > 0 ? "+" : "-") + size_text(std::fabs(number), unit);
}

// "+51.9 points ± 0.4 points".
std::string difference_text(const PairedFigure& figure) {
  const stats::Interval& d = figure.difference;
  if (d.value == 0 && d.half_width() == 0) return "0";
  constexpr double kLeastMoney = 1e-6;  // of which prices are shown
  const bool is_small = std::max(std::fabs(d.low), std::fabs(d.high)) < kLeastMoney;
  if (figure.unit == Unit::kMoney && is_small) return "about 0";
  if (figure.unit == Unit::kRatio)
    return fmt::format("{:+.2f} ± {:.2f} points", d.value * 100, d.half_width() * 100);
  return signed_text(d.value, figure.unit) + " ± " + size_text(d.half_width(), figure.unit);
}

std::string_view order_text(const PairedFigure& figure) {
  if (!figure.is_noticed()) return "tied";
  if (figure.is_better()) return "better";
  return figure.is_worse() ? "worse" : "tied";
}

std::string value_text(const stats::Interval& interval, Unit unit) {
  std::string text = number_text_of(interval.value, unit);
  const std::string half = number_text_of(interval.half_width(), unit);
  if (interval.half_width() > 0) text += " ± " + half;
  return text;
}

std::string cut_text(const PairedFigure& figure) {
  if (!figure.variance_cut) return "-";
  return fmt::format("{:.{}f} x", *figure.variance_cut, *figure.variance_cut < 10 ? 1 : 0);
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    widest = std::max(widest, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

class TuneText {
 public:
  TuneText(const TuneResult& result, const std::string& path, TextStyle style)
      : result_(result), path_(path), style_(style) {}

  std::string text() {
    title();
    verdict();
    bounds();
    overload();
    spend_stop();
    figures();
    points();
    worlds();
    rests_on();
    paste();
    return std::move(out_);
  }

 private:
  bool is_better() const { return result_.verdict == TuneVerdict::kBetter; }
  std::string in(std::string_view code, std::string_view text) const {
    return in_colour(code, text, style_);
  }
  void heading(std::string_view text) { out_ += "\n" + in("1", text) + "\n"; }
  void line(std::string_view label, const std::string& text, std::string_view code = "") {
    out_ += labelled(label, text, style_, code);
  }
  // So many figures are of goals.
  std::size_t goals() const { return std::min(result_.goals.size(), result_.figures.size()); }
  // What the verdict calls the other policy.
  std::string other() const { return is_better() ? "recommended" : "best found"; }

  void title();
  void verdict();
  void bounds();
  void overload();
  void spend_stop();
  void figures();
  void points();
  void worlds();
  std::string world_table(std::span<const TuneGoal> goals) const;
  void rests_on();
  void paste();

  const TuneResult& result_;
  const std::string& path_;
  TextStyle style_;
  std::string out_;
};

void TuneText::title() {
  const TuneEffort& effort = result_.effort;
  std::string text =
      fmt::format("{}: client {}, {} candidates in {} runs", result_.scenario,
                  in_quotes(result_.client), effort.candidates, effort.search_trials);
  if (effort.confirm_replications > 0) {
    text += fmt::format("; confirmed over {} replications that the search has not seen",
                        effort.confirm_replications);
  }
  out_ += in("1", wrapped(text, static_cast<std::size_t>(style_.width), 0)) + "\n\n";
}

// The goals that tell the two apart, in words.
std::string told_apart(const TuneResult& result) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(result.goals.size(), result.figures.size()); ++i) {
    const PairedFigure& figure = result.figures[i];
    parts.push_back(
        fmt::format("{} {} ({})", figure.path, difference_text(figure), order_text(figure)));
  }
  return join(parts);
}

void TuneText::verdict() {
  if (result_.partial) {
    line("PARTIAL",
         result_.effort.confirm_replications > 0
             ? "stopped: not every other world was looked at"
             : "stopped: the best so far, by the replications that chose it, not confirmed",
         "1;33");
  }
  if (is_better()) {
    const bool is_confirmed = result_.effort.confirm_replications > 0 || !result_.partial;
    line(is_confirmed ? "RECOMMENDED" : "BEST SO FAR", result_.chosen_text, "1;32");
    line("today", result_.today_text);
  } else {
    line("KEEP", result_.today_text + ": nothing in the search is better by the goals", "1;32");
    const bool is_alike =
        result_.effort.as_today > 0 && result_.effort.as_today == result_.effort.candidates;
    line("best found",
         is_alike ? "nothing behaves otherwise here than today's policy" : result_.chosen_text);
  }
  line("difference",
       result_.figures.empty() ? "not known from a single replication" : told_apart(result_));
  const auto end = result_.figures.begin() + static_cast<std::ptrdiff_t>(goals());
  const auto worse = std::find_if(result_.figures.begin(), end, [](const PairedFigure& figure) {
    return figure.is_worse() && figure.is_noticed();
  });
  if (is_better() && worse != end) {
    line("a trade", fmt::format("it is worse in {}, and it is the order of the goals that decides: "
                                "turn them round with --goal",
                                worse->path));
  }
}

void TuneText::bounds() {
  for (const TuneBound& bound : result_.bounds) {
    std::string text =
        fmt::format("{} {} {}", bound.path,
                    bound.is_least ? ">=" : "<=", number_text_of(bound.bound, bound.unit));
    if (bound.chosen) text += ": it is " + value_text(*bound.chosen, bound.unit);
    if (!bound.is_met && bound.best) {
      const bool possible =
          bound.is_least ? *bound.best >= bound.bound : *bound.best <= bound.bound;
      text += possible ? "; another candidate meets it, but breaks more or is worse by the goals"
                       : "; no candidate meets it, the best reached " +
                             number_text_of(*bound.best, bound.unit);
    }
    line(bound.is_met ? "MET" : "NOT MET", text, bound.is_met ? "32" : "1;31");
  }
}

void TuneText::overload() {
  if (!result_.overload) return;
  const LastingOverload& o = *result_.overload;
  std::string text = fmt::format("{} is asked for {:.2f} times what it gives for {}", o.limit,
                                 o.load, short_text(o.lasts));
  if (o.lost_share > 0) {
    text += fmt::format(
        ", longer than anybody waits: {} of all requests must fail whatever the client does (1 - "
        "1/R of those that come meanwhile), so no policy that keeps to this limit raises goodput "
        "beyond {}, and a percentile above that stays at the deadline. More capacity, less traffic "
        "(sluice plan) or another model's limits (--fallback) would help",
        percent_text(o.lost_share), percent_text(1 - o.lost_share));
  } else {
    text += fmt::format(
        ": requests can wait it out in this run, but where it lasts {} of them fail whatever the "
        "client does (1 - 1/R); see sluice plan",
        percent_text(1 - 1 / o.load));
  }
  line("OVERLOAD", text, "1;33");
}

void TuneText::spend_stop() {
  if (!result_.spend_stop) return;
  const SpendStop& stop = *result_.spend_stop;
  const std::string when = stop.after ? " is gone after " + short_text(*stop.after) : " is gone";
  line("SPENT",
       fmt::format("{}{}: {} of the requests fail for it, and no policy helps against that. A "
                   "higher limit or tier does, or cheaper requests (sluice compare)",
                   stop.limit, when, percent_text(stop.refused_share)),
       "1;33");
}

void TuneText::figures() {
  heading(
      fmt::format("Today's policy and the {} one, 95 % intervals of paired differences", other()));
  TextTable table({"", "today", other(), "difference", "", "CRN"});
  for (const PairedFigure& figure : result_.figures) {
    table.add({figure.path, number_text_of(figure.today.value, figure.unit),
               number_text_of(figure.chosen.value, figure.unit), difference_text(figure),
               std::string(order_text(figure)), cut_text(figure)});
  }
  out_ += table.text();
  if (result_.assumed_deadline) {
    out_ +=
        "  " +
        wrapped(fmt::format("The scenario has no deadline: a request ends, and a failure counts "
                            "in latency.offered, at {}, when the SDKs give an attempt up.",
                            short_text(*result_.assumed_deadline)),
                static_cast<std::size_t>(style_.width), 2) +
        "\n";
  }
}

void TuneText::points() {
  if (result_.points.empty()) return;
  heading("Pareto front of the finalists (*; ties: no goal tells them apart)");
  std::vector<std::string> header = {"", ""};
  for (const TuneGoal& goal : result_.goals) header.push_back(goal.name);
  header.emplace_back("tied with");
  header.emplace_back("");
  TextTable table(std::move(header));
  for (const TunePoint& point : result_.points) {
    std::vector<std::string> cells = {point.name, point.is_on_front ? "*" : ""};
    for (std::size_t i = 0; i < point.goals.size(); ++i) {
      cells.push_back(number_text_of(point.goals[i].value, result_.goals[i].unit));
    }
    cells.push_back(point.tied_with.empty() ? "-" : join(point.tied_with, " "));
    table.add(std::move(cells));
  }
  out_ += table.text();
  for (const TunePoint& point : result_.points) {
    if (!point.is_today) {
      out_ += "    " +
              wrapped(point.name + ": " + point.text + (point.is_chosen ? " (chosen)" : ""),
                      static_cast<std::size_t>(style_.width), 7) +
              "\n";
    }
  }
}

void TuneText::worlds() {
  if (result_.cases.empty()) return;
  heading(fmt::format("If the world is otherwise: {} - today", other()));
  // As many goals beside each other as the width takes.
  std::vector<TuneGoal> left = result_.goals;
  while (!left.empty()) {
    std::size_t count = left.size();
    while (count > 1 && widest_line(world_table(std::span(left).first(count))) >
                            static_cast<std::size_t>(style_.width)) {
      --count;
    }
    out_ += world_table(std::span(left).first(count));
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (result_.effort.as_today > 0) {
    const std::string text =
        fmt::format("{} of the {} candidates {} here exactly as today's policy and {} left out.",
                    result_.effort.as_today, result_.effort.candidates,
                    result_.effort.as_today == 1 ? "behaves" : "behave",
                    result_.effort.as_today == 1 ? "is" : "are");
    out_ += "  " + wrapped(text, static_cast<std::size_t>(style_.width), 2) + "\n";
  }
}

std::string TuneText::world_table(std::span<const TuneGoal> goals) const {
  std::vector<std::string> header = {""};
  for (const TuneGoal& goal : goals) header.push_back(goal.name);
  TextTable table(std::move(header));
  for (const TuneCase& world : result_.cases) {
    std::vector<std::string> cells = {world.name};
    for (const TuneGoal& goal : goals) {
      const auto figure = std::find_if(world.figures.begin(), world.figures.end(),
                                       [&](const PairedFigure& f) { return f.path == goal.path; });
      cells.push_back(
          figure == world.figures.end()
              ? "-"
              : fmt::format("{} -> {} {}", number_text_of(figure->today.value, goal.unit),
                            number_text_of(figure->chosen.value, goal.unit), order_text(*figure)));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

void TuneText::rests_on() {
  heading("What it rests on");
  if (result_.most_sensitive) {
    const TuneCase& world = result_.cases[*result_.most_sensitive];
    line("assumption", fmt::format("most of all on this one: {} ({}) moves the difference furthest",
                                   world.name, world.words));
  }
  line("noticed",
       "differences below 0.2 points of a share or 2 % of another figure decide nothing");
  for (const std::string& note : result_.notes) line("note", note);
  line("identity", fmt::format("scenario sha256 {}, catalog {}, seed {}, sluice {}",
                               result_.scenario_digest.substr(0, 16), result_.catalog_date,
                               result_.seed, result_.version));
}

void TuneText::paste() {
  if (!is_better()) return;
  heading("To paste");
  const auto python = python_settings(result_);
  const auto typescript = typescript_settings(result_);
  if (python) line("Python SDK", "Anthropic(" + *python + ")");
  if (typescript) line("TypeScript", "new Anthropic({ " + *typescript + " })");
  if (!python && !typescript) {
    line("SDKs",
         "their backoff is fixed and cannot express this: --format python and --format "
         "typescript print create(), to be called in place of messages.create()");
  }
  const auto plain =
      std::find_if(result_.points.begin(), result_.points.end(),
                   [](const TunePoint& point) { return point.is_sdk_alone && !point.is_chosen; });
  if (!python && !typescript && plain != result_.points.end()) {
    line("without code", fmt::format("{} ({}) is the nearest that an SDK's settings express",
                                     plain->name, plain->text));
  }
  line("client", "in /clients of a scenario: " + result_.client_json);
  out_ += "  try it       " + simulate_command(result_, path_) + "\n";
}

}  // namespace

std::string render_text(const TuneResult& result, const std::string& path, TextStyle style) {
  return TuneText(result, path, style).text();
}

std::string goals_text(const std::vector<TuneGoal>& goals, const std::vector<double>& best,
                       const std::vector<double>& today) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    parts.push_back(fmt::format("{} {} (today {})", goals[i].path,
                                number_text_of(best[i], goals[i].unit),
                                number_text_of(today[i], goals[i].unit)));
  }
  return join(parts);
}

}  // namespace sluice
