// A TuneResult by hand, for tests of its reports.
#pragma once

#include "results/tune_result.hpp"

namespace sluice::testing {

inline TuneResult small_tune_result() {
  TuneResult result;
  result.scenario = "storm";
  result.scenario_digest = std::string(64, 'a');
  result.catalog_date = "2026-11-20";
  result.version = "0.1.0";
  result.client = "jobs";
  result.today_text = "anthropic-sdk-typescript";
  result.chosen = {.retry = "full-jitter", .max_retries = 8};
  result.chosen_text = text_of(result.chosen);
  result.verdict = TuneVerdict::kBetter;
  result.goals = {{"goodput", "goodput.share", Unit::kRatio, true},
                  {"latency_p95", "latency.offered.p95", Unit::kDuration, false}};
  result.figures = {{.path = "goodput.share",
                     .unit = Unit::kRatio,
                     .more_is_better = true,
                     .today = {0.48, 0.47, 0.49},
                     .chosen = {0.99, 0.98, 1.0},
                     .difference = {0.51, 0.50, 0.52},
                     .variance_cut = 12.0},
                    {.path = "latency.offered.p95",
                     .unit = Unit::kDuration,
                     .today = {60, 60, 60},
                     .chosen = {40, 39, 41},
                     .difference = {-20, -21, -19}}};
  const std::vector<stats::Interval> today = {{0.48, 0.47, 0.49}, {60, 60, 60}};
  const std::vector<stats::Interval> chosen = {{0.99, 0.98, 1.0}, {40, 39, 41}};
  result.points = {
      {.name = "today", .text = "as it is", .is_today = true, .goals = today},
      {.name = "A",
       .text = result.chosen_text,
       .is_chosen = true,
       .is_on_front = true,
       .tied_with = {"B"},
       .goals = chosen},
      {.name = "B", .text = "fixed", .is_on_front = true, .tied_with = {"A"}, .goals = chosen}};
  result.bounds = {{.path = "goodput.share",
                    .unit = Unit::kRatio,
                    .is_least = true,
                    .bound = 0.995,
                    .chosen = stats::Interval{0.99, 0.98, 1.0},
                    .is_met = false,
                    .best = 0.99}};
  result.cases = {{.name = "small buckets",
                   .words = "a quarter",
                   .is_assumption = true,
                   .figures = result.figures}};
  result.most_sensitive = 0;
  result.overload = LastingOverload{
      .limit = "haiku.requests_per_minute", .lasts = minutes(15), .load = 1.8, .lost_share = 0.3};
  result.assumed_deadline = minutes(10);
  result.overrides = {R"(/clients/jobs={"retry":"full-jitter"})"};
  result.client_json = R"({"retry":"full-jitter"})";
  result.retry = {.backoff = "full-jitter",
                  .max_retries = 8,
                  .base = milliseconds(500),
                  .cap = seconds(8),
                  .retry_after_is_minimum = true};
  result.rates = {.requests_per_minute = 900,
                  .input_tokens_per_minute = 100'000,
                  .output_tokens_per_minute = 20'000,
                  .burst = seconds(10)};
  result.effort = {.candidates = 60,
                   .finalists = 2,
                   .search_trials = 200,
                   .confirm_trials = 80,
                   .confirm_replications = 12,
                   .first_confirmation = 1'000'000};
  result.notes = {"a note"};
  return result;
}

}  // namespace sluice::testing
