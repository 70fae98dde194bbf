#include "base/staged_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace sluice {
namespace {

namespace fs = std::filesystem;

// As the system's own limit (path_resolution(7)).
constexpr int kMostLinks = 40;
// Short, so that it is no longer than any name that the folder can have.
constexpr const char* kTemporaryName = ".sluice-XXXXXX";

tl::unexpected<Error> failed(const std::string& path, int error) {
  return io_error(path, fmt::format("cannot be written: {}", std::strerror(error)));
}

fs::path folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

Result<OutputPlace> output_place(const std::string& path) {
  fs::path next = path;
  for (int links = 0; links <= kMostLinks; ++links) {
    const fs::path folder = folder_of(next);
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error == std::errc::no_such_file_or_directory || (!error && !fs::is_directory(real))) {
      return io_error(path,
                      fmt::format("cannot be written: there is no folder {}", folder.string()));
    }
    if (error) return failed(path, error.value());
    const fs::path place = real / next.filename();
    // Links there lead to open files, and their texts nowhere.
    if (place.string().starts_with("/proc/")) return OutputPlace{place.string(), false};
    struct stat status {};
    if (lstat(place.c_str(), &status) != 0) {
      if (errno != ENOENT) return failed(path, errno);
      return OutputPlace{place.string(), true};
    }
    if (S_ISDIR(status.st_mode)) return io_error(path, "is a folder; name a file to write");
    if (!S_ISLNK(status.st_mode)) return OutputPlace{place.string(), S_ISREG(status.st_mode)};
    next = real / fs::read_symlink(place, error);
    if (error) return failed(path, error.value());
  }
  return failed(path, ELOOP);
}

std::optional<int> own_output(const std::string& path) {
  struct stat wanted {};
  if (stat(path.c_str(), &wanted) != 0) return std::nullopt;
  for (const int file : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat own {};
    const bool is_known = fstat(file, &own) == 0;
    if (is_known && own.st_dev == wanted.st_dev && own.st_ino == wanted.st_ino) return file;
  }
  return std::nullopt;
}

Result<int> open_in_place(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0644);
  if (file < 0) {
    const char* const why = errno == ENXIO ? "nobody reads from this pipe; start its reader first"
                                           : std::strerror(errno);
    return io_error(path, fmt::format("cannot be opened for writing: {}", why));
  }
  if (const int status = fcntl(file, F_GETFL); status >= 0) {
    static_cast<void>(fcntl(file, F_SETFL, status & ~O_NONBLOCK));
  }
  return file;
}

Result<std::unique_ptr<StagedFile>> StagedFile::create(std::string path) {
  SLUICE_TRY(const OutputPlace place, output_place(path));
  if (!place.is_replaced) return io_error(path, "is no file that can be replaced");
  std::string temporary = (folder_of(place.path) / kTemporaryName).string();
  const int file = mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return failed(path, errno);
  return std::unique_ptr<StagedFile>(new StagedFile(std::move(path), std::move(temporary), file));
}

StagedFile::~StagedFile() {
  if (file_ >= 0) close(file_);
  if (put_.empty()) unlink(temporary_.c_str());
  if (has_old_) unlink(old().c_str());
}

Result<void> StagedFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path_, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> StagedFile::finish() {
  const mode_t mask = umask(0);
  umask(mask);
  // As a shell's >, which leaves a file that is there its mode.
  struct stat there {};
  const auto place = output_place(path_);
  const bool is_there = place && stat(place->path.c_str(), &there) == 0;
  const mode_t mode = is_there ? there.st_mode & 0777 : 0666 & ~mask;
  const bool is_readable = fchmod(file_, mode) == 0;
  const bool is_closed = close(std::exchange(file_, -1)) == 0;
  if (!is_readable || !is_closed) return failed(path_, errno);
  return {};
}

Result<void> StagedFile::put() {
  SLUICE_TRY(const OutputPlace place, output_place(path_));
  if (!place.is_replaced) return io_error(path_, "is no file that can be replaced");
  // Where the file system has no second names, there is none of the file for a moment.
  has_old_ = link(place.path.c_str(), old().c_str()) == 0 ||
             (errno != ENOENT && rename(place.path.c_str(), old().c_str()) == 0);
  if (!has_old_ && errno != ENOENT) return failed(path_, errno);
  if (rename(temporary_.c_str(), place.path.c_str()) == 0) {
    put_ = place.path;
    return {};
  }
  const int error = errno;
  // Nothing where both are names of one file: the destructor takes the second away.
  if (has_old_) rename(old().c_str(), place.path.c_str());
  return failed(path_, error);
}

void StagedFile::take_back() noexcept {
  if (put_.empty()) return;
  if (has_old_) {
    rename(old().c_str(), put_.c_str());
  } else {
    unlink(put_.c_str());
  }
  has_old_ = false;
  put_ = "";
}

}  // namespace sluice
