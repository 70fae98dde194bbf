// Whether an attempt may go, and whether the run may go on: the spending cap with what is in flight
// reserved at its worst, headroom left to others in the organization's limits, and what ends a run
// at once (401, 403, no credit, too many errors). Pure: time and outcomes in, decisions out.
//
// The cap is never passed, as long as prices are the catalog's: spent + reserved stays within it,
// an attempt's cost is at most what was reserved for it, and one that may have been billed without
// a word counts at that.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

#include "api/request.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "live/attempt_facts.hpp"
#include "live/headroom.hpp"
#include "live/request_writer.hpp"
#include "policy/price_list.hpp"
#include "policy/run_plan.hpp"
#include "results/load_facts.hpp"
#include "wire/answer_fields.hpp"

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
    kWaitForEnd,  // ask again when an attempt in flight has got its head or ended
    kStop,        // the run is over: stop() says why
  } kind = Kind::kGo;
  TimePoint until = kNever;
  bool operator==(const Permission&) const = default;
};

// What the guard holds for an attempt under way; kept by whoever sends it.
struct Reservation {
  TokenBounds bounds{};
  Money worst{};
  HeadroomStake stake{};
};

class RunGuard {
 public:
  RunGuard(const RunPlan& plan, GuardOptions options);

  // `reservation` is written if it may go. `bounds` are RequestWriter's.
  Permission ask(TimePoint now, const RequestSpec& spec, const TokenBounds& bounds,
                 Reservation& reservation);
  // The answer's head is there: what its fields say of the limits.
  void saw_head(TimePoint now, const RequestSpec& spec, const wire::AnswerFields& fields,
                Reservation& reservation);
  // After each attempt that ask() let go. Without usage from the server an attempt that may have
  // been billed counts at its worst.
  void settle(const AttemptFacts& facts, Reservation& reservation);
  // There is no credential any more.
  void lost_credentials(const std::string& why);

  StopReason stop() const noexcept { return stop_; }
  const std::string& stop_detail() const noexcept { return stop_detail_; }
  Money spent() const noexcept { return spent_; }
  Money reserved() const noexcept { return reserved_; }
  // Smallest remaining / limit that headers showed.
  std::optional<double> lowest_headroom() const noexcept { return lowest_headroom_; }
  // The most that an attempt can cost: every prompt token at its dearest, max_tokens of output.
  // None: the model has no price, so a cap cannot be kept.
  std::optional<Money> worst_cost(TimePoint now, const RequestSpec& spec,
                                  const TokenBounds& bounds) const;

 private:
  std::optional<Money> bill(TimePoint now, const RequestSpec& spec, const Usage& usage) const;
  std::optional<Permission> check_money(TimePoint now, const RequestSpec& spec,
                                        const TokenBounds& bounds, Money& worst);
  Money cost_of(const AttemptFacts& facts, const Reservation& reservation) const;
  void note_limits(const wire::RateLimitHeaders& limits) noexcept;
  void judge_refusal(const AttemptFacts& facts);
  void count_error(bool is_error);
  void end_run(StopReason reason, std::string detail);

  static constexpr std::size_t kJudged = 100;  // the last attempts, at least kJudgedLeast
  static constexpr std::size_t kJudgedLeast = 20;

  const RunPlan& plan_;
  GuardOptions options_;
  PriceList prices_;
  std::optional<Headroom> headroom_;
  Money spent_{};
  Money reserved_{};
  std::bitset<kJudged> errors_;
  std::size_t ended_ = 0;
  std::optional<double> lowest_headroom_;
  StopReason stop_ = StopReason::kNone;
  std::string stop_detail_;
};

}  // namespace sluice::live
