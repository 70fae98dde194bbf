#include "mock/grade.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace sluice::mock {
namespace {

using namespace grading;

// What waiting cannot change (docs: errors, 2026-08): the request itself, its key, the spend cap
// (whose 429 has no retry-after), a prompt that no bucket ever holds.
bool is_hopeless(const ServedRequest& served) noexcept {
  const Outcome& outcome = served.outcome;
  if (served.status == 429) {
    return outcome.never_fits || (outcome.limit == LimitCause::kSpend && !outcome.retry_after);
  }
  return served.status >= 400 && served.status < 500 && served.status != 408 &&
         served.status != 409;
}

// Calls that count tokens or poll a batch are answered at once, without ApiModel having let them
// in. Status 0: the connection was closed instead of an answer.
bool is_refused(const ServedRequest& served) noexcept {
  return !served.admitted && (served.status >= 400 || served.status == 0);
}

}  // namespace

Grader::Grader(const GraderOptions& options)
    : options_(options), certain_(of_wall(kWaveBin)), doubtful_(of_wall(kWaveBin)) {}

Duration Grader::of_wall(Duration wall) const noexcept {
  return std::max(nanoseconds(1), wall / 1000 * options_.speed_permille);
}

// Routes are told apart by the address of their name, of which each has one.
std::optional<std::uint64_t> Grader::identity_of(const ServedRequest& served) noexcept {
  const auto route = reinterpret_cast<std::uintptr_t>(served.route.data());
  const std::uint64_t where = hash_combine(route, index(served.spec.key));
  if (served.is_named) {
    const RequestId& id = served.spec.id;
    const std::uint64_t turn = std::uint64_t{id.workload_hash} << 32 | id.turn;
    return hash_combine(where, hash_combine(turn, id.session));
  }
  if (served.content_hash == 0) return std::nullopt;
  return hash_combine(where, served.content_hash);
}

TimePoint Grader::patience_ends(const Trail& trail) const noexcept {
  return trail.told + std::max(trail.retry_after, of_wall(kPatience)) + of_wall(kPatienceMargin);
}

bool Grader::is_given_up(const Trail& trail, TimePoint now, When when) const noexcept {
  if (when == When::kMeanwhile) return now > patience_ends(trail);
  if (trail.state == State::kBroken) return true;
  const bool was_told_when = trail.retry_after > Duration{};
  return now >= trail.told + (was_told_when ? trail.retry_after : of_wall(kPatienceAtEnd));
}

// Entries are taken over, oldest first, once there are identities_max of them: their nodes too, so
// that nothing is allocated from then on.
Grader::Trail& Grader::trail_of(std::uint64_t identity, TimePoint now) {
  const auto found = positions_.find(identity);
  if (found != positions_.end()) return trails_[found->second];
  if (trails_.size() < options_.identities_max) {
    positions_.emplace(identity, static_cast<std::uint32_t>(trails_.size()));
    return trails_.emplace_back(Trail{.identity = identity});
  }
  Trail& trail = trails_[oldest_];
  auto node = positions_.extract(trail.identity);
  node.key() = identity;
  node.mapped() = static_cast<std::uint32_t>(oldest_);
  positions_.insert(std::move(node));
  oldest_ = (oldest_ + 1) % trails_.size();
  settle(trail, now, When::kMeanwhile, settled_);
  trail = {.identity = identity};
  return trail;
}

// Counts a failure that nobody has followed: as waiting while a retry may yet come.
void Grader::settle(const Trail& trail, TimePoint now, When when,
                    Unresolved& unresolved) const noexcept {
  const bool could_be_served = trail.state == State::kRefused || trail.state == State::kBroken;
  if (!could_be_served || trail.is_alike) return;
  if (!is_given_up(trail, now, when)) {
    ++unresolved.waiting;
  } else {
    (trail.state == State::kBroken ? unresolved.ignored : unresolved.lost).add(trail.sequence);
  }
}

void Grader::decided(const ServedRequest& served) {
  ++attempts_;
  if (is_refused(served)) ++refused_;
  const auto identity = identity_of(served);
  if (!identity) {
    ++unidentified_;
    return;
  }
  Trail& trail = trail_of(*identity, served.arrived);
  const Relation relation = relate(trail, served);
  if (relation == Relation::kNew) {
    ++requests_;
  } else if (!trail.is_alike) {
    judge_retry(relation == Relation::kRetry ? certain_ : doubtful_, trail, served);
  }
  count_in_window(trail, served, relation != Relation::kNew);
  trail.sequence = served.sequence;
  if (is_refused(served)) return fail(trail, served, served.arrived);
  trail.state = State::kOpen;
  if (served.admitted) ++trail.open;
}

// Two requests of equal content cannot be told apart while one is in flight, or has failed and the
// other says that it is no retry: then neither is judged. That a client says "no retry" means
// something only if it says otherwise at times: some libraries wrap their own retries around others
// that they have switched off.
Grader::Relation Grader::relate(Trail& trail, const ServedRequest& served) {
  const bool has_failed = trail.state != State::kOpen;
  const bool is_over =
      has_failed && trail.state != State::kHopeless && served.arrived > patience_ends(trail);
  const bool is_first_by_its_word = served.retries_said && *served.retries_said == 0;
  if (served.retries_said && !served.is_named && !is_first_by_its_word) client_counts_ = true;
  if (is_over) settle(trail, served.arrived, When::kMeanwhile, settled_);
  const bool says_new = is_first_by_its_word && (served.is_named || client_counts_);
  const bool is_second_waiting =
      has_failed && !is_over && says_new && !served.is_named && trail.state != State::kHopeless;
  if ((trail.open > 0 || is_second_waiting) && !trail.is_alike) {
    trail.is_alike = true;
    ++alike_;
  }
  if (!has_failed || is_over || says_new) return Relation::kNew;
  return is_first_by_its_word ? Relation::kRetryOrNew : Relation::kRetry;
}

void Grader::judge_retry(Shown& shown, Trail& trail, const ServedRequest& served) const {
  if (trail.state == State::kHopeless) {
    const bool is_same_again = is_hopeless(served) && served.status == trail.status;
    const bool is_soon = served.arrived <= trail.told + of_wall(kHopelessWithin);
    if (is_same_again && is_soon) shown.tally(GradeRule::kRetriedHopeless).add(served.sequence);
    return;
  }
  if (trail.retry_after == Duration{}) {
    judge_quickness(shown, trail, served);
    return;
  }
  trail.quick_retries = 0;
  const TimePoint due = trail.told + trail.retry_after;
  if (served.arrived + of_wall(kEarlyTolerance) >= due) {
    shown.waves.add(served.arrived, trail.retry_after);
    return;
  }
  shown.tally(GradeRule::kRetriedTooEarly).add(served.sequence);
  shown.earliest = std::max(shown.earliest, due - served.arrived);
}

void Grader::judge_quickness(Shown& shown, Trail& trail, const ServedRequest& served) const {
  if (trail.quick_retries == 0) trail.quick_since = trail.told;
  if (served.arrived - trail.quick_since >= of_wall(kQuickWithin)) {
    trail.quick_since = trail.told;
    trail.quick_retries = 0;
  }
  // Each request counts once for every row of so many.
  if (++trail.quick_retries < kQuickRetries) return;
  trail.quick_retries = 0;
  shown.tally(GradeRule::kNoBackoff).add(served.sequence);
}

void Grader::fail(Trail& trail, const ServedRequest& served, TimePoint told) noexcept {
  trail.told = told;
  trail.retry_after = served.outcome.retry_after.value_or(Duration{});
  trail.status = served.status;
  trail.state = State::kRefused;
  if (!served.admitted && is_hopeless(served)) trail.state = State::kHopeless;
  if (served.admitted && served.error_in_stream) trail.state = State::kBroken;
}

void Grader::ended(const ServedRequest& served) {
  const auto identity = identity_of(served);
  const auto found = identity ? positions_.find(*identity) : positions_.end();
  if (found == positions_.end()) return;
  Trail& trail = trails_[found->second];
  // Its entry was forgotten meanwhile and has been made anew for a later attempt.
  if (trail.open == 0) return;
  --trail.open;
  const bool has_failed = !served.outcome.ok() || served.error_in_stream;
  if (has_failed && !served.client_gone && trail.open == 0) {
    fail(trail, served, served.outcome.ended);
    trail.sequence = served.sequence;
  }
}

void Grader::count_in_window(Trail& trail, const ServedRequest& served, bool is_retry) {
  const std::int64_t number = ns(served.arrived) / ns(of_wall(kAmplificationWindow));
  if (number != window_.number) {
    close(window_, amplification_);
    window_ = {.number = number};
  }
  ++window_.attempts;
  if (is_refused(served)) ++window_.refused;
  if (is_retry && trail.window == number) return;
  trail.window = number;
  ++window_.requests;
}

void Grader::close(const Window& window, Amplification& amplification) noexcept {
  if (window.attempts < kAmplificationAttemptsMin) return;
  if (2 * window.refused < window.attempts) return;
  if (window.attempts <= kAmplificationAdvisesAbove * window.requests) return;
  ++amplification.windows;
  const Window& worst = amplification.worst;
  const bool is_worse = window.attempts * worst.requests > worst.attempts * window.requests;
  if (worst.requests == 0 || is_worse) amplification.worst = window;
}

Grader::Tally Grader::shown(GradeRule rule) const noexcept {
  const auto at = static_cast<std::size_t>(rule);
  Tally sum = certain_.tallies[at];
  const Tally& more = doubtful_.tallies[at];
  if (client_counts_ || more.count == 0) return sum;
  if (sum.count == 0 || more.first_sequence < sum.first_sequence) {
    sum.first_sequence = more.first_sequence;
  }
  sum.count += more.count;
  return sum;
}

void Grader::add_retry_findings(Verdict& verdict) const {
  const auto add = [&](GradeRule rule, std::string_view rest) {
    const Tally tally = shown(rule);
    if (tally.count == 0) return;
    verdict.findings.push_back(
        {.rule = std::string{text_of(rule).id},
         .count = tally.count,
         .first_sequence = tally.first_sequence,
         .text = counted(tally.count, "retry", "retries") + std::string{rest}});
  };
  const Duration earliest =
      client_counts_ ? certain_.earliest : std::max(certain_.earliest, doubtful_.earliest);
  add(GradeRule::kRetriedTooEarly,
      " before retry-after was over, the worst " + short_text(earliest) + " early");
  add(GradeRule::kRetriedHopeless, " of what cannot succeed, with the same answer as before");
  if (!options_.is_clock_manual) {
    add(GradeRule::kNoBackoff, " that made it three of one request within a second");
  }
}

void Grader::add_waves(Verdict& verdict, TimePoint now) const {
  if (options_.is_clock_manual) return;
  WaveDetector::Waves waves = certain_.waves.waves(now);
  const WaveDetector::Waves more = doubtful_.waves.waves(now);
  if (!client_counts_) {
    waves.count += more.count;
    if (more.largest > waves.largest) {
      waves.largest = more.largest;
      waves.retry_after = more.retry_after;
    }
  }
  if (waves.count == 0) return;
  verdict.findings.push_back(
      {.rule = std::string{text_of(GradeRule::kSynchronisedWaves).id},
       .is_failure = waves.count >= kWavesFailFrom,
       .count = waves.count,
       .text = fmt::format("{} of retries; the largest had {} within 100 ms, all after a "
                           "retry-after of {}",
                           counted(waves.count, "wave", "waves"), waves.largest,
                           exact_text(waves.retry_after))});
}

void Grader::add_amplification(Verdict& verdict) const {
  Amplification amplification = amplification_;
  close(window_, amplification);
  const Window& worst = amplification.worst;
  if (amplification.windows == 0) return;
  verdict.findings.push_back(
      {.rule = std::string{text_of(GradeRule::kAmplification).id},
       .is_failure = worst.attempts > kAmplificationFailsAbove * worst.requests,
       .count = amplification.windows,
       .text = fmt::format("in the worst minute {} attempts were made for {} requests, and {} of "
                           "them were refused",
                           with_thousands(static_cast<std::int64_t>(worst.attempts)),
                           with_thousands(static_cast<std::int64_t>(worst.requests)),
                           with_thousands(static_cast<std::int64_t>(worst.refused)))});
}

void Grader::add_unresolved(Verdict& verdict, const Unresolved& unresolved) const {
  const Tally& ignored = unresolved.ignored;
  if (ignored.count > 0) {
    verdict.findings.push_back({.rule = std::string{text_of(GradeRule::kIgnoredInStreamErrors).id},
                                .count = ignored.count,
                                .first_sequence = ignored.first_sequence,
                                .text = counted(ignored.count, "stream", "streams") +
                                        " failed after the 200 and nobody came again"});
  }
  const Tally& lost = unresolved.lost;
  if (lost.count == 0) return;
  const auto permille = static_cast<std::uint64_t>(kLostFailsAbovePermille);
  verdict.findings.push_back({.rule = std::string{text_of(GradeRule::kLostRequests).id},
                              .is_failure = lost.count * 1000 > requests_ * permille,
                              .count = lost.count,
                              .first_sequence = lost.first_sequence,
                              .text = counted(lost.count, "request", "requests") +
                                      " given up that a later retry would have served"});
}

Verdict Grader::verdict(TimePoint now) const { return verdict(now, When::kMeanwhile); }

Verdict Grader::final_verdict(TimePoint now) const { return verdict(now, When::kAtEnd); }

Verdict Grader::verdict(TimePoint now, When when) const {
  Unresolved unresolved = settled_;
  unresolved.waiting = 0;
  for (const Trail& trail : trails_) settle(trail, now, when, unresolved);
  Verdict verdict{.is_final = when == When::kAtEnd,
                  .requests = requests_,
                  .attempts = attempts_,
                  .refused = refused_,
                  .waiting = unresolved.waiting,
                  .alike = alike_,
                  .unidentified = unidentified_};
  add_retry_findings(verdict);
  add_waves(verdict, now);
  add_amplification(verdict);
  add_unresolved(verdict, unresolved);
  const auto fails = [](const Finding& finding) { return finding.is_failure; };
  verdict.passed = std::none_of(verdict.findings.begin(), verdict.findings.end(), fails);
  return verdict;
}

void Grader::clear() { *this = Grader(options_); }

}  // namespace sluice::mock
