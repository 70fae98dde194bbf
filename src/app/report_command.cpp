#include "app/report_command.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/output_file.hpp"
#include "app/report_format.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"

namespace sluice::app {
namespace {

using describe::Value;
using Render = std::string (*)(const Value& result);

// What the commands write with --format json.
constexpr std::array<std::string_view, 6> kResults = {"sluice-result",     "sluice-agreement",
                                                      "sluice-plan",       "sluice-tune",
                                                      "sluice-comparison", "sluice-sweep"};

const Value* text_at(const Value& object, std::string_view name) {
  const Value* value = object.is(Value::Kind::kObject) ? object.find(name) : nullptr;
  return value != nullptr && value->is(Value::Kind::kString) ? value : nullptr;
}

// A run's name stands in its identity, that of the others at the top.
std::string title_of(const Value& result) {
  const Value* const identity = result.find("identity");
  const Value* name = text_at(result, "scenario");
  if (name == nullptr && identity != nullptr) name = text_at(*identity, "scenario");
  return name == nullptr ? "report" : name->as_string();
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

Checked<Value> read_result(const std::string& path) {
  auto document = describe::read_json(path);
  if (!document) return document;
  const Value* const format = text_at(*document, "format");
  const std::string_view name = format == nullptr ? "" : std::string_view(format->as_string());
  for (const std::string_view known : kResults) {
    if (name == known) return document;
  }
  const std::string found =
      format == nullptr ? "it has no \"format\"" : "its \"format\" is " + in_quotes(name);
  return tl::unexpected(Errors{
      Error{.code = ErrorCode::kInvalidInput,
            .where = path,
            .message = fmt::format("is not a result of sluice: {}, not one of {}; write one with "
                                   "--output json=FILE",
                                   found, fmt::join(kResults, ", "))}});
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
  for (const std::string& text : arguments.outputs) {
    const std::string wanted = text.substr(0, text.find('='));
    if (auto can = check_format(wanted, "--output"); !can) return tl::unexpected(can.error());
    wishes.wants_junit = wishes.wants_junit || wanted == "junit";
    SLUICE_TRY(OutputFile<Render> output, parse_output(kFormats, text));
    wishes.outputs.push_back(std::move(output));
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
  for (const OutputFile<Render>& output : wishes->outputs) {
    const auto written = write_file(output.path, output.render(*result));
    if (written) continue;
    report(written.error());
    return Exit::kFailure;  // what was asked for is right, the disk is not
  }
  if (wishes->shown == nullptr) return Exit::kOk;
  return print(stdout, wishes->shown(*result)) ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
