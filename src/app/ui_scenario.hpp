// A scenario as the explorer's page sends it: the text of its editor and the overrides that stand
// for its levers. Loaded exactly as `sluice simulate FILE --set ...` loads it, --catalog and
// --overlay too, so that both give the same result; and what is wrong with it, as the page's editor
// wants to hear it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "describe/describe.hpp"
#include "describe/value.hpp"
#include "experiment/expectation.hpp"
#include "scenario/catalog.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// What lies under every scenario of the page, as the command line names it.
struct UiBase {
  scenario::Catalog catalog;
  std::optional<std::string> catalog_folder;  // which it was read from; empty: the built-in one
  std::vector<std::string> overlays;          // files, read anew for every load
};

struct UiScenario {
  std::string path;  // what the text is called; paths of traces are relative to its folder
  std::string text;
  std::vector<std::string> overrides;  // POINTER=VALUE
};
void describe(describe::Fields& v, UiScenario& s);

// With the expectations that it states, which fit what its run would measure.
struct UiLoaded {
  scenario::LoadedScenario scenario;
  std::vector<Expectation> expectations;
};
Checked<UiLoaded> load(const UiScenario& scenario, const UiBase& base);

// The text with the overrides in it; without overrides, the text as it is, with a newline at its
// end.
Checked<std::string> merged_text(const UiScenario& scenario);

// [{"line", "column", "pointer", "message"}]: line and column of the text, from 1, or 0 where the
// error stands in no text; `path` is the one that errors begin with.
describe::Value to_value(const Errors& errors, std::string_view path);

// {"ok": false, "errors"} or {"ok": true, "effective", "text", "digest", "warnings"}: what the
// answer to a check is.
describe::Value check_value(const UiScenario& scenario, const UiBase& base);

}  // namespace sluice::app
