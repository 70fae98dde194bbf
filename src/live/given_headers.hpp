// The lines of --header, "name: value": which of sluice's own they replace, and what in them is
// secret. A line says more than the program does of the same name; only what frames a request is
// not to be given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "live/credentials.hpp"

namespace sluice::live {

// What is wrong is said without the line, which may hold a key.
Result<void> check_headers(const std::vector<std::string>& lines);

bool has_header(const std::vector<std::string>& lines, std::string_view lower_case_name) noexcept;

// x-api-key and authorization: sent instead of the credential that would be looked for.
bool is_credential(std::string_view line) noexcept;
// Nothing where no line is a credential.
std::optional<CredentialPlan> given_credentials(const std::vector<std::string>& lines);

// Whether the value is shown to nobody. So is any that sluice does not send itself: gateways have
// names of their own for their keys.
bool is_secret(std::string_view line) noexcept;
// What is to be struck out of what a server says: every secret line's whole value, its last word,
// and those of its parts ("session=..." of a cookie).
std::vector<std::string> secrets_in(const std::vector<std::string>& lines);

}  // namespace sluice::live
