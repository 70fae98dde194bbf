#include "net/answer_head.hpp"

#include "net/head_fields.hpp"

namespace sluice::net {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";

// "HTTP/1.1 200 OK", where the reason, and the space before it, may be missing.
bool read_status_line(std::string_view line, ParsedAnswer& answer, HeadFacts& facts) noexcept {
  constexpr std::size_t kVersionSize = 8;
  constexpr std::size_t kStatusAt = 9;
  constexpr std::size_t kReasonAt = 12;
  if (line.size() < kReasonAt || line[kVersionSize] != ' ') return false;
  if (!read_version(line.substr(0, kVersionSize), facts)) return false;
  answer.status = 0;
  for (const char digit : line.substr(kStatusAt, 3)) {
    if (digit < '0' || digit > '9') return false;
    answer.status = answer.status * 10 + (digit - '0');
  }
  const std::string_view reason = line.substr(kReasonAt);
  return answer.status >= 100 && (reason.empty() || reason.front() == ' ') && is_field_text(reason);
}

}  // namespace

bool parse_answer_head(std::string_view text, ParsedAnswer& answer) {
  answer.fields.clear();
  HeadFacts facts;
  const auto line = take_line(text);
  if (!line || !read_status_line(*line, answer, facts)) return false;
  if (!read_fields(text, answer.fields, facts)) return false;
  answer.content_length = facts.content_length;
  answer.is_chunked = facts.is_chunked;
  answer.keeps_alive = facts.keeps_alive();
  return true;
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
