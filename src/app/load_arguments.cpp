#include "app/load_arguments.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "experiment/run_facts.hpp"
#include "net/event_loop.hpp"

namespace sluice::app {

CivilDate today() {
  const char* const text = std::getenv("SOURCE_DATE_EPOCH");
  const std::string_view digits = text == nullptr ? "" : text;
  constexpr std::int64_t kMostSeconds = 9'000'000'000;  // the year 2255
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  const bool is_number = !digits.empty() && error == std::errc{} &&
                         end == digits.data() + digits.size() && seconds >= 0 &&
                         seconds <= kMostSeconds;
  const UnixTime now = is_number ? UnixTime{seconds * 1'000'000'000} : net::wall_clock_now();
  return now.date();
}

scenario::LoadOptions load_options(const ScenarioArguments& arguments) {
  scenario::LoadOptions options;
  options.overrides = arguments.overrides;
  options.catalog_folder = arguments.catalog;
  options.overlays = arguments.overlays;
  options.today = today();
  return options;
}

Checked<scenario::LoadedScenario> load(const ScenarioArguments& arguments) {
  return scenario::load_scenario(arguments.scenario, load_options(arguments));
}

Checked<std::vector<Expectation>> parse_expectations(const std::vector<std::string>& texts,
                                                     const std::string& where,
                                                     const scenario::LoadedScenario& scenario) {
  std::vector<Expectation> expectations;
  Errors errors;
  const Names names = facts_of(scenario).names;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto parsed = parse_expectation(texts[i]);
    auto flaw = parsed ? check_terms(*parsed, names) : std::optional(std::move(parsed).error());
    if (flaw) {
      flaw->where = fmt::format("{}/{}", where, i);
      errors.push_back(std::move(*flaw));
    } else {
      expectations.push_back(std::move(*parsed));
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return expectations;
}

}  // namespace sluice::app
