// The answers to a draft's questions, read: each part from its text, with an error that says what
// would be right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"

namespace sluice::scenario {

// "none" and the empty text are no answer.
bool is_none(std::string_view answer) noexcept;

// "2000", "2k", "1.5M": at least `least`, at most 10 million.
Result<std::int64_t> parse_draft_tokens(std::string_view text, std::int64_t least);

// "2000:8000": the median and the 95th percentile; "2000": always that many.
struct DraftSize {
  std::int64_t p50 = 0;
  std::optional<std::int64_t> p95;
};
Result<DraftSize> parse_draft_size(std::string_view text);

// "sonnet-5.5", or "haiku-5.5:80,sonnet-5.5:20" with shares in per cent that sum to 100.
struct DraftModel {
  std::string name;
  std::int64_t percent = 100;
};
Result<std::vector<DraftModel>> parse_draft_models(std::string_view text);

}  // namespace sluice::scenario
