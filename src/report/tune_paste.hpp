// A recommended client policy as something to paste: settings of the official SDKs where those can
// express it, code for asyncio and TypeScript where they cannot, the scenario's /clients member and
// the command that simulates it. Generated from the policy's own numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/tune_result.hpp"

namespace sluice {

// "max_retries=8, timeout=30.0", "maxRetries: 8, timeout: 30000"; none where the SDKs, whose
// backoff is fixed, cannot express the policy (anthropic-sdk-python 0.121, @anthropic-ai/sdk 1.11).
std::optional<std::string> python_settings(const TuneResult& result);
std::optional<std::string> typescript_settings(const TuneResult& result);

// Whole modules that export create(), to be called in place of messages.create().
std::string python_code(const TuneResult& result);
std::string typescript_code(const TuneResult& result);

// What of the policy the code leaves out, since no few lines do it: "the pacer vegas", ...
std::vector<std::string> left_out_of_code(const ClientDesign& design);

// "sluice simulate PATH --set '...' --set '...'", for a shell.
std::string simulate_command(const TuneResult& result, const std::string& path);

}  // namespace sluice
