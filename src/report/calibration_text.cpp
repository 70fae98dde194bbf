#include "report/calibration_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLabel = 24;
constexpr std::size_t kNumber = 12;
constexpr std::size_t kRange = 22;

// Four digits that mean something.
std::string digits_of(double number) {
  if (number == 0) return "0";
  if (std::abs(number) >= 1000) return with_thousands(std::llround(number));
  return fmt::format("{:.4g}", number);
}

std::string with_unit(double number, std::string_view unit) {
  if (unit == "s") return number_text_of(number, Unit::kDuration);
  if (unit.starts_with("of ")) return percent_text(number);
  return digits_of(number);
}

// The number says it, or the evidence.
bool has_own_unit(std::string_view unit) { return unit == "s" || unit.starts_with("of "); }

class CalibrationText {
 public:
  CalibrationText(const CalibrationReport& report, TextStyle style)
      : report_(report), style_(style) {}

  std::string text() {
    head();
    for (const LimiterCalibration& limiter : report_.found.limits) limits_of(limiter);
    section("output limits", report_.found.charge_modes);
    section("service times", report_.found.service);
    section("errors", report_.found.errors);
    section("cache", report_.found.cache);
    differences();
    before_and_after();
    end();
    return out_;
  }

 private:
  std::string strong(std::string_view text) const { return in_colour("1", text, style_); }
  std::size_t width() const { return static_cast<std::size_t>(style_.width); }

  void head() {
    const CalibrationFacts& facts = report_.found.facts;
    const std::string files =
        facts.files.size() == 1 ? facts.files.front() : fmt::format("{} files", facts.files.size());
    out_ += strong(wrapped(
                fmt::format("{}: {} attempts in {} at {}x: {} answered, {} refused, {} failed",
                            files, with_thousands(facts.records), short_text(facts.span),
                            digits_of(static_cast<double>(facts.speed_permille) / 1000),
                            with_thousands(facts.answered), with_thousands(facts.refused),
                            with_thousands(facts.failed)),
                width(), 0)) +
            "\n";
  }

  void title(std::string_view text) { out_ += "\n" + strong(text) + "\n"; }

  void line(std::string_view label, std::string_view number, std::string_view range,
            const std::string& words) {
    std::string text =
        fmt::format("  {:<{}} {:>{}}  {:<{}}  ", label, kLabel, number, kNumber, range, kRange);
    const std::size_t indent = display_width(text);
    if (width() > indent + 20) {
      out_ += text + wrapped(words, width(), indent) + "\n";
    } else {
      out_ += text + "\n      " + wrapped(words, width(), 6) + "\n";
    }
  }

  void estimate(const std::string& label, const Estimate& estimate) {
    if (!estimate.is_identifiable) {
      const std::string indent = fmt::format("  {:<{}} ", label, kLabel);
      out_ +=
          indent + wrapped("not identifiable: " + estimate.reason, width(), indent.size()) + "\n";
      return;
    }
    if (!estimate.word.empty()) return line(label, estimate.word, "", estimate.evidence);
    const stats::Interval& interval = estimate.interval;
    const std::string words = has_own_unit(estimate.unit)
                                  ? estimate.evidence
                                  : fmt::format("{}; {}", estimate.unit, estimate.evidence);
    line(label, with_unit(interval.value, estimate.unit),
         fmt::format("{} to {}", with_unit(interval.low, estimate.unit),
                     with_unit(interval.high, estimate.unit)),
         words);
  }

  void limits_of(const LimiterCalibration& limiter) {
    std::string name_of = fmt::format("{} {}", limiter.group, name(limiter.type));
    if (!limiter.workspace.empty()) name_of += ", workspace " + limiter.workspace;
    if (limiter.limit_said > 0) {
      name_of += fmt::format(" (answers say {} a minute)", with_thousands(limiter.limit_said));
    }
    title(name_of);
    estimate("refill", limiter.refill);
    estimate("capacity", limiter.capacity);
    estimate("burst", limiter.burst);
  }

  // Under a line for each model, where there is one.
  void section(std::string_view what, const std::vector<Estimate>& estimates) {
    if (estimates.empty()) return;
    const std::string* of = nullptr;
    for (const Estimate& one : estimates) {
      if (of == nullptr || *of != one.of) {
        title(one.of.empty() ? std::string(what) : fmt::format("{}, {}", what, one.of));
      }
      of = &one.of;
      estimate(one.what, one);
    }
  }

  void differences() {
    if (report_.scenario.empty()) return;
    title(fmt::format("what {} and its catalog say otherwise", report_.scenario));
    if (report_.differences.empty()) {
      out_ += fmt::format("  nothing: {} words are within their intervals\n", report_.compared);
    }
    for (const CalibrationDifference& one : report_.differences) {
      const std::string unit = has_own_unit(one.unit) ? "" : " " + one.unit;
      out_ += "  " +
              wrapped(fmt::format("{}: said {}, measured {} ({} to {}){}", one.what,
                                  with_unit(one.said, one.unit),
                                  with_unit(one.measured.value, one.unit),
                                  with_unit(one.measured.low, one.unit),
                                  with_unit(one.measured.high, one.unit), unit),
                      width(), 4) +
              "\n";
    }
  }

  static const AgreementRow* row_of(const Agreement& agreement, std::string_view path) {
    const auto found = std::find_if(agreement.rows.begin(), agreement.rows.end(),
                                    [&](const AgreementRow& row) { return row.path == path; });
    return found == agreement.rows.end() ? nullptr : &*found;
  }

  static std::string cell(const AgreementRow* row) {
    if (row == nullptr || !row->predicted) return "-";
    return number_text(*row->predicted, row->unit) + (row->agrees ? "" : " DIFFERS");
  }

  void before_and_after() {
    if (!report_.before || !report_.after) return;
    const auto said = [](const Agreement& agreement) {
      return agreement.void_reason.empty()
                 ? fmt::format("{} of {}", agreement.disagreeing(), agreement.judged())
                 : "void: " + agreement.void_reason;
    };
    title("the simulation against these records");
    out_ += "  " +
            wrapped(fmt::format("metrics that differ: {} without the overlay, {} with it",
                                said(*report_.before), said(*report_.after)),
                    width(), 2) +
            "\n";
    constexpr std::array<std::string_view, 10> kRows = {
        "requests.succeeded", "attempts.total",      "attempts.rate_limited.total", "tokens.output",
        "cost.total",         "latency.success.p50", "latency.success.p99",         "ttft.p50",
        "ttft.p99",           "goodput.requests"};
    TextTable table({"", "records", "without", "with"});
    for (const std::string_view path : kRows) {
      const AgreementRow* const row = row_of(*report_.before, path);
      if (row == nullptr || !row->measured) continue;
      table.add({std::string(path), number_text(*row->measured, row->unit), cell(row),
                 cell(row_of(*report_.after, path))});
    }
    out_ += table.text();
  }

  void end() {
    std::vector<std::string> notes = report_.found.notes;
    notes.insert(notes.end(), report_.notes.begin(), report_.notes.end());
    if (!notes.empty()) out_ += "\n";
    for (const std::string& note : notes) out_ += "  note: " + wrapped(note, width(), 8) + "\n";
    if (report_.overlay.empty()) return;
    out_ += fmt::format("\n{} estimates written to {}\n", report_.overlay_words, report_.overlay);
  }

  const CalibrationReport& report_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string render_text(const CalibrationReport& report, TextStyle style) {
  return CalibrationText(report, style).text();
}

}  // namespace sluice
