#include "scenario/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace sluice::scenario {
namespace {

constexpr std::size_t kLargest = std::size_t{64} << 20U;

using FileId = std::pair<dev_t, ino_t>;

// Of a pipe that is there; to open one anew could wait for ever for somebody who writes.
std::optional<FileId> pipe_id(const std::string& path) noexcept {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || !S_ISFIFO(about.st_mode)) return std::nullopt;
  return FileId{about.st_dev, about.st_ino};
}

Result<std::string> read_whole(const std::string& path) {
  const auto reason = [] { return std::generic_category().message(errno); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                             &std::fclose};
  if (file == nullptr) return io_error(path, "cannot be opened: " + reason());
  std::string text;
  char buffer[65536];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, count);
    if (text.size() > kLargest) return io_error(path, "is larger than 64 MiB");
  }
  if (std::ferror(file.get()) != 0) return io_error(path, "cannot be read: " + reason());
  return text;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const std::optional<FileId> pipe = pipe_id(path);
  if (!pipe) return read_whole(path);
  static std::mutex mutex;
  static std::map<FileId, std::string> said;
  const std::lock_guard lock(mutex);
  if (const auto kept = said.find(*pipe); kept != said.end()) return kept->second;
  Result<std::string> text = read_whole(path);
  if (text) said.emplace(*pipe, *text);
  return text;
}

}  // namespace sluice::scenario
