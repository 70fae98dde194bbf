// A short message to a mock, and an organization that may send two of them a minute.
// For tests of what a mock says of its requests, not of what it answers.
#pragma once

#include <string_view>

namespace sluice::testing {

inline constexpr const char* kTwoAMinute =
    R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 2}}})";
inline constexpr std::string_view kShortMessage =
    R"({"model": "claude-haiku-4-5", "max_tokens": 20,)"
    R"("messages": [{"role": "user", "content": "hi"}]})";

}  // namespace sluice::testing
