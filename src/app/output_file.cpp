#include "app/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "app/signals_blocked.hpp"

namespace sluice::app {
namespace {

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// Devices and pipes, such as /dev/stdout, are written in place: there is nothing to replace.
bool is_replaceable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

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
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return failed(path, "cannot be opened for writing");
  const bool written = write_all(file, text);
  const bool closed = close(file) == 0;
  if (!written || !closed) return failed(path, "cannot be written");
  return {};
}

}  // namespace

Result<void> check_writable(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return io_error(path, "is a folder; name a file to write");
  }
  const std::string folder = folder_of(path);
  if (!std::filesystem::is_directory(folder, ignored)) {
    return io_error(path, fmt::format("cannot be written: there is no folder {}", folder));
  }
  if (!is_replaceable(path)) return {};
  if (access(folder.c_str(), W_OK | X_OK) != 0) return failed(path, "cannot be written");
  if (std::filesystem::exists(path, ignored) && access(path.c_str(), W_OK) != 0) {
    return failed(path, "cannot be overwritten");
  }
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text) {
  if (!is_replaceable(path)) return write_in_place(path, text);
  const SignalsBlocked blocked;
  std::string temporary = path + ".XXXXXX";
  const int file = mkstemp(temporary.data());
  if (file < 0) return failed(path, "cannot be written");
  const mode_t mask = umask(0);
  umask(mask);
  const bool written = write_all(file, text) && fchmod(file, 0666 & ~mask) == 0;
  const bool closed = close(file) == 0;
  if (!written || !closed || rename(temporary.c_str(), path.c_str()) != 0) {
    const auto error = failed(path, "cannot be written");
    unlink(temporary.c_str());
    return error;
  }
  return {};
}

}  // namespace sluice::app
