#include "scenario/event_config.hpp"

#include "policy/sizes.hpp"

namespace sluice::scenario {

using describe::Fields;
using describe::Problems;

namespace {

constexpr Money kMostNewDollars = Money::from_dollars(100'000);

void describe_at(Fields& v, Duration& at) {
  v.field("at", at, "since the start of the run").required().range(Duration{}, kDurationMax);
}

}  // namespace

void describe(Fields& v, FaultConfig& f) {
  v.type("fault", "What goes wrong on the server's side.");
  v.field("kind", f.kind, "what happens").required();
  v.field("probability", f.probability_ppm, "of each attempt, while the fault is active")
      .ppm()
      .range<std::int64_t>(0, 1'000'000);
  v.field("from", f.from, "not before").range(Duration{}, kDurationMax);
  v.field("until", f.until, "not from then on").range(Duration{}, kDurationMax);
  v.field("mean_active", f.mean_active, "with mean_quiet: it comes and goes, exponentially")
      .range(nanoseconds(1), kDurationMax);
  v.field("mean_quiet", f.mean_quiet, "with mean_active: mean length of a quiet time")
      .range(nanoseconds(1), kDurationMax);
  v.field("model", f.model, "this model alone");
  v.field("stall", f.stall, "length of the pause, kind stall only").range(Duration{}, kDurationMax);
}

void validate(const FaultConfig& f, Problems& problems) {
  if (f.until && *f.until <= f.from) problems.add("/until", "must be after from");
  if (f.mean_active.has_value() != f.mean_quiet.has_value()) {
    problems.add(f.mean_active ? "/mean_active" : "/mean_quiet",
                 "mean_active and mean_quiet belong together: give both or none");
  }
}

FaultSpec fault_of(const FaultConfig& config, TimePoint start, std::optional<ModelId> model) {
  return {.kind = config.kind,
          .probability_ppm = config.probability_ppm,
          .from = start + config.from,
          .until = config.until ? start + *config.until : kNever,
          .mean_active = config.mean_active,
          .mean_quiet = config.mean_quiet,
          .model = model,
          .stall = config.stall};
}

void describe(Fields& v, RevokeKeyEvent& e) {
  v.type("event, revoke_key", "A key stops working: 401 from then on.");
  describe_at(v, e.at);
  v.field("key", e.key, "its name").required();
}

void describe(Fields& v, RotateKeyEvent& e) {
  v.type("event, rotate_key", "A key is replaced; in between, attempts with the old one get 401.");
  describe_at(v, e.at);
  v.field("key", e.key, "its name").required();
  v.field("overlap", e.overlap, "the old value works on for so long")
      .range(Duration{}, kDurationMax);
  v.field("pickup", e.pickup, "the clients use the new value after so long")
      .range(Duration{}, kDurationMax);
}

void describe(Fields& v, LimitsEvent& e) {
  v.type("event, limits", "Limits change: to another tier's, or to those given.");
  describe_at(v, e.at);
  v.field("tier", e.tier,
          "the organization gets the Messages limits of this tier; its batch limits and monthly "
          "cap stay");
  v.field("limits", e.limits, "new limits, by group or model").at_most_items(kMostNames);
  v.field("workspace", e.workspace,
          "the workspace whose limits they are; absent: the organization");
}

void validate(const LimitsEvent& e, Problems& problems) {
  if (!e.tier && e.limits.empty()) problems.add("", "needs a tier or limits");
  if (e.tier && e.workspace)
    problems.add("/tier", "is of an organization: leave out the workspace");
}

void describe(Fields& v, PricesEvent& e) {
  v.type("event, prices", "A model's prices change, in dollars per million tokens.");
  describe_at(v, e.at);
  v.field("model", e.model, "id or alias").required();
  const auto price = [&v](std::string_view key, std::optional<Money>& member,
                          std::string_view doc) {
    v.field(key, member, doc).range(Money{}, kMostNewDollars);
  };
  price("input", e.input, "uncached input; absent: as it was, like all the others");
  price("cache_write_5m", e.cache_write_5m, "cache writes that live five minutes");
  price("cache_write_1h", e.cache_write_1h, "cache writes that live an hour");
  price("cache_read", e.cache_read, "cache reads");
  price("output", e.output, "output");
}

void validate(const PricesEvent& e, Problems& problems) {
  if (!e.input && !e.cache_write_5m && !e.cache_write_1h && !e.cache_read && !e.output) {
    problems.add("", "needs a price: input, cache_write_5m, cache_write_1h, cache_read or output");
  }
  const auto exact = [&problems](const std::optional<Money>& price, std::string_view where) {
    if (price && price->picodollars() % 1'000'000 != 0) {
      problems.add(where, "has more than six digits after the point");
    }
  };
  exact(e.input, "/input");
  exact(e.cache_write_5m, "/cache_write_5m");
  exact(e.cache_write_1h, "/cache_write_1h");
  exact(e.cache_read, "/cache_read");
  exact(e.output, "/output");
}

void describe(Fields& v, DeployEvent& e) {
  v.type("event, deploy", "A deployment changes how much traffic there is.");
  describe_at(v, e.at);
  v.field("workload", e.workload, "its name; absent: all of them");
  v.field("factor", e.factor, "of the rate that the workload was given")
      .range(Fraction{}, Fraction::whole(1000));
  v.field("lasts", e.lasts, "then the rate is as before; absent: for good")
      .range(nanoseconds(1), kDurationMax);
}

void describe(Fields& v, OverloadEvent& e) {
  v.type("event, overload", "The API answers 529 for a while.");
  describe_at(v, e.at);
  v.field("lasts", e.lasts, "for so long").required().range(nanoseconds(1), kDurationMax);
  v.field("probability", e.probability_ppm, "of each attempt")
      .ppm()
      .range<std::int64_t>(0, 1'000'000);
  v.field("model", e.model, "this model alone");
}

}  // namespace sluice::scenario
