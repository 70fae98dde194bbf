// Workload Identity Federation as the SDKs are told of it: by variables, or by a profile (SDK
// source TS 1.11; docs: workload identity federation, 2026-08).
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "live/environment.hpp"
#include "live/secret.hpp"

namespace sluice::live {

struct Federation {
  std::string rule_id{};
  std::string organization_id{};
  std::string service_account_id{};  // may be empty
  std::string workspace_id{};        // may be empty
  std::string token_file{};          // of the identity token, read anew for each exchange
  Secret token{};                    // or the token itself
  std::string source{};              // for people: "profile ci"
};

// The profile that ANTHROPIC_PROFILE names; else the variables, where there are enough of them;
// else the active profile: <folder>/configs/NAME.json, of the name in <folder>/active_config or
// "default", in ANTHROPIC_CONFIG_DIR or the user's folder for settings. What a profile leaves out
// the variables fill in. Empty: nothing of all this is there. Half of the variables, a profile that
// cannot be read or is a person's login: one clear error.
//
// A profile's base_url is not used: the target is what the command line says. Nor are tokens kept
// in the profile's file of credentials, as the SDKs do: nothing of a run stays on disk.
Result<std::optional<Federation>> find_federation(const Variables& variables);

// What is sent as the assertion, read from its file if it has one: at most 16 KiB.
Result<Secret> identity_token(const Federation& federation);

}  // namespace sluice::live
