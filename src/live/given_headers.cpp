#include "live/given_headers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice::live {
namespace {

constexpr std::array<std::string_view, 4> kFraming = {"connection", "content-length", "host",
                                                      "transfer-encoding"};
constexpr std::array<std::string_view, 2> kCredential = {"authorization", "x-api-key"};
constexpr std::array<std::string_view, 7> kPublic = {
    "accept",         "anthropic-beta", "anthropic-version",       "content-type",
    "sluice-request", "user-agent",     "x-stainless-retry-count",
};

std::string_view name_in(std::string_view line) noexcept { return line.substr(0, line.find(':')); }

std::string_view value_in(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  return colon == line.npos ? std::string_view{} : ascii::trimmed(line.substr(colon + 1));
}

template <std::size_t N>
bool is_one_of(std::string_view line, const std::array<std::string_view, N>& names) noexcept {
  return std::ranges::any_of(
      names, [&](std::string_view name) { return ascii::is_same(name_in(line), name); });
}

bool is_header(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  const bool has_name = colon != line.npos && colon > 0 && line.find_first_of(" \t\r\n") >= colon;
  return has_name && line.find_first_of("\r\n") == line.npos;
}

// 1st, 2nd, 3rd, 4th, 11th.
std::string ordinal(std::size_t number) {
  constexpr std::array<const char*, 4> kEnds = {"th", "st", "nd", "rd"};
  const bool is_teen = number / 10 % 10 == 1;
  const std::size_t last = number % 10;
  return fmt::format("{}{}", number, kEnds[is_teen || last > 3 ? 0 : last]);
}

std::string_view without_quotes(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

// "Bearer TOKEN", "session=TOKEN".
void add_secrets(std::string_view part, std::vector<std::string>& secrets) {
  const std::string_view word = part.substr(part.rfind(' ') + 1);
  secrets.emplace_back(word);
  const std::size_t equals = word.find('=');
  if (equals != word.npos) secrets.emplace_back(without_quotes(word.substr(equals + 1)));
}

}  // namespace

Result<void> check_headers(const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_header(lines[i])) {
      const std::string which = lines.size() > 1 ? fmt::format("the {} --header", ordinal(i + 1))
                                                 : std::string("what was given");
      return invalid("--header", which + " is not \"name: value\"");
    }
    if (is_one_of(lines[i], kFraming)) {
      return invalid("--header", fmt::format("{} is not to be given: it says how a request is "
                                             "sent, which is decided for each one",
                                             in_quotes(std::string(name_in(lines[i])))));
    }
  }
  return {};
}

bool has_header(const std::vector<std::string>& lines, std::string_view lower_case_name) noexcept {
  return std::ranges::any_of(lines, [&](const std::string& line) {
    return ascii::is_same(name_in(line), lower_case_name);
  });
}

bool is_credential(std::string_view line) noexcept { return is_one_of(line, kCredential); }

std::optional<CredentialPlan> given_credentials(const std::vector<std::string>& lines) {
  std::string given;
  std::vector<std::string> names;
  for (const std::string& line : lines) {
    if (!is_credential(line)) continue;
    given += line + "\r\n";
    names.emplace_back(name_in(line));
  }
  if (names.empty()) return std::nullopt;
  CredentialPlan plan;
  plan.given = take_secret(given);
  plan.source = "--header " + join(names);
  return plan;
}

bool is_secret(std::string_view line) noexcept { return !is_one_of(line, kPublic); }

std::vector<std::string> secrets_in(const std::vector<std::string>& lines) {
  std::vector<std::string> secrets;
  for (const std::string& line : lines) {
    if (!is_secret(line)) continue;
    const std::string_view value = value_in(line);
    secrets.emplace_back(value);
    for (std::size_t begin = 0; begin <= value.size();) {
      const std::size_t end = std::min(value.find_first_of(";,", begin), value.size());
      add_secrets(ascii::trimmed(value.substr(begin, end - begin)), secrets);
      begin = end + 1;
    }
  }
  // The longer first, for a shorter one may be a part of it.
  std::ranges::stable_sort(secrets, std::ranges::greater{}, &std::string::size);
  return secrets;
}

}  // namespace sluice::live
