// Reads figures back out of a result's JSON, for renderers that work from it alone: members by
// path, numbers as the reports write them. What is not there reads as nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "describe/value.hpp"
#include "results/metric.hpp"

namespace sluice {

// The member at "latency.success.p99"; a name may contain points, the longest that fits counts.
// Null where there is none.
const describe::Value* member_at(const describe::Value& value, std::string_view path);
// A member that is text, or nothing; a list, or an empty one.
std::string text_at(const describe::Value& value, std::string_view path);
const std::vector<describe::Value>& list_at(const describe::Value& value, std::string_view path);
// Of what stands in a list of texts: a text as it is, a number in its digits, all else nothing.
std::string text_of(const describe::Value& value);
bool flag_at(const describe::Value& value, std::string_view path);

// Of its member "unit"; kCount where it has none.
Unit unit_at(const describe::Value& value);

// As number_text() writes it; "-" for what is no number. Exact in its unit as far as it fits.
std::string figure_text(const describe::Value* number, Unit unit);
std::string figure_at(const describe::Value& value, std::string_view path, Unit unit);
// "1.2 s to 1.5 s" of an object with `low` and `high`; empty where either is none.
std::string range_text(const describe::Value* interval, Unit unit);

}  // namespace sluice
