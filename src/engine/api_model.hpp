// The server's brain: what the Messages API decides about a request, when its answer begins and
// ends, what it charges and bills. One implementation for the simulator (InProcessApi) and the mock
// server; it reads no clock and waits for nothing. Order of the checks: docs/model.md, Admission.
//
//   Admitted admitted;
//   if (!api.admit(now, spec, attempt, admitted, outcome)) return outcome;      // refused: 4xx,
//   429, 5xx, 529 wait until admitted.first_token;   api.begin(now, spec, admitted); wait until
//   admitted.ends;          api.finish(now, spec, admitted, exchange);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/outcome.hpp"
#include "api/request.hpp"
#include "base/draw.hpp"
#include "engine/admitted.hpp"
#include "engine/api_port.hpp"
#include "policy/key_ring.hpp"
#include "policy/prompt_cache.hpp"
#include "policy/run_plan.hpp"

namespace sluice {

class ApiModel {
 public:
  ApiModel(const RunPlan& plan, const RandomSource& random);

  // Decides at arrival. True: admitted. False: `refusal`, all of it written, is what the server
  // answers at once.
  bool admit(TimePoint now, const RequestSpec& spec, std::int32_t attempt, Admitted& admitted,
             Outcome& refusal);
  // Whether begin() changes anything that another request could see before this one ends. If not, a
  // caller may begin and finish at the end, with begin()'s instant passed as admitted.first_token.
  bool begin_is_visible(const RequestSpec& spec) const noexcept;
  // The first token leaves: the true input is charged, written cache entries become readable,
  // output drains.
  void begin(TimePoint now, const RequestSpec& spec, Admitted& admitted);
  // The exchange ends at `now`, by itself or cut short: charges and bills exactly what had been
  // produced by then and writes usage and cost into `exchange`. Nothing is billed before the first
  // token.
  void finish(TimePoint now, const RequestSpec& spec, Admitted& admitted, Exchange& exchange);

  // When the output limiters of this request's route run dry under the present streams; kNever
  // unless responses are to be cut then.
  TimePoint cut_at(TimePoint now, const Admitted& admitted) noexcept;
  bool cuts() const noexcept { return cuts_; }

  void apply(TimePoint now, const EventAction& action);

  // Decides about the creation of a batch of that many requests: key, spend, batch limits. False:
  // `refusal` says why.
  bool admit_batch(TimePoint now, WorkspaceId workspace, KeyId key, std::int64_t requests,
                   Outcome& refusal);
  // Bills a batch request: half price, no cache, none of the Messages limiters.
  void bill_batch(TimePoint now, const RequestSpec& spec, Exchange& exchange);

  // A key beyond those of the plan.
  KeyId add_key() { return keys_.add(); }
  // From now on these faults strike instead of those before; `from` and `until` are instants of the
  // run.
  void set_faults(std::vector<FaultSpec> faults) {
    faults_ = FaultPlan(std::move(faults), random_);
  }

  RateLimiter& limiter() noexcept { return limiter_; }
  RouteId route_of(const RequestSpec& spec) const noexcept {
    return limiter_.route(spec.workspace, models_[index(spec.model)].group, spec.fast);
  }
  std::int64_t start_unix_ns() const noexcept { return start_unix_ns_; }
  BatchLimiter& batches() noexcept { return batches_; }
  SpendGuard& spend() noexcept { return spend_; }
  const PromptCache& cache() const noexcept { return cache_; }

 private:
  struct Model {
    GroupId group;
    std::int64_t context_tokens;
    std::int64_t max_output_tokens;
    std::int64_t cache_minimum_tokens;
    LatencyModel latency;
  };
  // A fault at admission, or none and `in_stream`.
  std::optional<ErrorKind> strike(TimePoint now, const RequestSpec& spec, std::int32_t attempt,
                                  StreamFault& in_stream);
  bool admit_apart(TimePoint now, const RequestSpec& spec, std::int32_t attempt, Admitted& admitted,
                   Outcome& refusal);
  // All limits at once; where they let it pass, it is charged and accepted.
  inline bool admit_by_limits(TimePoint now, const RequestSpec& spec, const Model& model,
                              const CacheSplit& split, const StreamFault& fault, Admitted& admitted,
                              Outcome& refusal);
  Service draw_service(const RequestSpec& spec, const Model& model, Usage input) const;
  inline void accept(TimePoint now, const RequestSpec& spec, const Model& model,
                     const CacheSplit& split, const StreamFault& fault, Admitted& admitted) const;
  void bill(TimePoint at, TimePoint now, const RequestSpec& spec, bool batch, Exchange& exchange);

  RandomSource random_;
  std::int64_t start_unix_ns_;
  std::int64_t estimate_error_permille_;
  bool cuts_;
  bool output_drains_;
  std::vector<Model> models_;
  KeyRing keys_;
  FaultPlan faults_;
  RateLimiter limiter_;
  BatchLimiter batches_;
  PromptCache cache_;
  PriceList prices_;
  SpendGuard spend_;
};

}  // namespace sluice
