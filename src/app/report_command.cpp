#include "app/report_command.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/report_format.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "report/json_figures.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"

namespace sluice::app {
namespace {

using describe::Value;
using Render = std::string (*)(const Value& result);

struct Member {
  std::string_view path;
  Value::Kind kind = Value::Kind::kString;
};

// What the commands write with --format json, and what of it no report can do without.
struct KnownResult {
  std::string_view format;
  std::array<Member, 3> needed;
};
constexpr Member kScenario{"scenario"};
constexpr Member kVerdict{"verdict"};
constexpr std::array kResults = {
    KnownResult{"sluice-result",
                {kVerdict, Member{"identity.scenario"}, Member{"requests", Value::Kind::kObject}}},
    KnownResult{"sluice-agreement", {kScenario, kVerdict, Member{"rows", Value::Kind::kArray}}},
    KnownResult{"sluice-plan", {kScenario, kVerdict, Member{"demands", Value::Kind::kArray}}},
    KnownResult{"sluice-tune", {kScenario, kVerdict, Member{"figures", Value::Kind::kArray}}},
    KnownResult{"sluice-comparison", {kScenario, kVerdict, Member{"rows", Value::Kind::kArray}}},
    KnownResult{
        "sluice-sweep",
        {kScenario, Member{"axes", Value::Kind::kArray}, Member{"cells", Value::Kind::kArray}}},
};
constexpr std::int64_t kFormatVersion = 1;

// A run's name stands in its identity, that of the others at the top.
std::string title_of(const Value& result) {
  std::string name = text_at(result, "scenario");
  if (name.empty()) name = text_at(result, "identity.scenario");
  return name.empty() ? "report" : name;
}

constexpr std::array kFormats = {
    Format<Render>{"html",
                   [](const Value& result) {
                     return html_report(describe::to_json(result, 0), title_of(result));
                   }},
    Format<Render>{"json", [](const Value& result) { return describe::to_json(result); }},
    Format<Render>{"markdown", [](const Value& result) { return render_markdown(result); }},
    Format<Render>{"junit", [](const Value& result) { return render_junit(result); }},
};

// Empty where `document` is one that this program can show.
std::string why_not(const Value& document) {
  const std::string format = text_at(document, "format");
  const auto known = std::find_if(kResults.begin(), kResults.end(),
                                  [&](const KnownResult& of) { return of.format == format; });
  if (known == kResults.end()) {
    std::vector<std::string_view> formats;
    for (const KnownResult& of : kResults) formats.push_back(of.format);
    const std::string found =
        format.empty() ? "it has no \"format\"" : "its \"format\" is " + in_quotes(format);
    return fmt::format("{}, not one of {}", found, fmt::join(formats, ", "));
  }
  const Value* const version = member_at(document, "format_version");
  if (version == nullptr || !version->is_number()) return "it has no \"format_version\"";
  if (version->number_text() != std::to_string(kFormatVersion)) {
    return fmt::format("its \"format_version\" is {}, this program reads {}",
                       version->number_text(), kFormatVersion);
  }
  for (const Member& member : known->needed) {
    const Value* const value = member_at(document, member.path);
    if (value != nullptr && value->is(member.kind)) continue;
    return fmt::format("its \"{}\" is missing or of another type", member.path);
  }
  return {};
}

Checked<Value> read_result(const std::string& path) {
  auto document = describe::read_json(path);
  if (!document) return document;
  const std::string reason = why_not(*document);
  if (reason.empty()) return document;
  return tl::unexpected(
      Errors{Error{.code = ErrorCode::kInvalidInput,
                   .where = path,
                   .message = fmt::format("is not a result of sluice: {}; write one with "
                                          "--output json=FILE",
                                          reason)}});
}

struct Wishes {
  Render shown = nullptr;  // on stdout; null: nothing
  std::vector<OutputFile<Render>> outputs;
  bool wants_junit = false;
};

// What a command makes while it runs, of more than its JSON holds.
constexpr std::array<std::string_view, 5> kOfRuns = {"text", "csv", "csv-series", "openmetrics",
                                                     "trace"};

Result<void> check_format(std::string_view wanted, const std::string& where) {
  for (const std::string_view name : kOfRuns) {
    if (name != wanted) continue;
    return invalid(where, fmt::format("{} needs more than the JSON of a result holds: ask the "
                                      "command itself for it, as in sluice simulate --output "
                                      "{}=FILE; of a result: html, json, markdown or junit",
                                      name, name));
  }
  return {};
}

Result<Wishes> read_wishes(const ShowArguments& arguments) {
  Wishes wishes;
  const TakenFiles taken{.read = {arguments.file}, .written = {}};
  for (const std::string& text : arguments.outputs) {
    const std::string wanted = text.substr(0, text.find('='));
    if (auto can = check_format(wanted, "--output"); !can) return tl::unexpected(can.error());
    wishes.wants_junit = wishes.wants_junit || wanted == "junit";
    if (auto added = add_output(kFormats, text, taken, wishes.outputs); !added)
      return tl::unexpected(added.error());
  }
  if (arguments.format.empty() && !wishes.outputs.empty()) return wishes;
  const std::string format = arguments.format.empty() ? "html" : arguments.format;
  if (auto can = check_format(format, "--format"); !can) return tl::unexpected(can.error());
  wishes.wants_junit = wishes.wants_junit || format == "junit";
  SLUICE_TRY(wishes.shown, format_named(kFormats, format, "--format"));
  if (format == "html" && is_terminal(stdout)) {
    return invalid("--format",
                   "html is for a browser, not for a terminal: add --output html=report.html, or "
                   "> report.html");
  }
  return wishes;
}

}  // namespace

Exit show_report(const ShowArguments& arguments) {
  const auto wishes = read_wishes(arguments);
  if (!wishes) return report(wishes.error());
  const auto result = read_result(arguments.file);
  if (!result) return report(result.error());
  if (wishes->wants_junit && !has_test_cases(*result)) {
    return report(Error{.code = ErrorCode::kUsage,
                        .where = arguments.file,
                        .message = "has nothing that passes or fails: junit is of the results of "
                                   "simulate, replay and verify"});
  }
  const bool written = write_outputs(wishes->outputs, *result);
  const bool printed = wishes->shown == nullptr || print(stdout, wishes->shown(*result));
  return printed && written ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
