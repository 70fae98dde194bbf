#include "scenario/arrivals_config.hpp"

#include <filesystem>

namespace sluice::describe {
namespace {

void check(const ArrivalSpec& spec, Problems& problems) {
  const std::optional<Error> flaw = flaw_in(spec);
  if (flaw) problems.add(flaw->where, flaw->message);
}

template <class Arrival>
void describe_rate(Fields& v, Arrival& a) {
  v.shorthand("rate");
  v.field("rate", a.rate, "mean rate, as \"20/s\" or \"600/min\"").required();
}

template <class Arrival>
void describe_scatter(Fields& v, Arrival& a) {
  v.field("process", a.process, "how arrivals scatter about the rate");
  v.field("burstiness", a.burstiness, "of process gamma: 1 is Poisson, less is burstier");
}

}  // namespace

void describe(Fields& v, ArrivalPoisson& a) {
  v.type("arrivals, poisson", "Independent arrivals at a constant mean rate.");
  describe_rate(v, a);
}

void describe(Fields& v, ArrivalConstant& a) {
  v.type("arrivals, constant", "Evenly spaced arrivals.");
  describe_rate(v, a);
}

void describe(Fields& v, ArrivalGamma& a) {
  v.type("arrivals, gamma", "Independent gamma gaps, burstier or more regular than Poisson.");
  describe_rate(v, a);
  v.field("burstiness", a.burstiness, "1 is Poisson, less is burstier, more is more regular");
}

void describe(Fields& v, ArrivalWeibull& a) {
  v.type("arrivals, weibull", "Independent Weibull gaps.");
  describe_rate(v, a);
  v.field("shape", a.shape, "1 is Poisson, less is burstier, more is more regular");
}

void describe(Fields& v, ArrivalOnOff& a) {
  v.type("arrivals, on_off", "A rate while on, nothing while off.");
  v.field("rate", a.rate, "while on").required();
  v.field("mean_on", a.mean_on, "mean length of an on-period");
  v.field("mean_off", a.mean_off, "mean length of an off-period");
  v.field("periods", a.periods, "their lengths: drawn, or always the mean");
  describe_scatter(v, a);
}

void describe(Fields& v, ArrivalRamp& a) {
  v.type("arrivals, ramp", "A rate that runs linearly from one value to another, then stays.");
  v.field("from", a.from, "rate at the start");
  v.field("to", a.to, "rate at the end of the ramp").required();
  v.field("over", a.over, "length of the ramp").required();
  describe_scatter(v, a);
}

void describe(Fields& v, RateStep& s) {
  v.type("rate_step", "A rate from an instant on.");
  v.field("at", s.at, "since the start of the run").required();
  v.field("rate", s.rate, "from then on").required();
}

void describe(Fields& v, ArrivalSteps& a) {
  v.type("arrivals, steps", "Rates, each until the next one; nothing before the first.");
  v.field("steps", a.steps, "in ascending order of time").required().not_empty();
  describe_scatter(v, a);
}

void describe(Fields& v, ArrivalDiurnal& a) {
  v.type("arrivals, diurnal", "A day's cosine curve, UTC, lower or higher at weekends.");
  v.field("mean", a.mean, "mean rate of a weekday").required();
  v.field("amplitude", a.amplitude, "0 to 1: the peak is mean x (1 + amplitude)");
  v.field("peak_at", a.peak_at, "time of day of the peak, UTC");
  v.field("weekend", a.weekend, "factor on Saturdays and Sundays");
  describe_scatter(v, a);
}

void validate(const ArrivalPoisson& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalConstant& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalGamma& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalWeibull& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalOnOff& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalRamp& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalSteps& a, Problems& problems) { check(a, problems); }
void validate(const ArrivalDiurnal& a, Problems& problems) { check(a, problems); }

}  // namespace sluice::describe

namespace sluice::scenario {

void describe(describe::Fields& v, ClosedConfig& c) {
  v.type("arrivals, closed", "Users who each send, wait for the answer, think, and send again.");
  v.shorthand("users");
  v.field("users", c.users, "how many").required().range<std::int64_t>(1, 1'000'000);
  v.field("think_time", c.think_time, "from an answer to the next request");
}

void describe(describe::Fields& v, TraceConfig& t) {
  v.type("arrivals, trace", "The requests of a recorded trace, with its times and sizes.");
  v.field("path", t.path, "the file, relative to the scenario's folder").required().not_empty();
  v.field("format", t.format, "of the file");
  v.field("window_start", t.window_start, "leave out earlier rows").range(Duration{}, kDurationMax);
  v.field("window_length", t.window_length, "leave out later rows")
      .range(nanoseconds(1), kDurationMax);
  v.field("time_scale", t.time_scale_ppm, "multiplies the gaps: 2 is half as fast")
      .ppm()
      .range<std::int64_t>(1, 1'000'000'000'000);
  v.field("token_scale", t.token_scale_ppm, "multiplies every token count")
      .ppm()
      .range<std::int64_t>(1, 1'000'000'000'000);
  v.field("loop", t.loop, "begin again at the end");
  v.field("skip_bad_rows", t.skip_bad_rows, "count malformed rows instead of stopping");
  v.field("spread", t.spread,
          "spread rows that share a timestamp over this much; absent: 3s for mooncake, else 0")
      .range(Duration{}, kDurationMax);
}

namespace {

struct Resolver {
  std::string folder;

  WorkloadArrivals operator()(const ClosedConfig& c) const {
    return ClosedLoop{.users = c.users, .think_time = c.think_time.spec};
  }
  WorkloadArrivals operator()(const TraceConfig& t) const {
    const std::filesystem::path path{t.path};
    const std::filesystem::path full =
        folder.empty() || path.is_absolute() ? path : std::filesystem::path{folder} / path;
    return TraceArrivals{
        .path = full.lexically_normal().string(),
        .format = describe::echo(t.format).as_string(),
        .window_start = t.window_start,
        .window_length = t.window_length,
        .time_scale_ppm = t.time_scale_ppm,
        .token_scale_ppm = t.token_scale_ppm,
        .loop = t.loop,
        .skip_bad_rows = t.skip_bad_rows,
        .spread = t.spread,
    };
  }
  template <class Open>
  WorkloadArrivals operator()(const Open& open) const {
    return ArrivalSpec{open};
  }
};

}  // namespace

WorkloadArrivals resolve(const ArrivalsConfig& config, const std::string& folder) {
  return std::visit(Resolver{folder}, config);
}

}  // namespace sluice::scenario
