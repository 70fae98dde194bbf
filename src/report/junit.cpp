#include "report/junit.hpp"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.hpp"
#include "report/json_figures.hpp"
#include "report/markup.hpp"

namespace sluice {
namespace {

using describe::Value;

struct TestCase {
  enum class End { kPassed, kFailed, kSkipped };

  std::string name;
  std::string group;
  End end = End::kPassed;
  std::string message;  // with the measured values
};

struct TestSuite {
  std::string name;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<TestCase> cases;
};

// "latency.success.p99 < 2s: it is 2.835 s (95 % interval 2.7 s to 2.9 s)", a line per term.
std::string measured_text(const Value& check) {
  std::string text = text_at(check, "message");
  for (const Value& term : list_at(check, "terms")) {
    const std::string range = range_text(member_at(term, "interval"), unit_at(term));
    if (!range.empty()) text += "\n" + text_at(term, "metric") + ": 95 % interval " + range;
  }
  return text;
}

TestSuite suite_of_run(const Value& run) {
  TestSuite suite;
  suite.name = text_at(run, "identity.scenario");
  for (const char* const name : {"scenario_digest", "catalog_date", "version", "seed", "target"}) {
    suite.properties.emplace_back(name, text_at(run, std::string("identity.") + name));
  }
  suite.properties.emplace_back("verdict", text_at(run, "verdict"));
  for (const Value& check : list_at(run, "expectations")) {
    const bool is_met = flag_at(check, "met");
    suite.cases.push_back({.name = text_at(check, "text"),
                           .group = text_at(check, "from"),
                           .end = is_met ? TestCase::End::kPassed : TestCase::End::kFailed,
                           .message = measured_text(check)});
  }
  return suite;
}

TestCase case_of_row(const Value& row) {
  const Unit unit = unit_at(row);
  const bool is_judged = flag_at(row, "judged");
  const bool agrees = flag_at(row, "agrees");
  return {.name = text_at(row, "metric"),
          .group = "agreement",
          .end = !is_judged ? TestCase::End::kSkipped
                 : agrees   ? TestCase::End::kPassed
                            : TestCase::End::kFailed,
          .message = fmt::format("predicted {}, measured {}, tolerance {}",
                                 figure_at(row, "predicted", unit),
                                 figure_at(row, "measured", unit), text_at(row, "tolerance"))};
}

TestSuite suite_of_agreement(const Value& agreement) {
  TestSuite suite;
  suite.name = text_at(agreement, "scenario");
  for (const char* const name :
       {"scenario_digest", "catalog_date", "version", "seed", "verdict", "basis"}) {
    suite.properties.emplace_back(name, text_at(agreement, name));
  }
  const std::string reason = text_at(agreement, "void_reason");
  suite.cases.push_back({.name = "the measurement can be compared",
                         .group = "agreement",
                         .end = reason.empty() ? TestCase::End::kPassed : TestCase::End::kFailed,
                         .message = reason});
  for (const Value& row : list_at(agreement, "rows")) suite.cases.push_back(case_of_row(row));
  return suite;
}

// Readers of the file keep one result a name: the second "x < 1" becomes "x < 1 (2)".
void make_names_unique(std::vector<TestCase>& cases) {
  std::set<std::pair<std::string, std::string>> taken;  // group and name
  for (TestCase& test : cases) {
    const std::string name = test.name;
    for (int n = 2; !taken.insert({test.group, test.name}).second; ++n) {
      test.name = fmt::format("{} ({})", name, n);
    }
  }
}

std::string xml_of(const TestCase& test, const std::string& suite) {
  std::string out = fmt::format(R"(    <testcase classname="{}.{}" name="{}" time="0">)",
                                xml_text(suite), xml_text(test.group), xml_text(test.name));
  const std::string message = xml_text(test.message);
  switch (test.end) {
    case TestCase::End::kPassed:
      if (!message.empty()) out += "<system-out>" + message + "</system-out>";
      break;
    case TestCase::End::kFailed:
      out +=
          fmt::format(R"(<failure type="expectation" message="{}">{}</failure>)", message, message);
      break;
    case TestCase::End::kSkipped:
      out += fmt::format(R"(<skipped message="too few values to judge: {}"/>)", message);
      break;
  }
  return out + "</testcase>\n";
}

std::string xml_of(const TestSuite& suite) {
  std::size_t failed = 0;
  std::size_t skipped = 0;
  for (const TestCase& test : suite.cases) {
    failed += test.end == TestCase::End::kFailed ? 1 : 0;
    skipped += test.end == TestCase::End::kSkipped ? 1 : 0;
  }
  std::string out = fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sluice" tests="{}" failures="{}" errors="0" time="0">
  <testsuite name="{}" tests="{}" failures="{}" errors="0" skipped="{}" time="0">
    <properties>
)",
      suite.cases.size(), failed, xml_text(suite.name), suite.cases.size(), failed, skipped);
  for (const auto& [name, value] : suite.properties) {
    if (value.empty()) continue;
    out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_text(value));
  }
  out += "    </properties>\n";
  for (const TestCase& test : suite.cases) out += xml_of(test, suite.name);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace

bool has_test_cases(const Value& result) {
  const std::string format = text_at(result, "format");
  return format == "sluice-result" || format == "sluice-agreement";
}

std::string render_junit(const Value& result) {
  SLUICE_CHECK(has_test_cases(result));
  const bool is_run = text_at(result, "format") == "sluice-result";
  TestSuite suite = is_run ? suite_of_run(result) : suite_of_agreement(result);
  make_names_unique(suite.cases);
  return xml_of(suite);
}

std::string xml_text(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view three = text.substr(i, 3);
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {  // U+FFFE, U+FFFF
      out += kReplacement;
      i += 2;
      continue;
    }
    if (const std::string_view entity = entity_of(c); !entity.empty()) {
      out += entity;
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += kReplacement;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace sluice
