#include "scenario/size_config.hpp"

#include <optional>

namespace sluice::describe {
namespace {

// What the policy itself finds wrong with it, in its own words.
void check(const std::optional<Error>& flaw, Problems& problems) {
  if (flaw) problems.add(flaw->where, flaw->message);
}
void check(const SizeSpec& spec, Problems& problems) { check(flaw_in(spec), problems); }
void check(const DurationSpec& spec, Problems& problems) { check(flaw_in(spec), problems); }

}  // namespace

void describe(Fields& v, SizeFixed& s) {
  v.type("size, fixed", "Always the same number.");
  v.shorthand("value");
  v.field("value", s.value, "the number").tokens().required();
}

void describe(Fields& v, SizeUniform& s) {
  v.type("size, uniform", "Every whole number from low to high alike.");
  v.field("low", s.low, "smallest").tokens().required();
  v.field("high", s.high, "largest").tokens().required();
}

void describe(Fields& v, SizeLognormal& s) {
  v.type("size, lognormal", "A lognormal distribution by its median and 95th percentile.");
  v.field("p50", s.p50, "median").tokens().required();
  v.field("p95", s.p95, "5 % are above this").tokens().required();
  v.field("min", s.min, "smaller values become this").tokens();
  v.field("max", s.max, "larger values become this").tokens();
}

void describe(Fields& v, SizeZipf& s) {
  v.type("size, zipf", "P(k) proportional to k^-exponent.");
  v.field("exponent", s.exponent, "how fast it falls");
  v.field("min", s.min, "smallest").tokens();
  v.field("max", s.max, "largest").tokens().required();
}

void describe(Fields& v, WeightedSize& s) {
  v.type("weighted_size", "One value of an empirical distribution.");
  v.field("value", s.value, "the number").tokens().required();
  v.field("weight", s.weight, "how often, relative to the others");
}

void describe(Fields& v, SizeEmpirical& s) {
  v.type("size, empirical", "Values as they were counted.");
  v.field("values", s.values, "values and weights").required().not_empty();
}

void describe(Fields& v, DurationFixed& d) {
  v.type("duration, fixed", "Always the same.");
  v.shorthand("value");
  v.field("value", d.value, "the duration").required();
}

void describe(Fields& v, DurationUniform& d) {
  v.type("duration, uniform", "Every duration from low to high alike.");
  v.field("low", d.low, "shortest").required();
  v.field("high", d.high, "longest").required();
}

void describe(Fields& v, DurationLognormal& d) {
  v.type("duration, lognormal", "A lognormal distribution by its median and 95th percentile.");
  v.field("p50", d.p50, "median").required();
  v.field("p95", d.p95, "5 % are above this").required();
  v.field("min", d.min, "shorter ones become this");
  v.field("max", d.max, "longer ones become this");
}

void describe(Fields& v, DurationExponential& d) {
  v.type("duration, exponential", "An exponential distribution.");
  v.field("mean", d.mean, "mean").required();
  v.field("max", d.max, "longer ones become this");
}

void describe(Fields& v, WeightedDuration& d) {
  v.type("weighted_duration", "One value of an empirical distribution.");
  v.field("value", d.value, "the duration").required();
  v.field("weight", d.weight, "how often, relative to the others");
}

void describe(Fields& v, DurationEmpirical& d) {
  v.type("duration, empirical", "Durations as they were counted.");
  v.field("values", d.values, "values and weights").required().not_empty();
}

void validate(const SizeFixed& s, Problems& problems) { check(s, problems); }
void validate(const SizeUniform& s, Problems& problems) { check(s, problems); }
void validate(const SizeLognormal& s, Problems& problems) { check(s, problems); }
void validate(const SizeZipf& s, Problems& problems) { check(s, problems); }
void validate(const SizeEmpirical& s, Problems& problems) { check(s, problems); }
void validate(const DurationFixed& d, Problems& problems) { check(d, problems); }
void validate(const DurationUniform& d, Problems& problems) { check(d, problems); }
void validate(const DurationLognormal& d, Problems& problems) { check(d, problems); }
void validate(const DurationExponential& d, Problems& problems) { check(d, problems); }
void validate(const DurationEmpirical& d, Problems& problems) { check(d, problems); }

namespace detail {
namespace {

// Strings and numbers are the fixed alternative's own value, everything else is the union's
// business.
template <class Spec, class Fixed>
void decode_choice(Decoder& decoder, const Value& value, const Constraints& constraints,
                   Spec& spec) {
  if (!value.is(Value::Kind::kString) && !value.is_number()) {
    type_of<Spec>().decode(decoder, value, constraints, &spec);
    return;
  }
  Fixed fixed;
  decode_struct(decoder, value, "", fixed);
  spec = fixed;
}

}  // namespace

void Erased<scenario::SizeChoice>::decode(Decoder& decoder, const Value& value,
                                          const Constraints& constraints, void* target) {
  decode_choice<SizeSpec, SizeFixed>(decoder, value, constraints,
                                     static_cast<scenario::SizeChoice*>(target)->spec);
}

Value Erased<scenario::SizeChoice>::echo(const void* target, const Constraints& constraints) {
  const SizeSpec& spec = static_cast<const scenario::SizeChoice*>(target)->spec;
  return type_of<SizeSpec>().echo(&spec, constraints);
}

Shape Erased<scenario::SizeChoice>::shape(const Constraints& constraints) {
  return type_of<SizeSpec>().shape(constraints);
}

void Erased<scenario::DurationChoice>::decode(Decoder& decoder, const Value& value,
                                              const Constraints& constraints, void* target) {
  decode_choice<DurationSpec, DurationFixed>(decoder, value, constraints,
                                             static_cast<scenario::DurationChoice*>(target)->spec);
}

Value Erased<scenario::DurationChoice>::echo(const void* target, const Constraints& constraints) {
  const DurationSpec& spec = static_cast<const scenario::DurationChoice*>(target)->spec;
  return type_of<DurationSpec>().echo(&spec, constraints);
}

Shape Erased<scenario::DurationChoice>::shape(const Constraints& constraints) {
  return type_of<DurationSpec>().shape(constraints);
}

}  // namespace detail
}  // namespace sluice::describe
