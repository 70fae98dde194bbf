#include "report/agreement_text.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

std::ptrdiff_t lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

Agreement same() {
  const RunResult run = TinyRun({}).result();
  return compare(run, run, {});
}

Agreement other() {
  return compare(TinyRun({}).result(), TinyRun({.seed = 2, .refused_permille = 400}).result(), {});
}

TEST_CASE("an agreement is said first, with what it rests on and the main rows, on one screen") {
  const std::string text = render_text(same(), "tiny: replayed", {});
  CHECK(text.starts_with("tiny: replayed\n"));
  CHECK(contains(text, "AGREES       all "));
  CHECK(contains(text, "basis"));
  CHECK(contains(text, "requests.offered"));
  CHECK(contains(text, "latency.success.p99"));
  CHECK_FALSE(contains(text, "DIFFERS"));
  CHECK_FALSE(contains(text, "\x1b["));
  CHECK(lines(text) <= 25);
}

TEST_CASE("rows that differ come first, with their difference and their tolerance") {
  const Agreement agreement = other();
  REQUIRE(agreement.disagreeing() > 3);
  const std::string text = render_text(agreement, "tiny", {});
  CHECK(contains(text, "DIFFERS      "));
  CHECK(contains(text, "beyond their tolerance"));
  CHECK(text.find("attempts.total") < text.find("requests.offered"));
  CHECK(contains(text, " %)"));
  CHECK(contains(text, " more with --all"));
  CHECK(lines(text) <= 25);
}

TEST_CASE("every row is shown on request") {
  const Agreement agreement = other();
  const std::string text = render_text(agreement, "tiny", {.text = {}, .all = true});
  for (const AgreementRow& row : agreement.rows) CHECK(contains(text, "  " + row.path + " "));
  CHECK_FALSE(contains(text, "more with --all"));
}

TEST_CASE("a replay that proves nothing is called void, whatever its numbers are") {
  Agreement agreement = same();
  agreement.void_reason = "it was late";
  const std::string text = render_text(agreement, "tiny", {.text = {.colour = true}});
  CHECK(contains(text, "\x1b[1;31mVOID\x1b[0m         nothing is proved: it was late"));
  CHECK_FALSE(contains(text, "AGREES"));
}

}  // namespace
}  // namespace sluice::testing
