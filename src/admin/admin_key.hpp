// The Admin key with which an organization's own settings and reports are read: found in the
// environment or in a file, never on a command line. Whoever calls this has called
// live::forbid_core_files() before.
#pragma once

#include <string>

#include "base/error.hpp"
#include "live/environment.hpp"
#include "live/secret.hpp"

namespace sluice::admin {

struct AdminKeySources {
  std::string env_file{};  // --env-file: NAME=value lines; the process's own win
  std::string key_file{};  // --admin-key-file: the key alone, on one line
};

struct AdminKey {
  live::Secret secret;
  std::string source;  // for people: "ANTHROPIC_ADMIN_KEY, sk-ant-admin01-...(108 characters)"

  // The whole header line: x-api-key, or Authorization for an OAuth token (sk-ant-oat...).
  live::Secret header() const;
};

// The key file, then ANTHROPIC_ADMIN_KEY, then ANTHROPIC_ADMIN_API_KEY. None, or one that cannot
// stand in a header, or an API key where an Admin key is needed: one clear error without its text.
Result<AdminKey> find_admin_key(const AdminKeySources& sources, live::Environment environment);

}  // namespace sluice::admin
