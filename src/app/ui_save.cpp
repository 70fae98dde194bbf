#include "app/ui_save.hpp"

#include <algorithm>
#include <filesystem>

#include "app/output_file.hpp"
#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t kLongestName = 100;

bool may_stand_in_name(char c) {
  return ascii::is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
}

}  // namespace

Result<void> check_scenario_name(std::string_view name) {
  const auto wrong = [&](const char* what) -> Result<void> {
    return invalid(in_quotes(name), what);
  };
  if (name.size() > kLongestName) return wrong("is too long: 100 characters at most");
  if (!std::all_of(name.begin(), name.end(), may_stand_in_name)) {
    return wrong("is no plain name: letters, digits, '.', '-' and '_' only, without a folder");
  }
  if (name.starts_with('.')) return wrong("begins with a dot");
  if (!name.ends_with(".json")) return wrong("does not end in .json");
  return {};
}

Result<SaveOutcome> save_scenario(const std::string& folder, const SaveOrder& order,
                                  std::string_view text) {
  SLUICE_TRY([[maybe_unused]] const auto checked,
             check_scenario_name(order.name).map([] { return true; }));
  const std::string path = (std::filesystem::path(folder) / order.name).string();
  std::error_code ignored;
  const auto there = std::filesystem::symlink_status(path, ignored);
  if (std::filesystem::exists(there)) {
    if (!std::filesystem::is_regular_file(there)) {
      return invalid(path, "is there already and is no ordinary file; choose another name");
    }
    if (!order.overwrite) return SaveOutcome::kExists;
  }
  const Result<void> written = write_file(path, text);
  if (!written) return tl::unexpected(written.error());
  return SaveOutcome::kSaved;
}

}  // namespace sluice::app
