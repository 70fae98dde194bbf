#include "net/answer_head.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace sluice::net {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";
// 18 digits cannot overflow, and no body has more bytes.
constexpr std::size_t kDigitsAtMost = 18;

constexpr bool is_token_letter(unsigned char letter) noexcept {
  constexpr std::string_view kSigns = "!#$%&'*+-.^_`|~";
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') || kSigns.find(static_cast<char>(letter)) != kSigns.npos;
}

template <class Predicate>
constexpr std::array<bool, 256> table_of(Predicate predicate) {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = predicate(static_cast<unsigned char>(i));
  }
  return table;
}

constexpr std::array<bool, 256> kTokenLetters = table_of(is_token_letter);
constexpr std::array<bool, 256> kValueLetters = table_of(
    [](unsigned char letter) { return (letter >= 0x20 || letter == '\t') && letter != 0x7f; });

bool all_in(const std::array<bool, 256>& table, std::string_view text) noexcept {
  return std::ranges::all_of(text, [&](unsigned char letter) { return table[letter]; });
}

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool is_same(std::string_view text, std::string_view small) noexcept {
  return text.size() == small.size() && std::ranges::equal(text, small, {}, lower);
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

class HeadReader {
 public:
  HeadReader(std::string_view text, ParsedAnswer& answer) : rest_(text), answer_(answer) {}

  bool read() {
    if (!read_status_line(take_line())) return false;
    while (true) {
      const std::string_view line = take_line();
      if (is_broken_) return false;
      if (line.empty()) break;
      if (!read_field(line)) return false;
    }
    const bool has_two_ends = answer_.is_chunked && answer_.content_length.has_value();
    const bool is_too_new = answer_.is_chunked && is_version_1_0_;
    answer_.keeps_alive = !closes_ && (!is_version_1_0_ || keeps_alive_);
    return rest_.empty() && !has_two_ends && !is_too_new;
  }

 private:
  std::string_view take_line() noexcept {
    const void* const found = std::memchr(rest_.data(), '\n', rest_.size());
    const std::size_t end =
        found == nullptr ? 0
                         : static_cast<std::size_t>(static_cast<const char*>(found) - rest_.data());
    is_broken_ = end == 0 || rest_[end - 1] != '\r';
    if (is_broken_) return {};
    const std::string_view line = rest_.substr(0, end - 1);
    rest_.remove_prefix(end + 1);
    return line;
  }

  // "HTTP/1.1 200 OK", where the reason, and the space before it, may be missing.
  bool read_status_line(std::string_view line) noexcept {
    constexpr std::size_t kStatusAt = 9;
    constexpr std::size_t kReasonAt = 12;
    if (is_broken_ || line.size() < kReasonAt || !line.starts_with(kVersion)) return false;
    is_version_1_0_ = line[7] == '0';
    if ((line[7] != '0' && line[7] != '1') || line[8] != ' ') return false;
    answer_.status = 0;
    for (const char digit : line.substr(kStatusAt, 3)) {
      if (digit < '0' || digit > '9') return false;
      answer_.status = answer_.status * 10 + (digit - '0');
    }
    const std::string_view reason = line.substr(kReasonAt);
    return answer_.status >= 100 && (reason.empty() || reason.front() == ' ') &&
           all_in(kValueLetters, reason);
  }

  bool read_field(std::string_view line) {
    std::size_t colon = 0;
    while (colon < line.size() && kTokenLetters[static_cast<unsigned char>(line[colon])]) ++colon;
    if (colon == 0 || colon == line.size() || line[colon] != ':') return false;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!all_in(kValueLetters, value)) return false;
    answer_.fields.push_back({.name = name, .value = value});
    // Three names concern the transport, and their sizes differ.
    switch (name.size()) {
      case 10:
        if (is_same(name, "connection")) read_connection(value);
        return true;
      case 14:
        return !is_same(name, "content-length") || read_length(value);
      case 17:
        return !is_same(name, "transfer-encoding") || read_encoding(value);
      default:
        return true;
    }
  }

  void read_connection(std::string_view value) noexcept {
    while (!value.empty()) {
      const std::size_t end = std::min(value.find(','), value.size());
      const std::string_view option = trimmed(value.substr(0, end));
      closes_ |= is_same(option, "close");
      keeps_alive_ |= is_same(option, "keep-alive");
      value.remove_prefix(std::min(end + 1, value.size()));
    }
  }

  bool read_length(std::string_view value) noexcept {
    if (answer_.content_length || value.empty() || value.size() > kDigitsAtMost) return false;
    std::uint64_t length = 0;
    for (const char digit : value) {
      if (digit < '0' || digit > '9') return false;
      length = length * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    answer_.content_length = length;
    return true;
  }

  // An encoding that is not chunked alone was not asked for.
  bool read_encoding(std::string_view value) noexcept {
    if (answer_.is_chunked || !is_same(value, "chunked")) return false;
    answer_.is_chunked = true;
    return true;
  }

  std::string_view rest_;
  ParsedAnswer& answer_;
  bool is_broken_ = false;
  bool is_version_1_0_ = false;
  bool closes_ = false;
  bool keeps_alive_ = false;
};

}  // namespace

bool parse_answer_head(std::string_view text, ParsedAnswer& answer) {
  answer.fields.clear();
  answer.content_length.reset();
  answer.is_chunked = false;
  return HeadReader(text, answer).read();
}

bool may_become_answer(std::string_view text, std::size_t checked) noexcept {
  const std::string_view version = text.substr(0, kVersion.size());
  if (!kVersion.starts_with(version)) return false;
  for (std::size_t at = text.find('\n', checked); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return false;
  }
  return true;
}

}  // namespace sluice::net
