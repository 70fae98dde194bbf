#include "live/secret.hpp"

#include <algorithm>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace sluice::live {
namespace {

bool is_small_letter(char letter) noexcept { return letter >= 'a' && letter <= 'z'; }

// "sk-ant-api03-": what every key of a kind begins with. Empty for other texts, of which any letter
// may be secret.
std::string_view kind_of(std::string_view text) noexcept {
  constexpr std::string_view kBegin = "sk-ant-";
  if (!text.starts_with(kBegin)) return {};
  std::size_t at = kBegin.size();
  while (at < text.size() && is_small_letter(text[at])) ++at;
  const std::size_t number = at;
  while (at < text.size() && ascii::is_digit(text[at])) ++at;
  const bool is_kind = number > kBegin.size() && number - kBegin.size() <= 6 && at - number == 2 &&
                       at < text.size() && text[at] == '-';
  return is_kind ? text.substr(0, at + 1) : std::string_view{};
}

// From so many characters on any text is a secret, and no word by chance.
constexpr std::size_t kLong = 8;

// "any" and "test" stand for a key where none is wanted, and would take words out of messages.
bool is_worth_hiding(std::string_view secret) noexcept {
  constexpr std::size_t kAtLeast = 4;
  if (secret.size() >= kLong) return true;
  return secret.size() >= kAtLeast && !std::ranges::all_of(secret, ascii::is_letter);
}

bool stands_alone(std::string_view text, std::size_t at, std::size_t size) noexcept {
  const bool goes_on_before = at > 0 && ascii::is_alphanumeric(text[at - 1]);
  return !goes_on_before && (at + size == text.size() || !ascii::is_alphanumeric(text[at + size]));
}

}  // namespace

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  text_ = std::make_unique_for_overwrite<char[]>(size_);
  std::ranges::copy(text, text_.get());
}

Secret::~Secret() { wipe(); }

Secret::Secret(Secret&& other) noexcept
    : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

std::string Secret::hint() const {
  return fmt::format("{}...({} characters)", kind_of(reveal()), size_);
}

// explicit_bzero() because a compiler may leave out a memset() of what is about to be freed.
void Secret::wipe() noexcept {
  if (text_ != nullptr) ::explicit_bzero(text_.get(), size_);
}

void wipe(std::string& text) noexcept {
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret take_secret(std::string& text) {
  Secret secret(text);
  wipe(text);
  return secret;
}

void strike_out(std::string& text, std::string_view secret) {
  constexpr std::string_view kStruck = "(not shown)";
  constexpr std::size_t kBeginning = 16;
  if (!is_worth_hiding(secret)) return;
  // Its beginning is enough: a text that was cut may not have all of it.
  const std::string_view begin = secret.substr(0, kBeginning);
  for (std::size_t at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
    std::size_t size = begin.size();
    while (size < secret.size() && at + size < text.size() && text[at + size] == secret[size]) {
      ++size;
    }
    if (secret.size() < kLong && !stands_alone(text, at, size)) {
      at += size;
      continue;
    }
    text.replace(at, size, kStruck);
    at += kStruck.size();
  }
}

std::string_view secret_in(std::string_view lines) noexcept {
  const std::string_view line = lines.substr(0, lines.find('\r'));
  return line.substr(line.rfind(' ') + 1);
}

// A core pattern that is a pipe does not heed the limit, but nothing is dumped of a process that is
// not dumpable.
void forbid_core_files() noexcept {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace sluice::live
