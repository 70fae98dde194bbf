#include "net/request_head.hpp"

#include <algorithm>
#include <initializer_list>

#include "net/head_fields.hpp"

namespace sluice::net {
namespace {

// More strictly than HTTP has it; so are all methods there are.
bool is_method(std::string_view text) noexcept {
  constexpr std::size_t kAtMost = 32;
  if (text.size() > kAtMost) return false;
  for (const char letter : text) {
    const bool is_letter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if (!is_letter && letter != '-' && letter != '_') return false;
  }
  return true;
}

// Whether an end may begin in this block: \r stands twice with one character between. Compiled to a
// few vector instructions, where a search for the whole end takes a step a character.
constexpr std::size_t kBlock = 32;
bool may_end(const char* block) noexcept {
  unsigned found = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<unsigned>(block[i] == '\r') & static_cast<unsigned>(block[i + 2] == '\r');
  }
  return found != 0;
}

// A target has no blanks and no control characters.
bool is_target(std::string_view text) noexcept {
  const auto may_stand = [](unsigned char letter) { return letter > ' ' && letter != 0x7f; };
  return !text.empty() && std::ranges::all_of(text, may_stand);
}

// "POST /v1/messages?beta=true HTTP/1.1"; a proxy's whole address loses its host.
bool read_request_line(std::string_view line, RequestHead& head, HeadFacts& facts) noexcept {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == line.npos || target_end == method_end) return false;
  head.method = line.substr(0, method_end);
  std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  if (head.method.empty() || !is_method(head.method) || !is_target(target)) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find('/'), target.size()));
    if (target.empty()) target = "/";
  }
  const std::size_t mark = target.find('?');
  head.path = target.substr(0, mark);
  head.query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  return read_version(line.substr(target_end + 1), facts);
}

}  // namespace

bool parse_head(std::string_view text, RequestHead& head) {
  head.fields.clear();
  HeadFacts facts;
  const auto line = take_line(text);
  if (!line || !read_request_line(*line, head, facts)) return false;
  if (!read_fields(text, head.fields, facts)) return false;
  head.content_length = facts.content_length.value_or(0);
  head.is_chunked = facts.is_chunked;
  head.is_version_1_0 = facts.is_version_1_0;
  head.keeps_alive = facts.keeps_alive();
  head.expects_continue = facts.expects_continue && !facts.is_version_1_0;
  return facts.hosts == 1 || (facts.hosts == 0 && facts.is_version_1_0);
}

std::size_t find_head_end(std::string_view text, std::size_t& searched) noexcept {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t from = searched < kEnd.size() ? 0 : searched - kEnd.size() + 1;
  searched = text.size();
  while (from + kBlock + 2 <= text.size() && !may_end(text.data() + from)) from += kBlock;
  const std::size_t end = text.find(kEnd, from);
  return end == text.npos ? 0 : end + kEnd.size();
}

bool may_become_head(std::string_view text, std::size_t checked) noexcept {
  if (!is_method(text.substr(0, text.find(' ')))) return false;
  for (std::size_t at = text.find('\n', checked); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return false;
  }
  return true;
}

}  // namespace sluice::net
