#include "app/ui_scenario.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include "app/load_arguments.hpp"
#include "base/check.hpp"
#include "describe/json.hpp"
#include "describe/override.hpp"
#include "describe/pointer.hpp"

namespace sluice::app {
namespace {

using describe::Value;

// Reads ":12" off the beginning of a place; 0 if there is none.
std::int64_t take_number(std::string_view& place) {
  if (!place.starts_with(':')) return 0;
  std::int64_t number = 0;
  const char* const end = place.data() + place.size();
  const auto [stop, error] = std::from_chars(place.data() + 1, end, number);
  if (error != std::errc{}) return 0;
  place.remove_prefix(static_cast<std::size_t>(stop - place.data()));
  return number;
}

// An override may go into what only an overlay says: the objects on its way are then made in the
// scenario, under which the overlay's stay.
void make_way(Value& root, std::string_view override) {
  std::vector<std::string> segments =
      describe::pointer_segments(override.substr(0, override.find('=')));
  if (!segments.empty()) segments.pop_back();
  Value* node = &root;
  for (const std::string& segment : segments) {
    if (node->is(Value::Kind::kObject) && node->find(segment) == nullptr) {
      node->set(segment, Value::object());
    }
    node = const_cast<Value*>(describe::pointer_child(*node, segment));
    if (node == nullptr) return;
  }
}

Value error_value(const Error& error, std::string_view path) {
  std::string_view place = error.where;
  std::int64_t line = 0;
  std::int64_t column = 0;
  // An overlay's path may begin with the scenario's.
  if (place.starts_with(path) && (place.size() == path.size() || place[path.size()] == ':')) {
    place.remove_prefix(path.size());
    line = take_number(place);
    column = take_number(place);
    if (place.starts_with(':')) place.remove_prefix(1);
    while (place.starts_with(' ')) place.remove_prefix(1);
  }
  Value value = Value::object();
  value.set("line", line).set("column", column).set("pointer", place).set("message", error.message);
  return value;
}

}  // namespace

void describe(describe::Fields& v, UiScenario& s) {
  v.type("ui_scenario", "A scenario of the explorer's page.");
  v.field("path", s.path, "what it is called").required().not_empty();
  v.field("text", s.text, "of the editor").required();
  v.field("overrides", s.overrides, "POINTER=VALUE");
}

Checked<UiLoaded> load(const UiScenario& scenario, const UiBase& base) {
  scenario::LoadOptions options;
  options.overrides = scenario.overrides;
  options.overlays = base.overlays;
  options.today = today();
  auto loaded = scenario::load_scenario_text(scenario.text, scenario.path, options, base.catalog);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  auto expectations =
      parse_expectations(loaded->expectations, scenario.path + ": /expect", *loaded);
  if (!expectations) return tl::unexpected(std::move(expectations).error());
  return UiLoaded{std::move(*loaded), std::move(*expectations)};
}

Checked<std::string> merged_text(const UiScenario& scenario) {
  if (scenario.overrides.empty()) {
    const bool ends = !scenario.text.empty() && scenario.text.back() == '\n';
    return ends ? scenario.text : scenario.text + "\n";
  }
  Checked<Value> root = describe::parse_json(scenario.text, scenario.path);
  if (!root) return tl::unexpected(std::move(root).error());
  for (const std::string& override : scenario.overrides) {
    if (override.starts_with('/')) make_way(*root, override);
    if (const auto applied = describe::apply_override(*root, override); !applied) {
      return tl::unexpected(Errors{applied.error()});
    }
  }
  return describe::to_json(*root);
}

Value to_value(const Errors& errors, std::string_view path) {
  Value list = Value::array();
  for (const Error& error : errors) list.push(error_value(error, path));
  return list;
}

Value check_value(const UiScenario& scenario, const UiBase& base) {
  Value value = Value::object();
  const auto loaded = load(scenario, base);
  if (!loaded) {
    return value.set("ok", false).set("errors", to_value(loaded.error(), scenario.path));
  }
  const auto text = merged_text(scenario);
  if (!text) {  // an override of an item of a list that only an overlay has
    return value.set("ok", false).set("errors", to_value(text.error(), scenario.path));
  }
  Value warnings = Value::array();
  for (const std::string& warning : loaded->scenario.warnings) warnings.push(warning);
  auto effective = describe::parse_json(loaded->scenario.echo, scenario.path);
  SLUICE_CHECK(effective.has_value());
  return value.set("ok", true)
      .set("effective", std::move(*effective))
      .set("text", *text)
      .set("digest", loaded->scenario.digest)
      .set("warnings", std::move(warnings));
}

}  // namespace sluice::app
