#include "calibrate/probe.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "calibrate/estimate_names.hpp"
#include "calibrate/probe_parts.hpp"

namespace sluice::calibrate {
namespace {

using describe::Value;

// Between two parts, so that the answers of the one do not meet the other.
constexpr Duration kPause = seconds(20);

class Missing {
 public:
  explicit Missing(const Calibration* known) : known_(known) {}

  bool service(std::string_view what, const std::string& model) {
    return missing(known_ == nullptr ? nullptr : identified(known_->service, what, model), what,
                   model);
  }
  bool cache(const std::string& model) {
    return missing(known_ == nullptr ? nullptr : identified(known_->cache, kCacheDelay, model),
                   kCacheDelay, model);
  }
  bool capacity(LimitType type, const std::string& group) {
    if (known_ == nullptr) return true;
    const auto found = std::find_if(known_->limits.begin(), known_->limits.end(),
                                    [&](const LimiterCalibration& one) {
                                      return one.workspace.empty() && one.group == group &&
                                             one.type == type && one.capacity.is_identifiable;
                                    });
    return missing(found == known_->limits.end() ? nullptr : &found->capacity,
                   std::string(name(type)) + " capacity", group);
  }
  std::vector<std::string> known() && { return std::move(known_texts_); }

 private:
  bool missing(const Estimate* estimate, std::string_view what, const std::string& of) {
    if (estimate == nullptr) return true;
    known_texts_.push_back(fmt::format("{} {}", of, what));
    return false;
  }

  const Calibration* known_;
  std::vector<std::string> known_texts_;
};

// A model's times, then buckets: what saturates comes last.
std::vector<ProbeDesign> designs(const ProbeWish& wish, Missing& missing) {
  const ProbePrices prices(wish.plan);
  std::vector<ProbeDesign> made;
  for (std::size_t i = 0; i < wish.plan.models.size(); ++i) {
    const ProbeOf of{wish.plan, i, prices};
    const std::string& model = wish.plan.models[i].name;
    if (missing.cache(model)) made.push_back(cache_delay_design(of));
    if (missing.service(kCachedSpeed, model)) made.push_back(cached_design(of));
    if (missing.service(kTtftP50, model)) made.push_back(base_design(of));
    if (missing.service(kPrefillSpeed, model)) made.push_back(prefill_design(of));
    if (missing.service(kOutputP50, model)) made.push_back(speed_design(of));
  }
  std::set<GroupId> seen;
  for (std::size_t i = 0; i < wish.plan.models.size(); ++i) {
    const ModelPlan& model = wish.plan.models[i];
    if (!seen.insert(model.group).second) continue;
    for (const LimitType type :
         {LimitType::kRequestsPerMinute, LimitType::kInputTokensPerMinuteCacheAware,
          LimitType::kInputTokensPerMinute, LimitType::kOutputTokensPerMinute}) {
      auto design = bucket_design({wish.plan, i, prices}, type);
      if (!design || !missing.capacity(type, wish.plan.groups[index(model.group)])) continue;
      made.push_back(std::move(*design));
    }
  }
  return made;
}

// From the cheapest on, as far as the money goes; the order of the parts stays.
std::vector<bool> choose(const std::vector<ProbeDesign>& all, const std::optional<Money>& most) {
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return all[a].part.worst < all[b].part.worst;
  });
  std::vector<bool> chosen(all.size(), false);
  Money spent;
  for (const std::size_t i : order) {
    const ProbePart& part = all[i].part;
    const bool is_too_dear = most ? !part.is_priced || *most < spent + part.worst : all[i].is_dear;
    if (is_too_dear) continue;
    chosen[i] = true;
    spent += part.worst;
  }
  return chosen;
}

// Later by so much than its own part says.
void start_at(Value& workload, Duration at) {
  Duration start = at;
  if (const Value* const within = workload.find("starts")) {
    start += *parse_duration(within->as_string());
  }
  workload.set("starts", exact_text(start));
}

Value document_of(const ProbeWish& wish, const ProbePlan& plan, Value workloads) {
  std::int64_t requests = 0;
  for (const ProbePart& part : plan.parts) requests += part.requests;
  Value made = Value::object();
  made.set("sluice", 1);
  made.set("about", Value::array({Value(fmt::format(
                        "sluice calibrate --probe: {} requests, about {}, at "
                        "most {}",
                        with_thousands(requests), plan.expected.text(), plan.worst.text()))}));
  for (const char* const word : {"start", "overlays", "organization", "models", "faults"}) {
    if (const Value* const said = wish.document.find(word)) made.set(word, *said);
  }
  made.set("duration", exact_text(plan.duration));
  made.set("clients", Value::object().set("probe", Value::object().set("retry", "none")));
  made.set("workloads", std::move(workloads));
  return made;
}

}  // namespace

ProbePlan plan_probe(const ProbeWish& wish) {
  Missing missing(wish.known);
  std::vector<ProbeDesign> all = designs(wish, missing);
  const std::vector<bool> chosen = choose(all, wish.max_cost);
  ProbePlan plan;
  plan.known = std::move(missing).known();
  Value workloads = Value::array();
  Duration at{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!chosen[i]) {
      plan.left_out.push_back(std::move(all[i].part));
      continue;
    }
    for (Value& workload : all[i].workloads) {
      start_at(workload, at);
      workloads.push(std::move(workload));
    }
    at += all[i].lasts + kPause;
    plan.expected += all[i].part.expected;
    plan.worst += all[i].part.worst;
    plan.parts.push_back(std::move(all[i].part));
  }
  plan.duration = at;
  plan.document = document_of(wish, plan, std::move(workloads));
  return plan;
}

}  // namespace sluice::calibrate
