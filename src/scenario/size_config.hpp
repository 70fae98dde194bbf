// How sizes and durations are written in a scenario: the policies' own distributions
// (policy/sizes.hpp), with a bare number for a fixed size, a bare "30s" for a fixed duration, and
// {"p50", "p95"} for a lognormal one.
#pragma once

#include <array>
#include <string_view>

#include "describe/describe.hpp"
#include "policy/sizes.hpp"

namespace sluice::scenario {

// A size and a duration that are drawn; types of their own so that a bare "8k" or "30s" can be a
// fixed one.
struct SizeChoice {
  SizeSpec spec = SizeFixed{};
};
struct DurationChoice {
  DurationSpec spec = DurationFixed{};
};

}  // namespace sluice::scenario

namespace sluice::describe {

void describe(Fields& v, SizeFixed& s);
void describe(Fields& v, SizeUniform& s);
void describe(Fields& v, SizeLognormal& s);
void describe(Fields& v, WeightedSize& s);
void describe(Fields& v, SizeZipf& s);
void describe(Fields& v, SizeEmpirical& s);
void describe(Fields& v, DurationFixed& d);
void describe(Fields& v, DurationUniform& d);
void describe(Fields& v, DurationLognormal& d);
void describe(Fields& v, DurationExponential& d);
void describe(Fields& v, WeightedDuration& d);
void describe(Fields& v, DurationEmpirical& d);
void validate(const SizeFixed& s, Problems& problems);
void validate(const SizeUniform& s, Problems& problems);
void validate(const SizeLognormal& s, Problems& problems);
void validate(const SizeZipf& s, Problems& problems);
void validate(const SizeEmpirical& s, Problems& problems);
void validate(const DurationFixed& d, Problems& problems);
void validate(const DurationUniform& d, Problems& problems);
void validate(const DurationLognormal& d, Problems& problems);
void validate(const DurationExponential& d, Problems& problems);
void validate(const DurationEmpirical& d, Problems& problems);

template <>
struct UnionNames<SizeSpec> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 5> names{"fixed", "uniform", "lognormal", "zipf",
                                                         "empirical"};
  static constexpr std::string_view number_is = "fixed";
};

template <>
struct UnionNames<DurationSpec> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 5> names{"fixed", "uniform", "lognormal",
                                                         "exponential", "empirical"};
};

namespace detail {

template <>
struct Erased<scenario::SizeChoice> {
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target);
  static Value echo(const void* target, const Constraints& constraints);
  static Shape shape(const Constraints& constraints);
};

template <>
struct Erased<scenario::DurationChoice> {
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target);
  static Value echo(const void* target, const Constraints& constraints);
  static Shape shape(const Constraints& constraints);
};

}  // namespace detail
}  // namespace sluice::describe
