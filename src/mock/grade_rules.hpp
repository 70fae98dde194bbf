// What the grade looks for in a client: seven rules, each with its threshold, why it matters and
// what to do about it. Durations are wall time; Grader scales them to model time. The thresholds
// are sluice's own; docs/mock-control.md argues for them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"

namespace sluice::mock {

enum class GradeRule : std::uint8_t {
  kRetriedTooEarly,
  kRetriedHopeless,
  kNoBackoff,
  kSynchronisedWaves,
  kAmplification,
  kIgnoredInStreamErrors,
  kLostRequests,
};
inline constexpr std::size_t kGradeRuleCount = 7;

struct RuleText {
  GradeRule rule;
  std::string_view id;         // "retried-too-early"
  std::string_view threshold;  // in words
  std::string_view hurts;      // a sentence
  std::string_view remedy;     // a sentence
};
const std::array<RuleText, kGradeRuleCount>& rule_texts() noexcept;  // in the order of GradeRule
const RuleText& text_of(GradeRule rule) noexcept;

namespace grading {

// A retry may come so much before retry-after is over: clocks and sockets are not exact.
inline constexpr Duration kEarlyTolerance = milliseconds(50);
// After so long, whoever sends a hopeless request again is a person who tries once more.
inline constexpr Duration kHopelessWithin = minutes(5);
// A request whose retryable failure has not been followed for max(retry-after, kPatience) +
// kPatienceMargin has been given up.
inline constexpr Duration kPatience = seconds(60);
inline constexpr Duration kPatienceMargin = seconds(30);
// Of what was not told when to come again, once the run has ended: what the SDKs' first retries
// wait, and room for the second.
inline constexpr Duration kPatienceAtEnd = seconds(2);
// Of all requests; up to that, lost ones are only advice.
inline constexpr std::int64_t kLostFailsAbovePermille = 10;
inline constexpr int kQuickRetries = 3;
inline constexpr Duration kQuickWithin = seconds(1);
inline constexpr Duration kAmplificationWindow = seconds(60);
inline constexpr std::uint64_t kAmplificationAttemptsMin = 20;
inline constexpr std::uint64_t kAmplificationAdvisesAbove = 3;
inline constexpr std::uint64_t kAmplificationFailsAbove = 10;
// Half of a wave's width of 100 ms.
inline constexpr Duration kWaveBin = milliseconds(50);
inline constexpr std::uint32_t kWaveRetriesMin = 10;
inline constexpr std::uint64_t kWaveDispersionAbove = 6;
inline constexpr std::uint64_t kWavesFailFrom = 3;

}  // namespace grading
}  // namespace sluice::mock
