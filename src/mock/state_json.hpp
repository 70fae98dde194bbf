// GET /_sluice/state: what the mock is and how it stands, for programs and for people who look.
// Keys without their secrets.
#pragma once

#include <string>
#include <string_view>

#include "mock/counters.hpp"
#include "mock/credentials.hpp"
#include "mock/mock_plan.hpp"

namespace sluice {
class ApiModel;
}

namespace sluice::mock {

// What all views of a mock are made from. Levels are read as of `now`, which is not before any
// earlier call's.
struct StateView {
  const MockPlan& plan;
  ApiModel& api;
  const Counters& counters;
  TimePoint now;

  UnixTime calendar(TimePoint time) const noexcept {
    return UnixTime{plan.run.start_unix_ns} + (time - kRunStart);
  }
};

// "organization", or the name of its workspace.
std::string_view scope_of(const LimiterSpec& limiter, const RunPlan& plan);
// Whether it limits anything (kNoLimit).
bool is_open(const LimiterSpec& limiter) noexcept;

std::string state_json(const StateView& view, const Credentials& credentials);

}  // namespace sluice::mock
