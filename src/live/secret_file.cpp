#include "live/secret_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sluice::live {
namespace {

constexpr std::size_t kFileMax = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const noexcept { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> failed(const std::string& path, std::string_view what) {
  return io_error(path, std::string(what) + ": " + std::generic_category().message(errno));
}

// Never grows, so that no copy is left behind. False: errno says why.
bool read_all(int descriptor, std::string& text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return true;
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return failed(path, "cannot be opened");
  std::string text(kFileMax + 1, '\0');
  if (!read_all(file.number(), text)) return failed(path, "cannot be read");
  const bool is_too_long = text.size() > kFileMax;
  Secret secret = take_secret(text);
  if (is_too_long) return invalid(path, "is larger than 64 KiB, which no file of secrets is");
  return secret;
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kWhite = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

Result<Secret> read_secret_line(const std::string& path) {
  SLUICE_TRY(const Secret whole, read_secret_file(path));
  const std::string_view line = trimmed(whole.reveal());
  if (line.empty()) return invalid(path, "is empty: it should hold the secret on one line");
  if (line.find('\n') != line.npos) {
    return invalid(path, "has several lines: it should hold the secret alone, on one line");
  }
  return sendable(Secret(line), path);
}

Result<Secret> sendable(Secret secret, std::string where) {
  if (secret.empty()) return invalid(std::move(where), "is empty");
  const std::string_view text = secret.reveal();
  if (std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < 0x7f; })) {
    return secret;
  }
  return invalid(std::move(where),
                 "holds a character that cannot stand in a header (a space, a control character "
                 "or one beyond ASCII): copy it anew");
}

}  // namespace sluice::live
