#include "report/probe_text.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "describe/json.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

std::string price_text(const ProbePart& part, Money money) {
  return part.is_priced ? money_text(money) : "unpriced";
}

std::string table_of(const std::vector<ProbePart>& parts) {
  TextTable table({"", "requests", "expected", "worst"});
  for (const ProbePart& part : parts) {
    table.add({fmt::format("{}, {}", part.of, part.what), with_thousands(part.requests),
               price_text(part, part.expected), price_text(part, part.worst)});
  }
  return table.text();
}

Value parts_of(const std::vector<ProbePart>& parts) {
  Value all = Value::array();
  for (const ProbePart& part : parts) {
    Value value = Value::object();
    value.set("what", part.what)
        .set("of", part.of)
        .set("how", part.how)
        .set("requests", part.requests)
        .set("cost_expected", part.is_priced ? dollars_of(part.expected) : Value())
        .set("cost_worst", part.is_priced ? dollars_of(part.worst) : Value());
    all.push(std::move(value));
  }
  return all;
}

}  // namespace

std::string render_text(const ProbePlan& plan, const std::string& written, TextStyle style) {
  const auto width = static_cast<std::size_t>(style.width);
  std::string out = fmt::format("a probe of {}: {} parts in {}, about {}, at most {}\n\n",
                                plan.scenario, plan.parts.size(), short_text(plan.duration),
                                money_text(plan.expected), money_text(plan.worst));
  out += table_of(plan.parts);
  if (!plan.parts.empty()) out += "\n";
  for (const ProbePart& part : plan.parts) {
    out += "  " + wrapped(fmt::format("{}: {}", part.what, part.how), width, 4) + "\n";
  }
  if (!plan.left_out.empty()) {
    out += "\nleft out, for their price (--max-cost says what may be spent)\n";
    out += table_of(plan.left_out);
  }
  if (!plan.known.empty()) {
    out += "\nknown from the records: " + wrapped(join(plan.known), width, 24) + "\n";
  }
  if (!written.empty()) {
    out += fmt::format(
        "\nwritten to {0}; run it with\n  sluice replay {0} --target TARGET "
        "--max-cost DOLLARS --records probe.jsonl\n",
        written);
  }
  return out;
}

std::string render_json(const ProbePlan& plan, const std::string& written) {
  Value all = Value::object();
  all.set("format", "sluice-probe")
      .set("format_version", 1)
      .set("scenario", plan.scenario)
      .set("parts", parts_of(plan.parts))
      .set("left_out", parts_of(plan.left_out))
      .set("known", texts_of(plan.known))
      .set("cost_expected", dollars_of(plan.expected))
      .set("cost_worst", dollars_of(plan.worst))
      .set("duration", seconds_of(plan.duration))
      .set("written", written.empty() ? Value() : Value(written));
  return describe::to_json(all);
}

}  // namespace sluice
