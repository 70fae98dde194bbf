// What `replay` was asked for, read from its arguments: every number parsed, the target known, the
// key found. All that is wrong is said before anything is sent.
#pragma once

#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/run_report.hpp"
#include "live/credentials.hpp"
#include "live/replay.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

enum class TargetKind : std::uint8_t {
  kEmbedded,  // a mock that this run starts
  kMock,      // a sluice mock at an address
  kServer,    // anything else at a loopback address
  kMoney,     // the live API, or a server elsewhere: real money may be spent
};

struct ReplayWishes {
  TargetKind kind = TargetKind::kEmbedded;
  live::ReplayOptions options;
  live::CredentialPlan credentials;  // empty for the embedded mock
  ReportPlan report;
};

Checked<scenario::LoadedScenario> load_for_replay(const ReplayArguments& arguments);
// Errors are those of usage only.
Checked<ReplayWishes> read_wishes(const ReplayArguments& arguments,
                                  const scenario::LoadedScenario& scenario);
// Who answers at a loopback address, and whether what is wished goes with that; sends nothing to
// others. An error of the code kIo: nobody does.
Checked<void> meet_target(const ReplayArguments& arguments, ReplayWishes& wishes);

}  // namespace sluice::app
