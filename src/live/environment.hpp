// Variables, of the process or of a file in the syntax of dotenv. The process's own win, also where
// they are empty.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "live/env_file.hpp"
#include "live/secret.hpp"

namespace sluice::live {

// Looks a variable up; empty: not set.
using Environment = std::optional<std::string> (*)(const std::string& name);
std::optional<std::string> process_environment(const std::string& name);

class Variables {
 public:
  // `path` names the file in errors.
  Variables(Environment environment, EnvFile file, std::string path)
      : environment_(environment), file_(std::move(file)), path_(std::move(path)) {}

  // White space around a value does not count, as in the SDKs. Empty: not set, which is not the
  // same as an empty secret.
  std::optional<Secret> secret(const std::string& name) const;
  // Of what is no secret. A variable that is set to nothing is as if it were not set.
  std::string text(const std::string& name) const;
  // "ANTHROPIC_API_KEY", or "ANTHROPIC_API_KEY in .env".
  std::string where(const std::string& name) const;

 private:
  Environment environment_;
  EnvFile file_;
  std::string path_;
};

}  // namespace sluice::live
