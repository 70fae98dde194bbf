#include "results/selftest_report.hpp"

#include <algorithm>
#include <string>

namespace sluice {
namespace {

constexpr int kDigits = 12;

std::size_t count_rows(const SelftestReport& report, bool (*accepts)(const SelftestRow&)) noexcept {
  return static_cast<std::size_t>(std::count_if(report.rows.begin(), report.rows.end(), accepts));
}

describe::Value to_value(const SelftestRow& row) {
  const stats::Verdict& verdict = row.verdict;
  describe::Value value = describe::Value::object();
  value.set("group", row.group);
  value.set("name", row.name);
  value.set("exact", describe::Value::rounded(verdict.exact, kDigits));
  value.set("simulated", describe::Value::rounded(verdict.simulated, kDigits));
  value.set("is_exact", row.is_exact);
  value.set("standard_error", describe::Value::rounded(verdict.standard_error, kDigits));
  value.set("sigmas", describe::Value::rounded(verdict.sigmas, 3));
  value.set("replications", row.replications);
  value.set("looks", row.looks);
  value.set("pass", verdict.pass);
  return value;
}

}  // namespace

std::size_t SelftestReport::failed() const noexcept {
  return count_rows(*this, [](const SelftestRow& row) { return !row.verdict.pass; });
}

std::size_t SelftestReport::random_rows() const noexcept {
  return count_rows(*this, [](const SelftestRow& row) { return !row.is_exact; });
}

describe::Value to_value(const SelftestReport& report) {
  describe::Value rows = describe::Value::array();
  for (const SelftestRow& row : report.rows) rows.push(to_value(row));
  describe::Value value = describe::Value::object();
  value.set("format", "sluice-selftest");
  value.set("format_version", 1);
  value.set("seed", std::to_string(report.seed));
  value.set("complete", report.complete);
  value.set("passed", report.passed());
  value.set("failed", report.failed());
  value.set("rows", std::move(rows));
  return value;
}

}  // namespace sluice
