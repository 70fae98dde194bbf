#include "live/env_file.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "live/secret_file.hpp"

namespace sluice::live {
namespace {

bool is_name_letter(char letter) noexcept {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-';
}

std::string_view without_end_spaces(std::string_view text) noexcept {
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool is_nothing_or_comment(std::string_view text) noexcept {
  text = trimmed(text);
  return text.empty() || text.front() == '#';
}

char unescaped(char letter) noexcept {
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

using LineValue = tl::expected<Secret, const char*>;  // or what is wrong with the line

LineValue quoted_value(std::string_view text) {
  const char quote = text.front();
  std::string value;
  value.reserve(text.size());  // so that no shorter copy is left behind
  std::size_t at = 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    const bool is_escape = quote == '"' && text[at] == '\\' && at + 1 < text.size();
    constexpr std::string_view kEscaped = "nrt\"\\";
    if (is_escape && kEscaped.find(text[at + 1]) != kEscaped.npos) {
      value += unescaped(text[++at]);
    } else {
      value += text[at];
    }
  }
  Secret secret = take_secret(value);
  if (at == text.size())
    return tl::make_unexpected<const char*>("has a quote that does not end on its line");
  if (!is_nothing_or_comment(text.substr(at + 1))) {
    return tl::make_unexpected<const char*>("has text behind its closing quote");
  }
  return secret;
}

LineValue value_of(std::string_view text) {
  constexpr std::string_view kQuotes = "'\"`";
  if (!text.empty() && kQuotes.find(text.front()) != kQuotes.npos) return quoted_value(text);
  std::size_t end = 0;
  while (end < text.size()) {
    const bool is_after_space = end == 0 || text[end - 1] == ' ' || text[end - 1] == '\t';
    if (text[end] == '#' && is_after_space) break;
    ++end;
  }
  return Secret(without_end_spaces(text.substr(0, end)));
}

std::string_view without_export(std::string_view line) noexcept {
  constexpr std::string_view kExport = "export";
  if (!line.starts_with(kExport) || line.size() == kExport.size()) return line;
  const char next = line[kExport.size()];
  return next == ' ' || next == '\t' ? trimmed(line.substr(kExport.size())) : line;
}

}  // namespace

Result<EnvFile> EnvFile::read(const std::string& path) {
  SLUICE_TRY(const Secret text, read_secret_file(path));
  return parse(text.reveal(), path);
}

Result<EnvFile> EnvFile::parse(std::string_view text, const std::string& where) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  EnvFile file;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_nothing_or_comment(line)) continue;

    const auto wrong = [&](const char* what) {
      return invalid(fmt::format("{}:{}", where, number), what);
    };
    line = without_export(line);
    const std::size_t equals = line.find('=');
    if (equals == line.npos) return wrong("is neither NAME=value nor a comment nor empty");
    const std::string_view name = trimmed(line.substr(0, equals));
    if (name.empty() || !std::ranges::all_of(name, is_name_letter)) {
      return wrong("has no name of letters, digits and _ before its =");
    }
    LineValue value = value_of(trimmed(line.substr(equals + 1)));
    if (!value) return wrong(value.error());
    file.variables_.emplace_back(std::string(name), std::move(*value));
  }
  return file;
}

const Secret* EnvFile::find(std::string_view name) const noexcept {
  for (auto at = variables_.rbegin(); at != variables_.rend(); ++at) {
    if (at->first == name) return &at->second;
  }
  return nullptr;
}

}  // namespace sluice::live
