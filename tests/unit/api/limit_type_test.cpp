#include "api/limit_type.hpp"

#include <set>

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("every limit type is found again by its name, and by no other") {
  for (std::size_t i = 0; i < kLimitTypeCount; ++i) {
    const auto type = static_cast<LimitType>(i);
    CHECK(limit_type_named(name(type)) == type);
  }
  CHECK_FALSE(limit_type_named("requests_per_hour"));
  CHECK_FALSE(limit_type_named(""));
}

TEST_CASE("limit types carry the API's own names") {
  CHECK(name(LimitType::kRequestsPerMinute) == "requests_per_minute");
  CHECK(name(LimitType::kInputTokensPerMinuteCacheAware) == "input_tokens_per_minute_cache_aware");
  CHECK(name(LimitType::kInputTokensPerMinute) == "input_tokens_per_minute");
  CHECK(name(LimitType::kOutputTokensPerMinute) == "output_tokens_per_minute");
  CHECK(name(LimitType::kTokensPerMinute) == "tokens_per_minute");
  CHECK(name(LimitType::kTokensPerDay) == "tokens_per_day");
  CHECK(name(LimitType::kFastInputTokensPerMinuteCacheAware) == "fast_itpmca");
  CHECK(name(LimitType::kFastOutputTokensPerMinute) == "fast_otpm");
  CHECK(name(LimitType::kEnqueuedBatchRequests) == "enqueued_batch_requests");
}

TEST_CASE("combined limits count input and output, requests count neither") {
  CHECK(counts_input(LimitType::kTokensPerMinute));
  CHECK(counts_output(LimitType::kTokensPerMinute));
  CHECK(counts_input(LimitType::kTokensPerDay));
  CHECK(counts_output(LimitType::kTokensPerDay));
  for (const LimitType type :
       {LimitType::kInputTokensPerMinuteCacheAware, LimitType::kInputTokensPerMinute,
        LimitType::kFastInputTokensPerMinuteCacheAware}) {
    CHECK(counts_input(type));
    CHECK_FALSE(counts_output(type));
    CHECK(cause_of(type) == LimitCause::kInputTokens);
  }
  for (const LimitType type :
       {LimitType::kOutputTokensPerMinute, LimitType::kFastOutputTokensPerMinute}) {
    CHECK_FALSE(counts_input(type));
    CHECK(counts_output(type));
    CHECK(cause_of(type) == LimitCause::kOutputTokens);
  }
  for (const LimitType type : {LimitType::kRequestsPerMinute, LimitType::kEnqueuedBatchRequests}) {
    CHECK_FALSE(counts_input(type));
    CHECK_FALSE(counts_output(type));
  }
}

TEST_CASE("a combined token limit is reported as an input limit, a full batch queue as itself") {
  CHECK(cause_of(LimitType::kRequestsPerMinute) == LimitCause::kRequests);
  CHECK(cause_of(LimitType::kTokensPerMinute) == LimitCause::kInputTokens);
  CHECK(cause_of(LimitType::kTokensPerDay) == LimitCause::kInputTokens);
  CHECK(cause_of(LimitType::kEnqueuedBatchRequests) == LimitCause::kBatchQueue);
}

TEST_CASE("causes have distinct names") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) names.insert(name(static_cast<LimitCause>(i)));
  CHECK(names.size() == kLimitCauseCount);
  CHECK(names.count("input_tokens") == 1);
  CHECK(names.count("batch_queue") == 1);
}

}  // namespace
}  // namespace sluice
