// Any text is either a scenario or a list of errors: never a crash, and what loads can be echoed
// and loaded again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/check.hpp"
#include "scenario/load.hpp"

namespace {

const sluice::scenario::Catalog& catalog() {
  static const auto kCatalog = sluice::scenario::load_catalog(std::nullopt);
  SLUICE_CHECK(kCatalog.has_value());
  return *kCatalog;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto scenario = sluice::scenario::load_scenario_text(text, "fuzz.json", {}, catalog());
  if (!scenario) {
    SLUICE_CHECK(!scenario.error().empty());
    return 0;
  }
  const auto again =
      sluice::scenario::load_scenario_text(scenario->echo, "fuzz.json", {}, catalog());
  SLUICE_CHECK(again.has_value());
  SLUICE_CHECK(again->digest == scenario->digest);
  return 0;
}
