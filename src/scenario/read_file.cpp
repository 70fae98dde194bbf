#include "scenario/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace sluice::scenario {
namespace {

constexpr std::size_t kLargest = std::size_t{64} << 20U;

}  // namespace

Result<std::string> read_file(const std::string& path) {
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

}  // namespace sluice::scenario
