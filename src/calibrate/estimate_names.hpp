// What the estimates of service times, errors and the cache are called in a Calibration, and how to
// find one: the overlay writer and the probe look for them by these names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/calibration.hpp"

namespace sluice::calibrate {

inline constexpr std::string_view kTtftP50 = "ttft base p50";
inline constexpr std::string_view kTtftP95 = "ttft base p95";
inline constexpr std::string_view kPrefillSpeed = "prefill speed";
inline constexpr std::string_view kCachedSpeed = "cached speed";
inline constexpr std::string_view kOutputP50 = "output speed p50";
inline constexpr std::string_view kOutputP95 = "output speed p95";

inline constexpr std::string_view kOverloadedShare = "529 share";
inline constexpr std::string_view kApiErrorShare = "500 share";
inline constexpr std::string_view kTimeoutShare = "504 share";
inline constexpr std::string_view kDisconnectShare = "disconnect share";
inline constexpr std::string_view kErrorInStreamShare = "error in stream share";

inline constexpr std::string_view kCacheDelay = "cache readability delay";

// nullptr: there is none. `of` is the model.
const Estimate* find(const std::vector<Estimate>& estimates, std::string_view what,
                     std::string_view of) noexcept;
// The same, but only if the data can tell.
const Estimate* identified(const std::vector<Estimate>& estimates, std::string_view what,
                           std::string_view of) noexcept;

}  // namespace sluice::calibrate
