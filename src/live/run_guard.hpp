// Whether an attempt may go, and whether the run may go on: the spending cap with what is in flight
// reserved at its worst, headroom left to others in the organization's limits, and what ends a run
// at once (401, 403, no credit, too many errors). Pure: time and outcomes in, decisions out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/request.hpp"
#include "base/money.hpp"
#include "base/rate.hpp"
#include "base/time.hpp"
#include "live/attempt_facts.hpp"
#include "policy/price_list.hpp"
#include "policy/run_plan.hpp"
#include "results/load_facts.hpp"

namespace sluice::live {

struct GuardOptions {
  std::optional<Money> max_cost{};
  std::optional<std::int64_t> headroom_permille{};     // --leave-headroom 20% is 200
  std::optional<std::int64_t> error_share_permille{};  // of the scenario: more errors end the run
  bool stops_on_refusal = true;  // 401, 403, credit gone; a scenario whose key is revoked says no
};

// What may become of an attempt now.
struct Permission {
  enum class Kind : std::uint8_t {
    kGo,          // reserved: settle() must follow
    kWaitUntil,   // ask again at `until`
    kWaitForEnd,  // ask again when an attempt in flight has ended
    kStop,        // the run is over: stop() says why
  } kind = Kind::kGo;
  TimePoint until = kNever;
};

class RunGuard {
 public:
  RunGuard(const RunPlan& plan, GuardOptions options);

  Permission ask(TimePoint now, const RequestSpec& spec);
  // After each attempt that ask() let go. Without usage from the server an attempt that may have
  // been billed counts at its worst.
  void settle(TimePoint now, const AttemptFacts& facts);

  StopReason stop() const noexcept { return stop_; }
  const std::string& stop_detail() const noexcept { return stop_detail_; }
  Money spent() const noexcept { return spent_; }
  Money reserved() const noexcept { return reserved_; }
  // Smallest remaining / limit that headers showed.
  std::optional<double> lowest_headroom() const;
  // The most that an attempt can cost: every prompt token at its dearest, max_tokens of output.
  // None: the model has no price, so a cap cannot be kept.
  std::optional<Money> worst_cost(TimePoint now, const RequestSpec& spec) const;

 private:
  const RunPlan& plan_;
  GuardOptions options_;
  PriceList prices_;
  Money spent_{};
  Money reserved_{};
  StopReason stop_ = StopReason::kNone;
  std::string stop_detail_;
};

}  // namespace sluice::live
