#include "report/tune_json.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/schema.hpp"
#include "support/tune_result.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

TEST_CASE("the JSON of a tune has the members that its schema names, and no others") {
  check_fits(parsed(tune_schema()), parsed(render_json(small_tune_result(), "storm.json")));
  check_fits(parsed(tune_schema()), parsed(render_json(TuneResult{}, "storm.json")));
}

TEST_CASE("the published schema of tune is the one that the code writes") {
  check_published("tune.schema.json", tune_schema());
}

}  // namespace
}  // namespace sluice::testing
