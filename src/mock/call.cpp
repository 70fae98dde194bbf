#include "mock/call.hpp"

#include <algorithm>
#include <charconv>

#include "mock/header_text.hpp"

namespace sluice::mock {
namespace {

std::optional<char> hex_pair(std::string_view digits) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, value, 16);
  if (error != std::errc{} || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

// What is no escape stays as it is.
std::string decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      plain += ' ';
      continue;
    }
    if (text[i] == '%' && i + 3 <= text.size()) {
      if (const auto byte = hex_pair(text.substr(i + 1, 2))) {
        plain += *byte;
        i += 2;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

template <class Take>
void each_parameter(std::string_view query, Take&& take) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    if (!take(decoded(pair.substr(0, equals)), pair.substr(std::min(equals + 1, pair.size())))) {
      return;
    }
  }
}

}  // namespace

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  each_parameter(query, [&](const std::string& key, std::string_view value) {
    if (key == name) found = decoded(value);
    return !found;
  });
  return found;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> found;
  each_parameter(query, [&](const std::string& key, std::string_view value) {
    if (key == name) found.push_back(decoded(value));
    return true;
  });
  return found;
}

}  // namespace sluice::mock
