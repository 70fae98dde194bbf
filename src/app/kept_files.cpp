#include "app/kept_files.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "app/output_file.hpp"
#include "base/staged_file.hpp"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refused(const std::string& path, std::string why) {
  return tl::unexpected(Error{.code = ErrorCode::kUsage, .where = path, .message = std::move(why)});
}

}  // namespace

Result<void> check_output(const std::string& path, bool force) {
  if (const auto can = check_writable(path); !can) {
    return refused(can.error().where, can.error().message);
  }
  const auto place = output_place(path);
  std::error_code ignored;
  const bool is_lost = place && place->is_replaced && fs::exists(place->path, ignored);
  if (force || !is_lost) return {};
  return refused(path, "is there already; --force replaces it");
}

Result<void> check_not_read(const std::vector<std::string>& written,
                            const std::vector<std::string>& read) {
  std::error_code ignored;
  for (const std::string& path : written) {
    if (!fs::is_regular_file(path, ignored)) continue;
    for (const std::string& other : read) {
      if (fs::equivalent(path, other, ignored)) {
        return refused(path, "is a file that is read, and would be lost; write to another one");
      }
    }
  }
  return {};
}

}  // namespace sluice::app
