// Judges the client under test by what it sent (--grade, /_sluice/grade): retries before
// retry-after was over, retries of what cannot succeed, synchronised waves of retries,
// amplification, errors inside a stream that nobody acted on, requests given up that a retry would
// have served. Rules and thresholds: mock/grade_rules.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mock/grade_rules.hpp"
#include "mock/grade_rules_waves.hpp"
#include "mock/served.hpp"

namespace sluice::mock {

struct Finding {
  std::string rule;        // "retried-too-early", ...
  bool is_failure = true;  // else advice
  std::uint64_t count = 0;
  std::uint64_t first_sequence = 0;  // of the call that showed it first; 0: of no single one
  std::string text;                  // one sentence with numbers, for a person
};

struct Verdict {
  bool passed = true;
  bool is_final = false;       // of a run that is over
  std::uint64_t requests = 0;  // logical requests seen
  std::uint64_t attempts = 0;
  std::uint64_t refused = 0;        // attempts that were not admitted
  std::uint64_t waiting = 0;        // requests that failed and may yet be retried
  std::uint64_t alike = 0;          // not judged: of equal content at one time, without a name
  std::uint64_t unidentified = 0;   // attempts with neither name nor content
  std::vector<Finding> findings{};  // in the order of GradeRule
};

struct GraderOptions {
  std::int64_t speed_permille = 1000;    // of model time to wall time
  bool is_clock_manual = false;          // no wall time: waves and missing back-off are not judged
  std::size_t identities_max = 100'000;  // of logical requests; the oldest are forgotten first
};

// A logical request is what a sluice-request header names, else what one key sends to one route
// with one content. An attempt of it that follows a failed one is a retry, unless the client itself
// counts its retries (x-stainless-retry-count) and says that this is none.
class Grader {
 public:
  explicit Grader(const GraderOptions& options = {});

  // Calls come in the order of time.
  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);
  // Only what is certain: who has failed may yet come again.
  Verdict verdict(TimePoint now) const;
  // The run is over and nobody can come again. An error in a stream that nobody followed counts at
  // once, another failure if its retry-after, or kPatienceAtEnd without one, had passed.
  Verdict final_verdict(TimePoint now) const;
  void clear();

 private:
  enum class When : std::uint8_t { kMeanwhile, kAtEnd };
  enum class State : std::uint8_t {
    kOpen,      // in flight, or nothing to say: served, or the client went away
    kRefused,   // a retry could be served
    kHopeless,  // it could not
    kBroken,    // a stream that failed after it had begun
  };
  // What is remembered of one logical request.
  struct Trail {
    std::uint64_t identity = 0;
    std::uint64_t sequence = 0;  // of the last attempt
    TimePoint told{};            // when the client learnt of the failure
    Duration retry_after{};      // 0: none was given
    TimePoint quick_since{};     // when the present row of quick retries began
    std::int64_t window = -1;    // of the last attempt, for amplification
    int status = 0;
    std::uint16_t open = 0;  // attempts in flight
    std::uint8_t quick_retries = 0;
    State state = State::kOpen;
    bool is_alike = false;  // several requests of this content at one time
  };
  struct Tally {
    std::uint64_t count = 0;
    std::uint64_t first_sequence = 0;
    void add(std::uint64_t sequence) noexcept {
      if (count++ == 0) first_sequence = sequence;
    }
  };
  // What retries have shown.
  struct Shown {
    explicit Shown(Duration wave_bin) : waves(wave_bin) {}
    std::array<Tally, kGradeRuleCount> tallies{};
    Duration earliest{};  // by how much the worst early retry came too early
    WaveDetector waves;
    Tally& tally(GradeRule rule) noexcept { return tallies[static_cast<std::size_t>(rule)]; }
  };
  struct Window {
    std::int64_t number = -1;
    std::uint64_t attempts = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;
  };
  struct Amplification {
    std::uint64_t windows = 0;  // above the threshold of advice
    Window worst;
  };
  struct Unresolved {
    std::uint64_t waiting = 0;
    Tally lost;
    Tally ignored;
  };
  // How an attempt stands to those of the same identity before it.
  enum class Relation : std::uint8_t { kNew, kRetry, kRetryOrNew };

  static std::optional<std::uint64_t> identity_of(const ServedRequest& served) noexcept;
  Duration of_wall(Duration wall) const noexcept;
  TimePoint patience_ends(const Trail& trail) const noexcept;
  bool is_given_up(const Trail& trail, TimePoint now, When when) const noexcept;
  Verdict verdict(TimePoint now, When when) const;
  Trail& trail_of(std::uint64_t identity, TimePoint now);
  void settle(const Trail& trail, TimePoint now, When when, Unresolved& unresolved) const noexcept;
  Relation relate(Trail& trail, const ServedRequest& served);
  void judge_retry(Shown& shown, Trail& trail, const ServedRequest& served) const;
  void judge_quickness(Shown& shown, Trail& trail, const ServedRequest& served) const;
  static void fail(Trail& trail, const ServedRequest& served, TimePoint told) noexcept;
  void count_in_window(Trail& trail, const ServedRequest& served, bool is_retry);
  static void close(const Window& window, Amplification& amplification) noexcept;
  Tally shown(GradeRule rule) const noexcept;
  void add_retry_findings(Verdict& verdict) const;
  void add_waves(Verdict& verdict, TimePoint now) const;
  void add_amplification(Verdict& verdict) const;
  void add_unresolved(Verdict& verdict, const Unresolved& unresolved) const;

  GraderOptions options_;
  std::unordered_map<std::uint64_t, std::uint32_t> positions_;  // into trails_, by identity
  std::vector<Trail> trails_;
  std::size_t oldest_ = 0;  // once there are identities_max
  std::uint64_t requests_ = 0;
  std::uint64_t attempts_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t alike_ = 0;
  std::uint64_t unidentified_ = 0;
  bool client_counts_ = false;  // it has said of an attempt that it is a retry
  Shown certain_;
  Shown doubtful_;      // retries, unless the client counts and has said that they are none
  Unresolved settled_;  // of trails that went on or were forgotten
  Window window_;
  Amplification amplification_;
};

}  // namespace sluice::mock
