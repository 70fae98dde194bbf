#include "app/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>

#include "app/signals_blocked.hpp"
#include "base/staged_file.hpp"

namespace sluice::app {
namespace {

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return io_error(path, fmt::format("{}: {}", what, std::strerror(errno)));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> write_in_place(const std::string& path, std::string_view text) {
  if (const auto own = own_output(path)) {
    if (!write_all(*own, text)) return failed(path, "cannot be written");
    return {};
  }
  SLUICE_TRY(const int file, open_in_place(path, O_APPEND));
  const bool written = write_all(file, text);
  const bool closed = close(file) == 0;
  if (!written || !closed) return failed(path, "cannot be written");
  return {};
}

}  // namespace

Result<void> check_writable(const std::string& path) {
  SLUICE_TRY(const OutputPlace place, output_place(path));
  const char* const file = place.path.c_str();
  if (!place.is_replaced) {
    if (own_output(path) || access(file, W_OK) == 0) return {};
    return failed(path, "cannot be written");
  }
  const std::string folder = std::filesystem::path(place.path).parent_path().string();
  if (access(folder.c_str(), W_OK | X_OK) != 0) return failed(path, "cannot be written");
  if (access(file, F_OK) == 0 && access(file, W_OK) != 0) {
    return failed(path, "cannot be overwritten");
  }
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text) {
  SLUICE_TRY(const OutputPlace place, output_place(path));
  if (!place.is_replaced) return write_in_place(path, text);
  const SignalsBlocked blocked;
  SLUICE_TRY(const auto file, StagedFile::create(path));
  if (auto written = file->write(text); !written) return written;
  if (auto finished = file->finish(); !finished) return finished;
  return file->put();
}

}  // namespace sluice::app
