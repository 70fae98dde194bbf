// A file of variables in the syntax of dotenv: NAME=value lines, `export` before them, comments,
// values in quotes. No line says more in an error than where it is, for each may hold a secret.
//
//   SLUICE_TRY(const EnvFile file, EnvFile::read(".env"));
//   const Secret* key = file.find("ANTHROPIC_API_KEY");
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "live/secret.hpp"

namespace sluice::live {

class EnvFile {
 public:
  static Result<EnvFile> read(const std::string& path);
  // In single and in back quotes text stands as it is; in double quotes a backslash before n, r, t,
  // a double quote or a backslash means what it means in JSON. Behind a value without quotes a
  // comment begins with " #". Of a name that is set twice the last counts. `where` names the text
  // in errors.
  static Result<EnvFile> parse(std::string_view text, const std::string& where);

  // Null: not set here.
  const Secret* find(std::string_view name) const noexcept;

 private:
  std::vector<std::pair<std::string, Secret>> variables_;
};

}  // namespace sluice::live
