#include "report/agreement_text.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

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
  CHECK(has(text, "AGREES       all "));
  CHECK(has(text, "basis"));
  CHECK(has(text, "requests.offered"));
  CHECK(has(text, "latency.success.p99"));
  CHECK_FALSE(has(text, "DIFFERS"));
  CHECK_FALSE(has(text, "\x1b["));
  CHECK(lines(text) <= 25);
}

TEST_CASE("rows that differ come first, with their difference and their tolerance") {
  const Agreement agreement = other();
  REQUIRE(agreement.disagreeing() > 3);
  const std::string text = render_text(agreement, "tiny", {});
  CHECK(has(text, "DIFFERS      "));
  CHECK(has(text, "beyond their tolerance"));
  CHECK(text.find("attempts.total") < text.find("requests.offered"));
  CHECK(has(text, " %)"));
  CHECK(has(text, " more with --all"));
  CHECK(lines(text) <= 25);
}

TEST_CASE("every row is shown on request") {
  const Agreement agreement = other();
  const std::string text = render_text(agreement, "tiny", {.text = {}, .all = true});
  for (const AgreementRow& row : agreement.rows) CHECK(has(text, "  " + row.path + " "));
  CHECK_FALSE(has(text, "more with --all"));
}

TEST_CASE("a replay that proves nothing is called void, whatever its numbers are") {
  Agreement agreement = same();
  agreement.void_reason = "it was late";
  const std::string text = render_text(agreement, "tiny", {.text = {.colour = true}});
  CHECK(has(text, "\x1b[1;31mVOID\x1b[0m         nothing is proved: it was late"));
  CHECK_FALSE(has(text, "AGREES"));
}

}  // namespace
}  // namespace sluice::testing
