#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "experiment/selftest.hpp"

namespace sluice {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

class Text {
 public:
  explicit Text(bool colour) : colour_(colour) {}

  std::string in(std::string_view code, std::string_view text) const {
    return colour_ ? fmt::format("{}{}{}", code, text, kPlain) : std::string(text);
  }
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  std::string take() { return std::move(out_); }

 private:
  bool colour_;
  std::string out_;
};

// Digits enough to tell what disagrees apart.
std::string number(double value, bool pass) {
  if (!pass) return fmt::format("{}", value);
  if (std::abs(value) < 1e15 && value == std::floor(value)) return fmt::format("{:.0f}", value);
  return fmt::format("{:.7g}", value);
}

void add_row(Text& text, const SelftestRow& row, std::size_t width) {
  const stats::Verdict& verdict = row.verdict;
  const bool pass = verdict.pass;
  const std::string result =
      (pass ? text.in(kGreen, "ok") : text.in(kRed, row.is_exact ? "DIFFERS" : "FAILED")) +
      (row.looks > 1 ? " at the second look" : "");
  if (!row.is_exact) {
    text.add("  {:<{}}  {:>12}  {:>12}  {:>9.2g}  {:>6.2f}  {}\n", row.name, width,
             number(verdict.exact, true), number(verdict.simulated, pass || !row.is_exact),
             verdict.standard_error, verdict.sigmas, result);
  } else {
    text.add("  {:<{}}  {:>12}  {:>12}  {:>9}  {:>6}  {}\n", row.name, width,
             number(verdict.exact, true), number(verdict.simulated, pass || !row.is_exact), "equal",
             "", result);
  }
}

}  // namespace

std::string render(const SelftestReport& report, bool colour) {
  Text text(colour);
  std::size_t width = 0;
  for (const SelftestRow& row : report.rows) width = std::max(width, row.name.size());
  text.add("  {:<{}}  {:>12}  {:>12}  {:>9}  {:>6}\n", "", width, "exact", "simulated", "std error",
           "sigmas");
  std::string_view group;
  for (const SelftestRow& row : report.rows) {
    if (row.group != group) text.add("{}\n", text.in(kBold, row.group));
    group = row.group;
    add_row(text, row, width);
  }
  const std::size_t random = report.random_rows();
  text.add("\n{} rows, of which {} must be equal and {} within {:.0f} standard errors; seed {}",
           report.rows.size(), report.rows.size() - random, random, stats::kSigmasMax, report.seed);
  if (!report.complete) {
    text.add("\n{}\n", text.in(kRed, "STOPPED before the end"));
  } else if (report.rows.empty()) {
    text.add("\n{}\n", text.in(kRed, "FAILED: no row was checked"));
  } else if (report.failed() > 0) {
    text.add("\n{}\n", text.in(kRed, fmt::format("FAILED: {} of {} rows disagree", report.failed(),
                                                 report.rows.size())));
  } else {
    text.add("\n{}\n", text.in(kGreen, "passed"));
  }
  return text.take();
}

}  // namespace sluice
