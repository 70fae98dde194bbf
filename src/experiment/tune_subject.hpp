// The client that is tuned, in its scenario: which one it is, what today's policy is, and the
// scenario with another policy in its place. A scenario whose workloads have no deadline gets one
// here, since else a request that fails at once would count as a quick one.
//
//   Checked<TuneSubject> subject = TuneSubject::open(text, "app");
//   Checked<scenario::LoadedScenario> other = subject->load(design);
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "experiment/scenario_text.hpp"
#include "experiment/tune_space.hpp"
#include "results/tune_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

// The official SDKs give an attempt up after 10 min (anthropic-sdk-python, _constants.py, 2026-08).
inline constexpr Duration kAssumedDeadline = minutes(10);

class TuneSubject {
 public:
  // `client`: a name that a workload uses; empty: the first workload's.
  static Checked<TuneSubject> open(const ScenarioText& text, const std::string& client);

  const scenario::LoadedScenario& today() const noexcept { return today_; }
  const ClientPlan& client() const noexcept { return today_.plan.clients[client_]; }
  std::size_t client_index() const noexcept { return client_; }
  // Empty where every workload that waits for its answers has a deadline.
  std::optional<Duration> assumed_deadline() const noexcept;

  // Today's policy in words.
  std::string today_text() const;
  // The design as a member of /clients.
  std::string json(const ClientDesign& design) const;
  // What `simulate` needs as --set to run the design; none of them stands for today's policy.
  std::vector<std::string> overrides(const ClientDesign& design) const;
  Checked<scenario::LoadedScenario> load(const ClientDesign& design) const;
  // The tuned client of what load() gave.
  const ClientPlan& client_of(const scenario::LoadedScenario& loaded) const noexcept;
  // Fills in what a loaded design's client does: rates, constants, timeout, concurrency.
  void describe(const scenario::LoadedScenario& loaded, TuneResult& result) const;

 private:
  ClientDesign whole(const ClientDesign& design) const;
  TuneSubject(const ScenarioText& text, scenario::LoadedScenario today)
      : text_(&text), today_(std::move(today)) {}

  const ScenarioText* text_;
  scenario::LoadedScenario today_;
  std::size_t client_ = 0;
  bool has_clients_ = false;            // the file has a /clients to put one into
  std::vector<std::string> deadlines_;  // overrides
};

}  // namespace sluice
