// The published traces, fitted: the fit does to limits and money what the trace does. The folder
// that holds them is named by SLUICE_TRACES; they are not part of the project.
#include <cmath>
#include <cstdlib>
#include <unistd.h>

#include "importer/fit_check.hpp"
#include "importer/import.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

namespace sluice::importer {
namespace {

std::string published(const std::string& file) {
  const char* const folder = std::getenv("SLUICE_TRACES");
  const std::string path = folder == nullptr ? std::string() : std::string(folder) + "/" + file;
  if (!path.empty() && ::access(path.c_str(), R_OK) == 0) return path;
  WARN("skipped: set SLUICE_TRACES to a folder that holds " << file);
  return {};
}

ImportResult fitted(const std::string& path) {
  const testing::TemporaryFolder folder;
  const auto catalog = scenario::load_catalog(std::nullopt);
  REQUIRE(catalog);
  ingest::ImportOptions options;
  options.paths = {path};
  const auto source = ingest::open_import(options);
  REQUIRE(source);
  Monitor monitor;
  const auto made =
      import_log(**source, {.path = folder / "fit.json", .fit = true}, *catalog, monitor);
  REQUIRE(made);
  return made->result;
}

void check_within(double tolerance, const FitCheck& check) {
  CAPTURE(check.tier, check.limits_factor, check.rate_limited_trace, check.rate_limited_fit,
          check.rate_limited_scatter, check.cost_trace, check.cost_fit);
  CHECK(std::fabs(check.rate_limited_difference().value_or(0)) <= tolerance);
  CHECK(std::fabs(check.cost_difference().value_or(0)) <= kFitTolerance);
}

bool is_saturated(const FitCheck& check) {
  return check.rate_limited_trace >= 0.05 && check.rate_limited_trace <= 0.20;
}

TEST_CASE("a fit of the Azure trace is refused and costs what the trace does, within a tenth") {
  const std::string path = published("azure_llm_2023_conv.csv");
  if (path.empty()) return;
  const ImportResult result = fitted(path);
  CHECK(result.calls == 19'366);
  CHECK(result.workloads[0].prompt_p50 == 1'020);
  REQUIRE(result.fit);
  REQUIRE(result.fit->checks.size() == 2);
  CHECK(is_saturated(result.fit->checks[1]));
  for (const FitCheck& check : result.fit->checks) check_within(kFitTolerance, check);
  CHECK(result.fit->notes.empty());
}

// Independent calls cannot do all that this trace does (docs/import.md): over many seeds a seventh
// of the 429s is missing, more under tighter limits. The cost is kept; the rest is said.
TEST_CASE(
    "a fit of the Mooncake trace costs what the trace does, and says what refusals it lacks") {
  const std::string path = published("mooncake_fast25_conversation.jsonl");
  if (path.empty()) return;
  const ImportResult result = fitted(path);
  CHECK(result.calls == 12'031);
  REQUIRE(result.fit);
  REQUIRE(result.fit->checks.size() == 2);
  for (const FitCheck& check : result.fit->checks) {
    CHECK(is_saturated(check));
    check_within(2 * kFitTolerance, check);
  }
  REQUIRE_FALSE(result.fit->notes.empty());
  CHECK(result.fit->notes.front().find("the 429 share of the fit is -") == 0);
  CHECK(result.fit->notes.back().find("leaves nothing in the cache") != std::string::npos);
}

}  // namespace
}  // namespace sluice::importer
