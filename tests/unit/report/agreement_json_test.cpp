#include "report/agreement_json.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/schema.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

TEST_CASE("the JSON of an agreement has the members that its schema names, and no others") {
  const RunResult predicted = TinyRun({}).result();
  const RunResult measured = TinyRun({.seed = 2}).result();
  const Agreement agreement = compare(predicted, measured, {.speed_permille = 60'000});
  const Value value = parsed(render_json(agreement, predicted.facts, 60'000));
  check_fits(parsed(agreement_schema()), value);
  CHECK(value.find("rows")->items().size() == agreement.rows.size());
  CHECK(value.find("speed")->number_text() == "60");
  CHECK(value.find("differing")->as_integer() ==
        static_cast<std::int64_t>(agreement.disagreeing()));
}

TEST_CASE("the verdict of an agreement is agrees, differs or void") {
  const RunResult run = TinyRun({}).result();
  const auto verdict = [&](const Agreement& agreement) {
    return parsed(render_json(agreement, run.facts, 1000)).find("verdict")->as_string();
  };
  Agreement agreement = compare(run, run, {});
  CHECK(verdict(agreement) == "agrees");
  agreement.rows.front().agrees = false;
  CHECK(verdict(agreement) == "differs");
  agreement.void_reason = "late";
  CHECK(verdict(agreement) == "void");
}

TEST_CASE("the published schema of agreements is the one that the code writes") {
  check_published("agreement.schema.json", agreement_schema());
}

}  // namespace
}  // namespace sluice::testing
