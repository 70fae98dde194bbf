#include "live/federation.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "live/secret_file.hpp"

namespace sluice::live {
namespace {

using nlohmann::json;

constexpr const char* kRule = "ANTHROPIC_FEDERATION_RULE_ID";
constexpr const char* kOrganization = "ANTHROPIC_ORGANIZATION_ID";
constexpr const char* kServiceAccount = "ANTHROPIC_SERVICE_ACCOUNT_ID";
constexpr const char* kTokenFile = "ANTHROPIC_IDENTITY_TOKEN_FILE";
constexpr const char* kToken = "ANTHROPIC_IDENTITY_TOKEN";
constexpr const char* kWorkspace = "ANTHROPIC_WORKSPACE_ID";
constexpr const char* kProfile = "ANTHROPIC_PROFILE";
// Of the token endpoint (docs: workload identity federation, 2026-08).
constexpr std::size_t kAssertionMax = 16 * 1024;

// All that the variables say, whole or not.
Federation from_variables(const Variables& variables) {
  Federation found{.rule_id = variables.text(kRule),
                   .organization_id = variables.text(kOrganization),
                   .service_account_id = variables.text(kServiceAccount),
                   .workspace_id = variables.text(kWorkspace),
                   .token_file = variables.text(kTokenFile),
                   .token = {},
                   .source = std::string("federation rule of ") + kRule};
  auto token = variables.secret(kToken);
  if (found.token_file.empty() && token) found.token = std::move(*token);
  return found;
}

bool has_token(const Federation& federation) {
  return !federation.token_file.empty() || !federation.token.empty();
}

Result<std::optional<Federation>> half_of(const Federation& found) {
  std::vector<std::string> missing;
  if (found.rule_id.empty()) missing.emplace_back(kRule);
  if (found.organization_id.empty()) missing.emplace_back(kOrganization);
  if (found.service_account_id.empty()) missing.emplace_back(kServiceAccount);
  if (!has_token(found)) missing.push_back(fmt::format("{} or {}", kTokenFile, kToken));
  return invalid("credentials",
                 fmt::format("some variables of a federation are set, but not {}", join(missing)));
}

// Empty: this user has none.
std::string settings_folder(const Variables& variables) {
  std::string folder = variables.text("ANTHROPIC_CONFIG_DIR");
  if (!folder.empty()) return folder;
  folder = variables.text("XDG_CONFIG_HOME");
  if (!folder.empty()) return folder + "/anthropic";
  folder = variables.text("HOME");
  return folder.empty() ? folder : folder + "/.config/anthropic";
}

// A file that is there and cannot be read is not as if it were not there.
bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) || error;
}

bool is_profile_name(std::string_view name) noexcept {
  const auto is_letter = [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-';
  };
  return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, is_letter);
}

Result<std::string> active_profile(const std::string& folder) {
  const std::string path = folder + "/active_config";
  if (!exists(path)) return std::string("default");
  SLUICE_TRY(const Secret text, read_secret_file(path));
  const std::string_view name = trimmed(text.reveal());
  return std::string(name.empty() ? "default" : name);
}

// One profile's file. What is wrong with a field is said by its place, as for scenarios.
class ProfileReader {
 public:
  explicit ProfileReader(std::string path) : path_(std::move(path)) {}

  Result<std::optional<Federation>> read(const std::string& name, const Variables& variables) {
    SLUICE_TRY(const Secret text, read_secret_file(path_));
    const json profile = json::parse(text.reveal(), nullptr, false);
    if (!profile.is_object()) return invalid(path_, "is not a JSON object");
    const json authentication = profile.value("authentication", json());
    if (!authentication.is_object()) return invalid(path_, "has no object \"authentication\"");
    const std::string type = string_in(authentication, "authentication/type");
    if (type == "user_oauth") {
      return invalid(path_,
                     "is a person's login (user_oauth), which a load run does not use: name "
                     "a profile of type oidc_federation, or set ANTHROPIC_API_KEY");
    }
    if (type != "oidc_federation") {
      return invalid(path_, "authentication.type " + in_quotes(type) + " is not oidc_federation");
    }

    Federation found = from_variables(variables);
    found.source = "profile " + name;
    prefer(found.rule_id, string_in(authentication, "authentication/federation_rule_id"));
    prefer(found.service_account_id,
           string_in(authentication, "authentication/service_account_id"));
    prefer(found.organization_id, string_in(profile, "organization_id"));
    prefer(found.workspace_id, string_in(profile, "workspace_id"));
    read_token(authentication.value("identity_token", json()), found);
    if (problem_) return tl::unexpected(std::move(*problem_));
    if (auto whole = check(found); !whole) return tl::unexpected(std::move(whole).error());
    return found;
  }

 private:
  // Files win over variables, which only fill gaps.
  static void prefer(std::string& value, std::string own) {
    if (!own.empty()) value = std::move(own);
  }

  // The member that the last word of `place` names; nothing where it is absent or null.
  std::string string_in(const json& object, std::string_view place) {
    const auto found = object.find(place.substr(place.rfind('/') + 1));
    if (found == object.end() || found->is_null()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (!problem_) problem_ = Error{ErrorCode::kInvalidInput, at(place), "is not a string"};
    return {};
  }

  void read_token(const json& token, Federation& found) {
    if (token.is_null()) return;
    constexpr std::string_view kPlace = "authentication/identity_token";
    const bool is_file = token.is_object() && token.value("source", json()) == "file";
    found.token_file = is_file ? string_in(token, "authentication/identity_token/path") : "";
    found.token = {};
    if (!found.token_file.empty() || problem_) return;
    problem_ = Error{ErrorCode::kInvalidInput, at(kPlace),
                     "is not {\"source\": \"file\", \"path\": ...}, the one kind there is"};
  }

  Result<void> check(const Federation& found) const {
    const auto missing = [&](const std::string& what) { return invalid(path_, "lacks " + what); };
    if (found.rule_id.empty()) {
      return missing(fmt::format("authentication.federation_rule_id, and {} is not set", kRule));
    }
    if (found.organization_id.empty()) {
      return missing(fmt::format("organization_id, and {} is not set", kOrganization));
    }
    if (!has_token(found)) {
      return missing(fmt::format("authentication.identity_token, and neither {} nor {} is set",
                                 kTokenFile, kToken));
    }
    return {};
  }

  std::string at(std::string_view place) const { return fmt::format("{}: /{}", path_, place); }

  std::string path_;
  std::optional<Error> problem_;
};

Result<std::optional<Federation>> read_profile(const std::string& folder, const std::string& name,
                                               const std::string& named_by,
                                               const Variables& variables) {
  if (!is_profile_name(name)) {
    return invalid(named_by, in_quotes(name) +
                                 " cannot name a profile: only letters, digits, '_', '.' and '-'");
  }
  const std::string path = fmt::format("{}/configs/{}.json", folder, name);
  const bool must_exist = named_by == kProfile;
  if (!exists(path)) {
    if (!must_exist) return std::nullopt;
    return invalid(named_by,
                   fmt::format("names the profile {}, but there is no {}", in_quotes(name), path));
  }
  return ProfileReader(path).read(name, variables);
}

}  // namespace

Result<std::optional<Federation>> find_federation(const Variables& variables) {
  const std::string folder = settings_folder(variables);
  if (const std::string name = variables.text(kProfile); !name.empty()) {
    if (folder.empty()) {
      return invalid(kProfile,
                     "is set, but there is no folder for profiles: set "
                     "ANTHROPIC_CONFIG_DIR or HOME");
    }
    return read_profile(folder, name, kProfile, variables);
  }
  Federation found = from_variables(variables);
  if (!found.rule_id.empty() && !found.organization_id.empty() && has_token(found)) {
    // The SDK leaves the service account out; the documentation says that it is required.
    if (found.service_account_id.empty()) return half_of(found);
    return found;
  }
  if (!folder.empty()) {
    SLUICE_TRY(const std::string name, active_profile(folder));
    SLUICE_TRY(auto profile, read_profile(folder, name, folder + "/active_config", variables));
    if (profile) return profile;
  }
  // An organization or a workspace alone says nothing of a federation.
  const bool is_begun =
      !found.rule_id.empty() || !found.service_account_id.empty() || has_token(found);
  if (is_begun) return half_of(found);
  return std::nullopt;
}

Result<Secret> identity_token(const Federation& federation) {
  const bool is_file = !federation.token_file.empty();
  const std::string where = is_file ? federation.token_file : kToken;
  Result<Secret> token = is_file ? read_secret_line(federation.token_file)
                                 : sendable(Secret(federation.token.reveal()), where);
  if (token && token->reveal().size() > kAssertionMax) {
    return invalid(where,
                   "is larger than 16 KiB, which the API does not take as an identity token");
  }
  return token;
}

}  // namespace sluice::live
