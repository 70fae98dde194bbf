// Any lines as the header fields of an answer, the last one as the message of its refusal: limits
// come whole or not at all, waits are never negative, and a cause is found or is unknown.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "wire/answer_fields.hpp"

namespace {

using namespace sluice;
using namespace sluice::wire;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void check(const std::optional<LimitState>& limit) {
  SLUICE_CHECK(!limit || (limit->limit >= 0 && limit->remaining >= 0));
}

void check(const AnswerFields& fields) {
  const RateLimitHeaders& limits = fields.limits;
  check(limits.requests);
  check(limits.tokens);
  check(limits.input_tokens);
  check(limits.output_tokens);
  check(limits.fast_input_tokens);
  check(limits.fast_output_tokens);
  const bool has_any = limits.requests || limits.tokens || limits.input_tokens ||
                       limits.output_tokens || limits.fast_input_tokens ||
                       limits.fast_output_tokens;
  SLUICE_CHECK(fields.has_limits() == has_any);
  SLUICE_CHECK(!fields.retry_after || *fields.retry_after >= Duration{0});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  static AnswerFields fields;
  AnswerFields fresh;
  clear(fields);
  ApiError error{ErrorKind::kRateLimit, {}, {}};
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      error.error_code = error.message;
      error.message.assign(line);
      continue;
    }
    read_field(fields, line.substr(0, colon), line.substr(colon + 1));
    read_field(fresh, line.substr(0, colon), line.substr(colon + 1));
  }
  finish_fields(fields);
  finish_fields(fresh);
  check(fields);
  SLUICE_CHECK(fields.retry_after == fresh.retry_after && fields.date == fresh.date);
  SLUICE_CHECK(fields.has_limits() == fresh.has_limits());
  SLUICE_CHECK(fields.request_id == fresh.request_id);
  const LimitCause cause = cause_of_refusal(error, fields);
  SLUICE_CHECK(static_cast<std::size_t>(cause) < kLimitCauseCount);
  SLUICE_CHECK(!says_credit_is_gone(error) || cause_of_bad_request(error) == LimitCause::kSpend);
  const int status = static_cast<int>(size % 600);
  SLUICE_CHECK(error_kind(status, error.message) != ErrorKind::kNone);
  return 0;
}
