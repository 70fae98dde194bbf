#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t kErrorsShown = 100;

// What a secret begins with, and how many characters at least follow where it is one and no word.
struct SecretKind {
  std::string_view begin;
  std::ptrdiff_t shortest;
  bool begins_a_word;  // or "task-..." would have one in it
};
// The API's keys ("sk-ant-admin..." is a kind of key), those of compatible gateways, signed tokens.
constexpr std::array kSecretKinds{SecretKind{"sk-ant-", 12, false}, SecretKind{"sk-", 16, true},
                                  SecretKind{"eyJ", 24, true}};

bool is_of_secret(char c) { return ascii::is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }

// A secret that was typed in the wrong place, as a file or as a stray word, is not shown.
std::string without_secrets(std::string text) {
  for (const auto& [first, shortest, begins_a_word] : kSecretKinds) {
    for (std::size_t at = 0; (at = text.find(first, at)) != text.npos; at += first.size()) {
      if (begins_a_word && at > 0 && ascii::is_alphanumeric(text[at - 1])) continue;
      const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at + first.size());
      const auto end = std::find_if_not(begin, text.end(), is_of_secret);
      if (end - begin >= shortest) text.replace(begin, end, "(masked)");
    }
  }
  return text;
}

}  // namespace

Exit report(const Errors& errors) {
  const bool colour = wants_colour(stderr);
  const std::size_t shown = std::min(errors.size(), kErrorsShown);
  const std::string label = colour ? "\x1b[1;31merror:\x1b[0m" : "error:";
  for (std::size_t i = 0; i < shown; ++i) {
    print(stderr, fmt::format("{} {}\n", label, without_secrets(errors[i].text())));
  }
  if (const std::size_t more = errors.size() - shown; more > 0) {
    const auto count = static_cast<std::int64_t>(more);
    print(stderr, fmt::format("{} and {} more error{}\n", label, with_thousands(count),
                              more == 1 ? "" : "s"));
  }
  return Exit::kUsage;
}

Exit report(const Error& error) { return report(Errors{error}); }

}  // namespace sluice::app
