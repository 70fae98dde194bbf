#include "report/tune_text.hpp"

#include <string>

#include "report/tune_paste.hpp"
#include "support/catch.hpp"
#include "support/text_checks.hpp"
#include "support/tune_result.hpp"

namespace sluice::testing {
namespace {

std::string shown(const TuneResult& result) { return render_text(result, "storm.json", {}); }

TEST_CASE("a recommendation comes first, with what it is, what is used today and the difference") {
  const std::string text = shown(small_tune_result());
  CHECK(contains(text, "RECOMMENDED  full-jitter 8 x"));
  CHECK(contains(text, "today        anthropic-sdk-typescript"));
  CHECK(contains(text, "goodput.share +51.00 ± 1.00 points (better)"));
  CHECK(text.find("RECOMMENDED") < text.find("Pareto front"));
}

TEST_CASE("where nothing beats today's policy, it is kept and nothing is there to paste") {
  TuneResult result = small_tune_result();
  result.verdict = TuneVerdict::kKeep;
  const std::string text = shown(result);
  CHECK(contains(text, "KEEP         anthropic-sdk-typescript"));
  CHECK_FALSE(contains(text, "RECOMMENDED"));
  CHECK_FALSE(contains(text, "To paste"));
}

TEST_CASE("a lasting overload is named with the share that no client can save") {
  const std::string text = shown(small_tune_result());
  CHECK(contains(text, "OVERLOAD     haiku.requests_per_minute"));
  CHECK(contains(text, "30.0 % of all"));
}

TEST_CASE("a bound out of reach is told so, with the best that was reached") {
  const std::string text = shown(small_tune_result());
  CHECK(contains(text, "NOT MET"));
  CHECK(contains(text, "no candidate meets it"));
}

TEST_CASE("the assumption that matters most and an assumed deadline are named") {
  const std::string text = shown(small_tune_result());
  CHECK(contains(text, "most of all on this one: small buckets"));
  CHECK(contains(text, "The scenario has no deadline"));
}

TEST_CASE("what was stopped is marked partial") {
  TuneResult result = small_tune_result();
  result.partial = true;
  CHECK(contains(shown(result), "PARTIAL"));
  result.effort.confirm_replications = 0;
  CHECK(contains(shown(result), "BEST SO FAR  full-jitter"));
  CHECK_FALSE(contains(shown(result), "RECOMMENDED"));
}

TEST_CASE("a fallback is the API's own name, and no retry: nothing is waited for") {
  TuneResult result = small_tune_result();
  result.fallback = TunedFallback{.model = "claude-haiku-5-5", .statuses = {429, 529}};
  const std::string python = python_code(result);
  const auto falls = python.find(
      "if status in [429, 529] and request[\"model\"] != "
      "\"claude-haiku-5-5\":");
  REQUIRE(falls != std::string::npos);
  CHECK(python.find("continue", falls) < python.find("if n == MAX_RETRIES"));
  CHECK(python.find("if n == MAX_RETRIES") < python.find("asyncio.sleep(wait)"));
  result.fallback = TunedFallback{.model = "claude-haiku-5-5", .statuses = {529}, .after = 2};
  CHECK(contains(python_code(result), "if turned_away >= 2:"));
  CHECK(contains(typescript_code(result),
                 "if ([529].includes(status) && request.model !== \"claude-haiku-5-5\" && "
                 "++turnedAway >= 2) {"));
  result.fallback.reset();
  CHECK_FALSE(contains(python_code(result), "continue"));
}

TEST_CASE("a policy that the SDKs have is settings, any other one is code") {
  TuneResult result = small_tune_result();
  CHECK_FALSE(python_settings(result).has_value());
  CHECK_FALSE(typescript_settings(result).has_value());
  result.chosen = {.retry = "anthropic-sdk-python", .max_retries = 8};
  result.attempt_timeout = seconds(30);
  CHECK(python_settings(result) == "max_retries=8, timeout=30");
  CHECK_FALSE(typescript_settings(result).has_value());
  result.chosen.retry = "anthropic-sdk-typescript";
  CHECK(typescript_settings(result) == "maxRetries: 8, timeout: 30000");
}

TEST_CASE("beside code stands the finalist that needs none") {
  TuneResult result = small_tune_result();
  CHECK_FALSE(contains(shown(result), "without code"));
  result.points[2].is_sdk_alone = true;
  CHECK(contains(shown(result), "without code B (fixed)"));
}

TEST_CASE("the command quotes what a shell would take apart") {
  TuneResult result = small_tune_result();
  result.overrides = {"/about/0=it's"};
  CHECK(simulate_command(result, "a.json") == "sluice simulate a.json --set '/about/0=it'\\''s'");
}

TEST_CASE("pasted code has the policy's own numbers") {
  TuneResult result = small_tune_result();
  result.retry.retry_after_is_minimum = false;
  result.retry.retry_after_spread = seconds(5);
  result.chosen.pacing = "token-bucket";
  const std::string python = python_code(result);
  CHECK(contains(python, "MAX_RETRIES, BASE, CAP = 8, 0.5, 8"));
  CHECK(contains(python, "told + random.uniform(0, 5)"));
  CHECK(contains(python, "\"requests\": Bucket(900)"));
  const std::string typescript = typescript_code(result);
  CHECK(contains(typescript, "MAX_RETRIES = 8, BASE = 500, CAP = 8000"));
  CHECK(contains(typescript, "told + uniform(0, 5000)"));
  CHECK(contains(typescript, "requests: new Bucket(900)"));
}

TEST_CASE("what no few lines do is said in the code's first lines") {
  TuneResult result = small_tune_result();
  result.chosen.pacing = "vegas";
  CHECK(contains(python_code(result), "# Not in these lines: the pacer vegas."));
  CHECK(contains(typescript_code(result), "// Not in these lines: the pacer vegas."));
}

}  // namespace
}  // namespace sluice::testing
