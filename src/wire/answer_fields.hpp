// What the header fields of an answer say to a client: rate limits, retry-after, who it was (docs:
// rate-limits "Response headers", errors; 2026-08). Field by field as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/outcome.hpp"
#include "base/calendar.hpp"
#include "base/time.hpp"
#include "wire/api_error.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice::wire {

// What finish_fields() needs: values that mean something only with another field.
struct UnfinishedFields {
  std::uint32_t limit_parts = 0;  // which have come, four bits a limit
  bool has_milliseconds = false;  // retry-after-ms has come
  std::optional<UnixTime> retry_at{};
};

struct AnswerFields {
  // Whole after finish_fields(): a limit is there when its limit and remaining came; full_at is
  // 1970 where its reset did not. Resets that OpenAI tells as durations count from the date.
  RateLimitHeaders limits{};
  // retry-after-ms before retry-after; seconds (fractions too) or an HTTP date, which counts from
  // the answer's own date.
  std::optional<Duration> retry_after{};
  std::optional<bool> should_retry{};  // x-should-retry
  std::optional<UnixTime> date{};
  std::string request_id{};
  std::string organization_id{};
  bool is_event_stream = false;
  UnfinishedFields unfinished{};
  bool has_limits() const noexcept;
};

// Empties it and keeps its memory.
void clear(AnswerFields& fields) noexcept;
// One field, letters' case of the name aside; unknown ones and values that cannot be read leave
// everything as it is. finish_fields() when all have come.
void read_field(AnswerFields& fields, std::string_view name, std::string_view value);
void finish_fields(AnswerFields& fields);

// The kind of error that a status and a body's error type stand for. The status counts where it is
// a documented one: other servers have other types (of 401, OpenAI's is invalid_request_error).
// Within a stream the status is 200, and the type alone tells.
ErrorKind error_kind(int status, std::string_view error_type) noexcept;

// Which limit refused, from the body's wording and code, then from the headers (a kind of which
// nothing is left); kUnknown where neither tells. Wordings of 2025-01 to 2026-11; OpenAI's too.
LimitCause cause_of_refusal(const ApiError& error, const AnswerFields& fields) noexcept;
// Of a 400: a spend limit that the customer set, or no credit left. None: something else is wrong.
std::optional<LimitCause> cause_of_bad_request(const ApiError& error) noexcept;
bool says_credit_is_gone(const ApiError& error) noexcept;

}  // namespace sluice::wire
