#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "wire/answer_fields.hpp"

namespace sluice::wire {
namespace {

// What a wording has in it, in lower case; the first that is found tells. An organization's name
// for a limit changes from year to year, these parts of it have not (2024-05 to 2026-11).
struct Wording {
  std::string_view part;
  LimitCause cause;
};

// "Input tokens per minute" is in the ramp's text too, and "requests" in nearly every one.
constexpr std::array kWordings = {
    Wording{"maximum usage increase rate", LimitCause::kRamp},
    Wording{"acceleration limit", LimitCause::kRamp},
    Wording{"concurrent connections", LimitCause::kConcurrency},
    Wording{"concurrent requests", LimitCause::kConcurrency},
    Wording{"concurrency", LimitCause::kConcurrency},
    Wording{"api usage threshold", LimitCause::kSpend},
    Wording{"usage limits", LimitCause::kSpend},
    Wording{"spend limit", LimitCause::kSpend},
    Wording{"spending limit", LimitCause::kSpend},
    Wording{"credit balance", LimitCause::kSpend},
    Wording{"exceeded your current quota", LimitCause::kSpend},
    Wording{"billing hard limit", LimitCause::kSpend},
    Wording{"processing queue", LimitCause::kBatchQueue},
    Wording{"enqueued", LimitCause::kBatchQueue},
    Wording{"output tokens", LimitCause::kOutputTokens},
    Wording{"completion tokens", LimitCause::kOutputTokens},
    Wording{"input tokens", LimitCause::kInputTokens},
    Wording{"prompt tokens", LimitCause::kInputTokens},
    Wording{"tokens per ", LimitCause::kInputTokens},
    Wording{"tokens_per_", LimitCause::kInputTokens},
    Wording{"number of request tokens", LimitCause::kInputTokens},
    Wording{"(tpm)", LimitCause::kInputTokens},
    Wording{"(tpd)", LimitCause::kInputTokens},
    Wording{"requests per ", LimitCause::kRequests},
    Wording{"requests_per_", LimitCause::kRequests},
    Wording{"number of requests", LimitCause::kRequests},
    Wording{"(rpm)", LimitCause::kRequests},
    Wording{"(rpd)", LimitCause::kRequests},
};

constexpr std::array<std::string_view, 6> kSpendWordings = {
    "specified api usage limits",     "specified workspace api usage limits",
    "specified api key usage limits", "credit balance is too low",
    "exceeded your current quota",    "billing hard limit",
};

// `part` is in lower case.
bool contains(std::string_view text, std::string_view part) noexcept {
  const auto same = [](char a, char b) { return ascii::lower(a) == b; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool is_spend_code(std::string_view code) noexcept {
  return code.ends_with("spend_limit_reached") || code == "insufficient_quota" ||
         code == "billing_hard_limit_reached" || code == "linked_organization_billing_unavailable";
}

bool nothing_left(const std::optional<LimitState>& limit) noexcept {
  return limit && limit->remaining <= 0;
}

LimitCause cause_by_headers(const RateLimitHeaders& limits) noexcept {
  if (nothing_left(limits.requests)) return LimitCause::kRequests;
  if (nothing_left(limits.input_tokens)) return LimitCause::kInputTokens;
  if (nothing_left(limits.output_tokens)) return LimitCause::kOutputTokens;
  if (nothing_left(limits.fast_input_tokens)) return LimitCause::kInputTokens;
  if (nothing_left(limits.fast_output_tokens)) return LimitCause::kOutputTokens;
  return nothing_left(limits.tokens) ? cause_of(LimitType::kTokensPerMinute) : LimitCause::kUnknown;
}

constexpr std::array kApiKinds = {
    ErrorKind::kInvalidRequest, ErrorKind::kAuthentication,  ErrorKind::kBilling,
    ErrorKind::kPermission,     ErrorKind::kNotFound,        ErrorKind::kConflict,
    ErrorKind::kRateLimit,      ErrorKind::kRequestTooLarge, ErrorKind::kApi,
    ErrorKind::kTimeout,        ErrorKind::kOverloaded,
};

std::optional<ErrorKind> kind_of_type(std::string_view error_type) noexcept {
  for (const ErrorKind kind : kApiKinds) {
    if (name(kind) == error_type) return kind;
  }
  return std::nullopt;
}

std::optional<ErrorKind> kind_of_status(int status) noexcept {
  for (const ErrorKind kind : kApiKinds) {
    if (http_status(kind) == status) return kind;
  }
  if (status == 408) return ErrorKind::kTimeout;
  return std::nullopt;
}

}  // namespace

ErrorKind error_kind(int status, std::string_view error_type) noexcept {
  const auto by_type = kind_of_type(error_type);
  const auto by_status = kind_of_status(status);
  // 500 is what many failures are; a type that says which one is believed.
  const bool type_counts = !by_status || (status == 500 && by_type && http_status(*by_type) > 500);
  if (by_type && type_counts) return *by_type;
  if (by_status) return *by_status;
  return status >= 400 && status < 500 ? ErrorKind::kInvalidRequest : ErrorKind::kApi;
}

LimitCause cause_of_refusal(const ApiError& error, const AnswerFields& fields) noexcept {
  if (error.error_code == "ramp_limit_exceeded") return LimitCause::kRamp;
  if (is_spend_code(error.error_code)) return LimitCause::kSpend;
  for (const Wording& wording : kWordings) {
    if (contains(error.message, wording.part)) return wording.cause;
  }
  return cause_by_headers(fields.limits);
}

std::optional<LimitCause> cause_of_bad_request(const ApiError& error) noexcept {
  if (is_spend_code(error.error_code)) return LimitCause::kSpend;
  for (const std::string_view wording : kSpendWordings) {
    if (contains(error.message, wording)) return LimitCause::kSpend;
  }
  return std::nullopt;
}

bool says_credit_is_gone(const ApiError& error) noexcept {
  return error.error_code == "insufficient_quota" ||
         contains(error.message, "credit balance is too low") ||
         contains(error.message, "exceeded your current quota");
}

}  // namespace sluice::wire
