#include "net/head_fields.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.hpp"

namespace sluice::net {
namespace {

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

void read_connection(std::string_view value, HeadFacts& facts) noexcept {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    const std::string_view option = ascii::trimmed(value.substr(0, end));
    facts.says_close |= ascii::is_same(option, "close");
    facts.says_keep_alive |= ascii::is_same(option, "keep-alive");
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

bool read_length(std::string_view value, HeadFacts& facts) noexcept {
  if (facts.content_length || value.empty() || value.size() > kDigitsAtMost) return false;
  std::uint64_t length = 0;
  for (const char digit : value) {
    if (digit < '0' || digit > '9') return false;
    length = length * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  facts.content_length = length;
  return true;
}

// An encoding that is not chunked alone has no end that both sides agree on.
bool read_encoding(std::string_view value, HeadFacts& facts) noexcept {
  if (facts.is_chunked || !ascii::is_same(value, "chunked")) return false;
  facts.is_chunked = true;
  return true;
}

// Five names concern the transport, and their sizes tell most others apart.
bool note(std::string_view name, std::string_view value, HeadFacts& facts) noexcept {
  switch (name.size()) {
    case 4:
      facts.hosts += ascii::is_same(name, "host") ? 1 : 0;
      return true;
    case 6:
      if (ascii::is_same(name, "expect"))
        facts.expects_continue = ascii::is_same(value, "100-continue");
      return true;
    case 10:
      if (ascii::is_same(name, "connection")) read_connection(value, facts);
      return true;
    case 14:
      return !ascii::is_same(name, "content-length") || read_length(value, facts);
    case 17:
      return !ascii::is_same(name, "transfer-encoding") || read_encoding(value, facts);
    default:
      return true;
  }
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& rest) noexcept {
  const void* const found = std::memchr(rest.data(), '\n', rest.size());
  if (found == nullptr) return std::nullopt;
  const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
  if (end == 0 || rest[end - 1] != '\r') return std::nullopt;
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;
}

bool read_version(std::string_view text, HeadFacts& facts) noexcept {
  facts.is_version_1_0 = text == "HTTP/1.0";
  return facts.is_version_1_0 || text == "HTTP/1.1";
}

bool is_field_text(std::string_view text) noexcept { return all_in(kValueLetters, text); }

bool read_fields(std::string_view rest, std::vector<HeaderField>& fields, HeadFacts& facts) {
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return false;
    if (line->empty()) break;
    std::size_t colon = 0;
    while (colon < line->size() && kTokenLetters[static_cast<unsigned char>((*line)[colon])]) {
      ++colon;
    }
    if (colon == 0 || colon == line->size() || (*line)[colon] != ':') return false;
    const std::string_view name = line->substr(0, colon);
    const std::string_view value = ascii::trimmed(line->substr(colon + 1));
    if (!is_field_text(value) || !note(name, value, facts)) return false;
    fields.push_back({.name = name, .value = value});
  }
  const bool has_two_ends = facts.is_chunked && facts.content_length.has_value();
  const bool is_too_new = facts.is_chunked && facts.is_version_1_0;
  return rest.empty() && !has_two_ends && !is_too_new;
}

}  // namespace sluice::net
