// How long sluice's words are in a model's tokens: asked of the target itself, so that prompts have
// the planned number of them (docs: token counting, free of charge, 2026-08).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "live/request_writer.hpp"
#include "net/http_client.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

// Two counts for each model that a workload asks for; sets the writer's words per kilotoken. What
// the server does not count keeps one word a token, and a warning says so: those are returned. An
// error: nobody answers, or Ctrl-C came. `credential` are header lines.
Result<std::vector<std::string>> calibrate_prompts(const net::ClientOptions& target,
                                                   const RunPlan& plan, std::string_view credential,
                                                   RequestWriter& writer);

}  // namespace sluice::live
