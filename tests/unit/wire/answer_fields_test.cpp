#include "wire/answer_fields.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/unix_times.hpp"

namespace sluice::wire {

static bool operator==(const LimitState& a, const LimitState& b) {
  return a.limit == b.limit && a.remaining == b.remaining && a.full_at == b.full_at;
}

namespace {

using testing::unix_time;

using Field = std::pair<std::string_view, std::string_view>;

AnswerFields read(const std::vector<Field>& fields) {
  AnswerFields answer;
  for (const auto& [name, value] : fields) read_field(answer, name, value);
  finish_fields(answer);
  return answer;
}

AnswerFields read_lines(std::string_view lines) {
  AnswerFields answer;
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::size_t colon = lines.find(':');
    read_field(answer, lines.substr(0, colon), lines.substr(colon + 1, end - colon - 1));
    lines.remove_prefix(end + 2);
  }
  finish_fields(answer);
  return answer;
}

LimitCause cause(std::string message, std::string code = {}, const AnswerFields& fields = {}) {
  return cause_of_refusal({ErrorKind::kRateLimit, std::move(message), std::move(code)}, fields);
}

TEST_CASE("the limits that the API's writer writes are read back", "[answer_fields]") {
  const RateLimitHeaders written = {
      .requests = LimitState{4000, 3999, unix_time("2025-06-02T15:14:45Z")},
      .tokens = LimitState{280'000, 80'000, unix_time("2025-06-02T15:14:46Z")},
      .input_tokens = LimitState{200'000, 0, unix_time("2025-06-02T15:15:48Z")},
      .output_tokens = LimitState{80'000, 79'000, unix_time("2025-06-02T15:14:47Z")},
      .fast_input_tokens = LimitState{1'000'000, 5'000, unix_time("2025-06-03T00:00:00Z")},
      .fast_output_tokens = LimitState{20'000, 1'000, unix_time("2025-06-03T00:00:01Z")}};
  std::string lines;
  append_rate_limit_headers(lines, written);
  const AnswerFields answer = read_lines(lines);
  CHECK(answer.has_limits());
  CHECK((answer.limits.requests == written.requests));
  CHECK((answer.limits.tokens == written.tokens));
  CHECK((answer.limits.input_tokens == written.input_tokens));
  CHECK((answer.limits.output_tokens == written.output_tokens));
  CHECK((answer.limits.fast_input_tokens == written.fast_input_tokens));
  CHECK((answer.limits.fast_output_tokens == written.fast_output_tokens));
}

TEST_CASE("the limits of the compatible endpoint are read back", "[answer_fields]") {
  const RateLimitHeaders written = {
      .requests = LimitState{50, 49, unix_time("2026-11-02T15:14:45Z")},
      .tokens = LimitState{60'000, 0, unix_time("2026-11-02T15:15:00Z")}};
  std::string lines;
  append_chat_rate_limit_headers(lines, written);
  const AnswerFields answer = read_lines(lines);
  CHECK((answer.limits.requests == written.requests));
  CHECK((answer.limits.tokens == written.tokens));
  CHECK_FALSE(answer.limits.input_tokens);
}

TEST_CASE("names are read in any letters' case", "[answer_fields]") {
  const AnswerFields answer = read({{"Anthropic-RateLimit-Requests-Limit", "50"},
                                    {"ANTHROPIC-RATELIMIT-REQUESTS-REMAINING", "7"},
                                    {"Request-Id", "req_1"},
                                    {"Content-Type", "Text/Event-Stream; charset=utf-8"}});
  REQUIRE(answer.limits.requests);
  CHECK(answer.limits.requests->remaining == 7);
  CHECK(answer.request_id == "req_1");
  CHECK(answer.is_event_stream);
}

TEST_CASE("a limit is there when its limit and remaining came", "[answer_fields]") {
  CHECK(read({{"anthropic-ratelimit-requests-limit", "50"},
              {"anthropic-ratelimit-requests-remaining", "49"}})
            .limits.requests);
  const AnswerFields halves =
      read({{"anthropic-ratelimit-requests-limit", "50"},
            {"anthropic-ratelimit-tokens-remaining", "50"},
            {"anthropic-ratelimit-input-tokens-reset", "2025-06-02T15:14:45Z"},
            {"anthropic-ratelimit-output-tokens-limit", "many"},
            {"anthropic-ratelimit-output-tokens-remaining", "5"}});
  CHECK_FALSE(halves.has_limits());
}

TEST_CASE("priority and subscription limits are none of a key's", "[answer_fields]") {
  CHECK_FALSE(read({{"anthropic-priority-input-tokens-limit", "1"},
                    {"anthropic-priority-input-tokens-remaining", "1"},
                    {"anthropic-ratelimit-unified-5h-limit", "1"},
                    {"anthropic-ratelimit-unified-remaining", "1"}})
                  .has_limits());
}

TEST_CASE("resets that are durations count from the date", "[answer_fields]") {
  const auto reset = [](std::string_view value, bool has_date = true) {
    AnswerFields answer;
    // Before the date, which finish_fields() waits for.
    read_field(answer, "x-ratelimit-limit-requests", "60");
    read_field(answer, "x-ratelimit-remaining-requests", "59");
    read_field(answer, "x-ratelimit-reset-requests", value);
    if (has_date) read_field(answer, "date", "Sat, 21 Nov 2026 10:00:00 GMT");
    finish_fields(answer);
    REQUIRE(answer.limits.requests);
    return answer.limits.requests->full_at;
  };
  CHECK(reset("1m30s") == unix_time("2026-11-21T10:01:30Z"));
  CHECK(reset("6ms") == unix_time("2026-11-21T10:00:00.006Z"));
  CHECK(reset("6m0s") == unix_time("2026-11-21T10:06:00Z"));
  CHECK(reset("8.64s") == unix_time("2026-11-21T10:00:08.64Z"));
  CHECK(reset("2m59.56s") == unix_time("2026-11-21T10:02:59.56Z"));
  CHECK(reset("59.70") == unix_time("2026-11-21T10:00:59.7Z"));
  CHECK(reset("0s") == unix_time("2026-11-21T10:00:00Z"));
  CHECK(reset("1795255260") == unix_time("2026-11-21T10:01:00Z"));
  CHECK(reset("2026-11-21T10:00:09Z") == unix_time("2026-11-21T10:00:09Z"));
  CHECK(reset("1m30s", false) == UnixTime{});
  CHECK(reset("soon") == UnixTime{});
  CHECK(reset("99999999999") == UnixTime{});
}

TEST_CASE("retry-after is seconds, milliseconds or a date", "[answer_fields]") {
  const auto wait = [](const std::vector<Field>& fields) { return read(fields).retry_after; };
  CHECK(wait({{"retry-after", "16"}}) == seconds(16));
  CHECK(wait({{"Retry-After", " 0.25 "}}) == milliseconds(250));
  CHECK(wait({{"retry-after", "0"}}) == seconds(0));
  CHECK(wait({{"retry-after", "1.0000000019"}}) == nanoseconds(1'000'000'001));
  CHECK(wait({{"retry-after-ms", "1500"}}) == milliseconds(1500));
  CHECK(wait({{"retry-after", "9"}, {"retry-after-ms", "12.5"}}) == nanoseconds(12'500'000));
  CHECK(wait({{"retry-after-ms", "10"}, {"retry-after", "9"}}) == milliseconds(10));
  CHECK(wait({{"retry-after", "Sat, 21 Nov 2026 10:00:30 GMT"},
              {"date", "Sat, 21 Nov 2026 10:00:00 GMT"}}) == seconds(30));
  CHECK(wait({{"retry-after", "Sat, 21 Nov 2026 09:00:30 GMT"},
              {"date", "Sat, 21 Nov 2026 10:00:00 GMT"}}) == seconds(0));
  CHECK_FALSE(wait({{"retry-after", "Sat, 21 Nov 2026 09:00:30 GMT"}}));
  CHECK_FALSE(wait({{"retry-after", "-1"}}));
  CHECK_FALSE(wait({{"retry-after", "soon"}}));
  CHECK_FALSE(wait({{"retry-after", "1e3"}}));
  CHECK_FALSE(wait({{"retry-after", ""}}));
  CHECK_FALSE(wait({{"retry-after", "99999999999999999999"}}));
  CHECK(wait({{"retry-after", "5"}, {"retry-after-ms", "soon"}}) == seconds(5));
}

TEST_CASE("the date is read and only where it is one", "[answer_fields]") {
  const auto date = [](std::string_view text) { return read({{"date", text}}).date; };
  CHECK(date("Sun, 06 Nov 1994 08:49:37 GMT") == unix_time("1994-11-06T08:49:37Z"));
  CHECK(date("Thu, 29 Feb 2024 23:59:60 GMT") == unix_time("2024-03-01T00:00:00Z"));
  for (const std::string_view text :
       {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nev 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 06 Nov 9994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:-9:37 GMT", "Sun  06 Nov 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(date(text));
  }
}

TEST_CASE("who answered and whether to retry are read", "[answer_fields]") {
  const AnswerFields answer = read({{"request-id", "req_011CegaXgT3UXCMC4LraDuee"},
                                    {"x-request-id", "another"},
                                    {"anthropic-organization-id", "6f1f-org"},
                                    {"x-should-retry", "true"},
                                    {"content-type", "application/json"},
                                    {"cf-ray", "8e-FRA"},
                                    {"", ""}});
  CHECK(answer.request_id == "req_011CegaXgT3UXCMC4LraDuee");
  CHECK(answer.organization_id == "6f1f-org");
  CHECK(answer.should_retry == true);
  CHECK_FALSE(answer.is_event_stream);
  CHECK(read({{"x-should-retry", "false"}}).should_retry == false);
  CHECK_FALSE(read({{"x-should-retry", "maybe"}}).should_retry);
  CHECK(read({{"x-request-id", "req-abc"}, {"openai-organization", "org-1"}}).request_id ==
        "req-abc");
}

TEST_CASE("clearing leaves nothing of the answer before", "[answer_fields]") {
  AnswerFields answer = read({{"request-id", "req_1"},
                              {"anthropic-organization-id", "o"},
                              {"anthropic-ratelimit-requests-limit", "50"},
                              {"anthropic-ratelimit-requests-remaining", "49"},
                              {"retry-after-ms", "1"},
                              {"x-should-retry", "true"},
                              {"date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                              {"content-type", "text/event-stream"}});
  clear(answer);
  read_field(answer, "retry-after", "2");
  finish_fields(answer);
  CHECK_FALSE(answer.has_limits());
  CHECK(answer.retry_after == seconds(2));
  CHECK_FALSE(answer.should_retry);
  CHECK_FALSE(answer.date);
  CHECK_FALSE(answer.is_event_stream);
  CHECK((answer.request_id + answer.organization_id).empty());
}

TEST_CASE("a documented status is its kind of error", "[answer_fields]") {
  for (const ErrorKind kind :
       {ErrorKind::kInvalidRequest, ErrorKind::kAuthentication, ErrorKind::kBilling,
        ErrorKind::kPermission, ErrorKind::kNotFound, ErrorKind::kConflict,
        ErrorKind::kRequestTooLarge, ErrorKind::kRateLimit, ErrorKind::kApi, ErrorKind::kTimeout,
        ErrorKind::kOverloaded}) {
    CAPTURE(name(kind));
    CHECK(error_kind(http_status(kind), name(kind)) == kind);
    CHECK(error_kind(http_status(kind), {}) == kind);
    CHECK(error_kind(200, name(kind)) == kind);  // within a stream
  }
}

TEST_CASE("other statuses are what their type or their class says", "[answer_fields]") {
  CHECK(error_kind(401, "invalid_request_error") == ErrorKind::kAuthentication);
  CHECK(error_kind(404, "invalid_request_error") == ErrorKind::kNotFound);
  CHECK(error_kind(429, "insufficient_quota") == ErrorKind::kRateLimit);
  CHECK(error_kind(500, "overloaded_error") == ErrorKind::kOverloaded);
  CHECK(error_kind(500, "invalid_request_error") == ErrorKind::kApi);
  CHECK(error_kind(503, "overloaded_error") == ErrorKind::kOverloaded);
  CHECK(error_kind(503, "") == ErrorKind::kApi);
  CHECK(error_kind(502, "") == ErrorKind::kApi);
  CHECK(error_kind(408, "") == ErrorKind::kTimeout);
  CHECK(error_kind(422, "") == ErrorKind::kInvalidRequest);
  CHECK(error_kind(301, "") == ErrorKind::kApi);
  CHECK(error_kind(200, "something new") == ErrorKind::kApi);
  CHECK(error_kind(200, "connection") == ErrorKind::kApi);  // a kind of ours, not of the API
}

struct Worded {
  LimitCause cause;
  const char* message;
};

TEST_CASE("every wording of a refusal tells its cause", "[answer_fields]") {
  const Worded worded = GENERATE(values<Worded>({
      {LimitCause::kInputTokens,  // 2025 to 2026-01
       "This request would exceed the rate limit for your organization (6f1f) of 40,000 input "
       "tokens per minute. For details, refer to: https://docs.anthropic.com/en/api/rate-limits. "
       "You can see the response headers for current usage. Please reduce the prompt length or the "
       "maximum tokens requested, or try again later."},
      {LimitCause::kInputTokens,  // 2026-02 to 2026-05
       "This request would exceed your organization's rate limit of 30,000 input tokens per minute "
       "(org: 6f1f, model: claude-sonnet-4-20250514). For details, refer to: "
       "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
       "usage. Please reduce the prompt length or the maximum tokens requested, or try again "
       "later."},
      {LimitCause::kRequests,
       "This request would exceed your organization's rate limit of 50 requests per minute (org: "
       "6f1f, model: claude-haiku-4-5-20251001). For details, refer to: "
       "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
       "usage. Please reduce the prompt length or the maximum tokens requested, or try again "
       "later."},
      {LimitCause::kOutputTokens,
       "This request would exceed your organization's rate limit of 8,000 output tokens per minute "
       "(org: 6f1f, model: claude-sonnet-4-6). Please reduce the prompt length or the maximum "
       "tokens requested, or try again later."},
      {LimitCause::kRequests,  // since 2026-05-31; the mock's
       "This request would exceed your organization's rate limit of 50 requests per minute (org: "
       "6f1f, model: claude-opus-5-5). Try again later. View your current limits at "
       "https://console.anthropic.com/settings/limits. To raise this limit, purchase credits to "
       "advance to the next usage tier at https://console.anthropic.com/settings/billing."},
      {LimitCause::kInputTokens,
       "This request would exceed your workspace's rate limit of 2,000,000 tokens per day (org: "
       "6f1f, model: m). Reduce the prompt length or the maximum tokens requested, or try again "
       "later. View your current limits at https://console.anthropic.com/settings/limits."},
      {LimitCause::kInputTokens,
       "This request would exceed your organization's rate limit of 1,000 fast mode input tokens "
       "per minute (org: 6f1f, model: m)."},
      {LimitCause::kOutputTokens,
       "This request would exceed your organization's rate limit of 1,000 fast mode output tokens "
       "per minute (org: 6f1f, model: m)."},
      {LimitCause::kBatchQueue,
       "This request would exceed your organization's rate limit of 100,000 batch requests in the "
       "processing queue (org: 6f1f, model: m)."},
      {LimitCause::kRamp,  // 2025-09
       "This request would exceed your organization's (6f1f) maximum usage increase rate for input "
       "tokens per minute. Please scale up your input tokens usage more gradually to stay within "
       "the acceleration limit."},
      {LimitCause::kRamp,  // 2026-03-23
       "This request would exceed your organization's maximum usage increase rate for input tokens "
       "per minute (org: 6f1f, model: m). Your current limit is 58,276 input tokens per minute, "
       "and "
       "will increase to 68,276 at the next minute boundary."},
      {LimitCause::kConcurrency,  // 2024-05, 2025-06
       "Number of concurrent connections has exceeded your rate limit. Please try again later or "
       "contact sales at https://www.anthropic.com/contact-sales to discuss your options for a "
       "rate limit increase."},
      {LimitCause::kRequests, "Number of requests has exceeded your per-minute rate limit."},
      {LimitCause::kInputTokens,
       "Number of request tokens has exceeded your per-minute rate limit."},
      {LimitCause::kSpend,  // 2026-08
       "You have reached your API usage limits: your organization has crossed its monthly API "
       "usage threshold, set based on your organization's API tier. You will regain access on "
       "2026-09-01 at 00:00 UTC."},
      {LimitCause::kRequests,  // OpenAI's
       "Rate limit reached for gpt-4o in organization org-x on requests per min (RPM): Limit 500, "
       "Used 500, Requested 1. Please try again in 120ms."},
      {LimitCause::kInputTokens,
       "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, "
       "Used 29000, Requested 2000. Please try again in 2s."},
      {LimitCause::kRequests,
       "Rate limit reached for m on requests per day (RPD): Limit 200, Used 200, Requested 1."},
      {LimitCause::kSpend,
       "You exceeded your current quota, please check your plan and billing details."},
      {LimitCause::kUnknown,
       "This request would exceed your account's rate limit. Please try again later."},
      {LimitCause::kUnknown, "Rate limited"},
      {LimitCause::kUnknown, "Error"},
      {LimitCause::kUnknown, ""},
  }));
  CAPTURE(worded.message);
  CHECK(cause(worded.message) == worded.cause);
}

TEST_CASE("a code tells more than the wording", "[answer_fields]") {
  CHECK(cause("50 requests per minute", "ramp_limit_exceeded") == LimitCause::kRamp);
  CHECK(cause("", "enforced_spend_limit_reached") == LimitCause::kSpend);
  CHECK(cause("", "contract_spend_limit_reached") == LimitCause::kSpend);
  CHECK(cause("", "linked_organization_spend_limit_reached") == LimitCause::kSpend);
  CHECK(cause("", "insufficient_quota") == LimitCause::kSpend);
  CHECK(cause("50 requests per minute", "rate_limit_exceeded") == LimitCause::kRequests);
}

TEST_CASE("where the body does not tell, the limit that is used up does", "[answer_fields]") {
  AnswerFields fields;
  fields.limits.requests = LimitState{50, 10, {}};
  fields.limits.tokens = LimitState{280'000, 0, {}};
  CHECK(cause("Error", "", fields) == LimitCause::kInputTokens);
  fields.limits.output_tokens = LimitState{80'000, 0, {}};
  CHECK(cause("Error", "", fields) == LimitCause::kOutputTokens);
  fields.limits.requests->remaining = 0;
  CHECK(cause("Error", "", fields) == LimitCause::kRequests);
  CHECK(cause("8,000 output tokens per minute", "", fields) == LimitCause::kOutputTokens);
}

TEST_CASE("a 400 about money is told from other ones", "[answer_fields]") {
  const auto of = [](std::string message, std::string code = {}) {
    return cause_of_bad_request({ErrorKind::kInvalidRequest, std::move(message), std::move(code)});
  };
  CHECK(of("You have reached your specified API usage limits. You will regain access on 2026-04-01 "
           "at 00:00 UTC.") == LimitCause::kSpend);
  CHECK(of("You have reached your specified workspace API usage limits.") == LimitCause::kSpend);
  CHECK(of("You have reached your specified API key usage limits.") == LimitCause::kSpend);
  CHECK(of("Your credit balance is too low to access the Anthropic API. Please go to Plans & "
           "Billing to upgrade or purchase credits.") == LimitCause::kSpend);
  CHECK(of("", "linked_organization_spend_limit_reached") == LimitCause::kSpend);
  CHECK(of("", "billing_hard_limit_reached") == LimitCause::kSpend);
  CHECK_FALSE(of("max_tokens: Field required"));
  CHECK_FALSE(of("prompt is too long: 250000 tokens > 200000 maximum"));
}

TEST_CASE("only missing credit is credit that is gone", "[answer_fields]") {
  const auto gone = [](std::string message, std::string code = {}) {
    return says_credit_is_gone({ErrorKind::kInvalidRequest, std::move(message), std::move(code)});
  };
  CHECK(gone("Your credit balance is too low to access the Anthropic API."));
  CHECK(gone("You exceeded your current quota, please check your plan and billing details."));
  CHECK(gone("", "insufficient_quota"));
  CHECK_FALSE(gone("You have reached your specified API usage limits."));
  CHECK_FALSE(gone("", "enforced_spend_limit_reached"));
}

}  // namespace
}  // namespace sluice::wire
