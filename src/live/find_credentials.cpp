#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"
#include "live/credentials.hpp"
#include "live/secret_file.hpp"

namespace sluice::live {
namespace {

constexpr const char* kApiKey = "ANTHROPIC_API_KEY";
constexpr const char* kAuthToken = "ANTHROPIC_AUTH_TOKEN";
constexpr const char* kKeyFileOption = "--api-key-file";

using KeyFiles = std::vector<std::string>;  // paths, as the scenario's keys; empty: none is given

std::vector<std::string> names_of(const std::vector<KeyPlan>& keys) {
  std::vector<std::string> names;
  for (const KeyPlan& key : keys) names.push_back(key.name);
  return names;
}

// PATH or KEY=PATH. What has a slash before its = is a path.
struct KeyFile {
  std::string key{};
  std::string path;
};
KeyFile parse_key_file(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || text.find('/') < equals) return {.path = text};
  return {.key = text.substr(0, equals), .path = text.substr(equals + 1)};
}

Result<KeyFiles> key_files(const std::vector<KeyPlan>& keys,
                           const std::vector<std::string>& texts) {
  KeyFiles files(keys.size());
  const std::vector<std::string> names = names_of(keys);
  for (const std::string& text : texts) {
    const KeyFile file = parse_key_file(text);
    if (file.key.empty() && keys.size() > 1) {
      return invalid(kKeyFileOption,
                     fmt::format("the scenario has {} keys: write KEY=PATH for each, where KEY is "
                                 "one of {}",
                                 keys.size(), join(names)));
    }
    const auto named = file.key.empty() ? names.begin() : std::ranges::find(names, file.key);
    if (named == names.end()) {
      return invalid(kKeyFileOption,
                     fmt::format("{} is not a key of the scenario ({}){}", in_quotes(file.key),
                                 join(names), suggestion(file.key, names)));
    }
    std::string& path = files[static_cast<std::size_t>(named - names.begin())];
    if (!path.empty()) {
      return invalid(kKeyFileOption, fmt::format("names two files for key {}", in_quotes(*named)));
    }
    if (file.path.empty()) return invalid(kKeyFileOption, "lacks a path behind the =");
    path = file.path;
  }
  return files;
}

// "ANTHROPIC_API_KEY_TEAM_A".
std::string variable_of(std::string_view key) {
  std::string name = std::string(kApiKey) + "_";
  for (const char letter : key) {
    const bool is_small = letter >= 'a' && letter <= 'z';
    const bool is_plain = (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    name += is_small ? static_cast<char>(letter - ('a' - 'A')) : is_plain ? letter : '_';
  }
  return name;
}

Result<Secret> usable(Secret secret, const std::string& where) {
  if (secret.empty()) {
    return invalid(where, "is set, but empty: give it a value, or unset it");
  }
  return sendable(std::move(secret), where);
}

std::string described(const std::string& where, const Secret& secret) {
  return fmt::format("{}, {}", where, secret.hint());
}

CredentialPlan plan_of(Federation federation) {
  CredentialPlan plan;
  plan.source = federation.source;
  plan.federation = std::move(federation);
  return plan;
}

Result<CredentialPlan> plan_of(Secret found, const std::string& where) {
  SLUICE_TRY(Secret secret, usable(std::move(found), where));
  CredentialPlan plan;
  plan.source = described(where, secret);
  plan.keys.push_back(std::move(secret));
  return plan;
}

Result<CredentialPlan> find_one(const std::string& path, const Variables& variables) {
  if (!path.empty()) {
    SLUICE_TRY(Secret key, read_secret_line(path));
    return plan_of(std::move(key), path);
  }
  if (auto key = variables.secret(kApiKey)) {
    SLUICE_TRY(CredentialPlan plan, plan_of(std::move(*key), variables.where(kApiKey)));
    if (variables.secret(kAuthToken)) plan.source += fmt::format(" ({} is not used)", kAuthToken);
    return plan;
  }
  if (auto token = variables.secret(kAuthToken)) {
    SLUICE_TRY(CredentialPlan plan, plan_of(std::move(*token), variables.where(kAuthToken)));
    plan.is_bearer = true;
    return plan;
  }
  SLUICE_TRY(auto federation, find_federation(variables));
  if (federation) return plan_of(std::move(*federation));
  return invalid("credentials",
                 fmt::format("there are none: set {}, or name a file with {} or --env-file (also "
                             "looked for: {}, ANTHROPIC_PROFILE, ANTHROPIC_FEDERATION_RULE_ID, an "
                             "active profile in ANTHROPIC_CONFIG_DIR)",
                             kApiKey, kKeyFileOption, kAuthToken));
}

// Keys that share a variable could not be told apart.
Result<void> check_names(const std::vector<KeyPlan>& keys, const KeyFiles& files) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = i + 1; j < keys.size(); ++j) {
      const std::string variable = variable_of(keys[i].name);
      if (!files[i].empty() || !files[j].empty() || variable != variable_of(keys[j].name)) continue;
      return invalid(
          "credentials",
          fmt::format("the keys {} and {} would both be {}: name a file for each, "
                      "{} KEY=PATH",
                      in_quotes(keys[i].name), in_quotes(keys[j].name), variable, kKeyFileOption));
    }
  }
  return {};
}

struct FoundKeys {
  CredentialPlan plan;
  std::vector<std::string> missing;  // variables
};

Result<FoundKeys> find_each(const std::vector<KeyPlan>& keys, const KeyFiles& files,
                            const Variables& variables) {
  FoundKeys found;
  std::vector<std::string> sources;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string variable = variable_of(keys[i].name);
    const std::string where = files[i].empty() ? variables.where(variable) : files[i];
    std::optional<Secret> given;
    if (files[i].empty()) {
      given = variables.secret(variable);
    } else {
      SLUICE_TRY(given, read_secret_line(files[i]));
    }
    if (!given) {
      found.missing.push_back(variable);
      continue;
    }
    SLUICE_TRY(Secret key, usable(std::move(*given), where));
    sources.push_back(described(where, key));
    found.plan.keys.push_back(std::move(key));
  }
  found.plan.source = join(sources, "; ");
  return found;
}

// One token for all of the scenario's keys, which must then be one workspace's.
Result<CredentialPlan> federated(Federation federation, const std::vector<KeyPlan>& keys) {
  const WorkspaceId workspace = keys.front().workspace;
  if (std::ranges::all_of(keys, [&](const KeyPlan& key) { return key.workspace == workspace; })) {
    return plan_of(std::move(federation));
  }
  return invalid("credentials",
                 fmt::format("a federated token ({}) acts in one workspace, but the scenario's "
                             "keys are of several: set {} and so on instead",
                             federation.source, variable_of(keys.front().name)));
}

Result<CredentialPlan> find_several(const std::vector<KeyPlan>& keys, const KeyFiles& files,
                                    const Variables& variables) {
  if (auto apart = check_names(keys, files); !apart) return tl::unexpected(apart.error());
  SLUICE_TRY(FoundKeys found, find_each(keys, files, variables));
  if (found.missing.empty()) return std::move(found.plan);
  const bool has_one = variables.secret(kApiKey) || variables.secret(kAuthToken);
  if (found.plan.keys.empty() && !has_one) {
    SLUICE_TRY(auto federation, find_federation(variables));
    if (federation) return federated(std::move(*federation), keys);
  }
  return invalid("credentials",
                 fmt::format("the scenario has {} keys and each wants its own, but {} {} not set "
                             "({} is not used then); {} KEY=PATH does as well",
                             keys.size(), join(found.missing),
                             found.missing.size() == 1 ? "is" : "are", kApiKey, kKeyFileOption));
}

}  // namespace

Result<CredentialPlan> find_credentials(const std::vector<KeyPlan>& keys,
                                        const CredentialSources& sources, Environment environment) {
  SLUICE_CHECK(!keys.empty());
  EnvFile env_file;
  if (!sources.env_file.empty()) {
    SLUICE_TRY(env_file, EnvFile::read(sources.env_file));
  }
  const Variables variables(environment, std::move(env_file), sources.env_file);
  SLUICE_TRY(const KeyFiles files, key_files(keys, sources.key_files));
  if (keys.size() > 1) return find_several(keys, files, variables);
  return find_one(files.front(), variables);
}

}  // namespace sluice::live
