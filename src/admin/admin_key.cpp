#include "admin/admin_key.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "live/secret_file.hpp"

namespace sluice::admin {
namespace {

constexpr const char* kVariable = "ANTHROPIC_ADMIN_KEY";
constexpr const char* kOtherVariable = "ANTHROPIC_ADMIN_API_KEY";
constexpr std::string_view kApiKeyBegin = "sk-ant-api";
constexpr std::string_view kTokenBegin = "sk-ant-oat";

Result<AdminKey> key_of(live::Secret found, const std::string& where) {
  if (found.empty()) return invalid(where, "is set, but empty: give it a value, or unset it");
  SLUICE_TRY(live::Secret secret, live::sendable(std::move(found), where));
  if (secret.reveal().starts_with(kApiKeyBegin)) {
    return invalid(where,
                   "holds an API key (sk-ant-api...); the Admin API wants an Admin key "
                   "(sk-ant-admin...), which an organization's admin makes in the Console");
  }
  std::string source = fmt::format("{}, {}", where, secret.hint());
  return AdminKey{.secret = std::move(secret), .source = std::move(source)};
}

}  // namespace

live::Secret AdminKey::header() const {
  const bool is_token = secret.reveal().starts_with(kTokenBegin);
  std::string line;
  line.reserve(secret.reveal().size() + 64);  // so that no shorter copy is left behind
  line += is_token ? "authorization: Bearer " : "x-api-key: ";
  line += secret.reveal();
  line += "\r\n";
  return live::take_secret(line);
}

Result<AdminKey> find_admin_key(const AdminKeySources& sources, live::Environment environment) {
  if (!sources.key_file.empty()) {
    SLUICE_TRY(live::Secret secret, live::read_secret_line(sources.key_file));
    return key_of(std::move(secret), sources.key_file);
  }
  live::EnvFile env_file;
  if (!sources.env_file.empty()) {
    SLUICE_TRY(env_file, live::EnvFile::read(sources.env_file));
  }
  const live::Variables variables(environment, std::move(env_file), sources.env_file);
  for (const char* const name : {kVariable, kOtherVariable}) {
    if (auto secret = variables.secret(name)) {
      return key_of(std::move(*secret), variables.where(name));
    }
  }
  return invalid("admin key",
                 fmt::format("there is none: set {} (or {}), or name a file with --admin-key-file "
                             "or --env-file",
                             kVariable, kOtherVariable));
}

}  // namespace sluice::admin
