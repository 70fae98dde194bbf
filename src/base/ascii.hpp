// ASCII letters, digits and blanks, and comparing words without their case: what protocols and
// names of models are made of. Unlike <cctype>, no locale takes part and every char may be asked
// about.
#pragma once

#include <algorithm>
#include <string_view>

namespace sluice::ascii {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_alphanumeric(char c) noexcept { return is_letter(c) || is_digit(c); }

// Other characters stay as they are.
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Whether `text` is `lower_case`, which is in lower case, in any case.
constexpr bool is_same(std::string_view text, std::string_view lower_case) noexcept {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(),
                    [](char a, char b) { return lower(a) == b; });
}

// Without the blanks and tabs at both ends.
constexpr std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

constexpr bool is_blank(std::string_view text) noexcept { return trimmed(text).empty(); }

}  // namespace sluice::ascii
