#include "live/environment.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "live/secret_file.hpp"

namespace sluice::live {

std::optional<std::string> process_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::optional<Secret> Variables::secret(const std::string& name) const {
  if (auto own = environment_(name)) {
    const Secret whole = take_secret(*own);
    return Secret(trimmed(whole.reveal()));
  }
  const Secret* const held = file_.find(name);
  if (held == nullptr) return std::nullopt;
  return Secret(trimmed(held->reveal()));
}

std::string Variables::text(const std::string& name) const {
  const auto value = secret(name);
  return value ? std::string(value->reveal()) : std::string();
}

std::string Variables::where(const std::string& name) const {
  const bool is_own = environment_(name).has_value();
  return is_own || file_.find(name) == nullptr ? name : fmt::format("{} in {}", name, path_);
}

}  // namespace sluice::live
