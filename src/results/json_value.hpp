// Quantities of a result as JSON values: exact decimals in seconds, dollars and plain numbers. What
// does not exist (kNever, a mean of nothing) is null.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/integer.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "describe/value.hpp"

namespace sluice {

describe::Value seconds_of(Duration duration);
describe::Value seconds_of(TimePoint time);  // since the run's start
describe::Value seconds_of(const std::optional<Duration>& duration);
describe::Value dollars_of(Money money);
describe::Value dollars_of(const std::optional<Money>& money);
describe::Value number_of(double number);
describe::Value number_of(const std::optional<double>& number);
describe::Value texts_of(std::span<const std::string> texts);
// The double nearest to a JSON number, whatever the locale; 0 for one that no double can be.
double double_of(const describe::Value& number);
// Rounded to whole units.
describe::Value rounded_mean(int128 sum, std::int64_t count);

}  // namespace sluice
