#include <algorithm>
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

// A key that was typed in the wrong place, as a file or as a stray word, is not shown: those of the
// API have a beginning of their own.
std::string without_keys(std::string text) {
  constexpr std::string_view kBegin = "sk-ant-";
  constexpr std::ptrdiff_t kShortest = 12;  // "sk-ant-admin..." is a kind of key
  const auto is_of_key = [](char c) { return ascii::is_alphanumeric(c) || c == '-' || c == '_'; };
  for (std::size_t at = 0; (at = text.find(kBegin, at)) != text.npos; at += kBegin.size()) {
    const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at + kBegin.size());
    const auto end = std::find_if_not(begin, text.end(), is_of_key);
    if (end - begin >= kShortest) text.replace(begin, end, "(masked)");
  }
  return text;
}

}  // namespace

Exit report(const Errors& errors) {
  const bool colour = wants_colour(stderr);
  const std::size_t shown = std::min(errors.size(), kErrorsShown);
  const std::string label = colour ? "\x1b[1;31merror:\x1b[0m" : "error:";
  for (std::size_t i = 0; i < shown; ++i) {
    print(stderr, fmt::format("{} {}\n", label, without_keys(errors[i].text())));
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
