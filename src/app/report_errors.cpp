#include <algorithm>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t kErrorsShown = 100;

}  // namespace

Exit report(const Errors& errors) {
  const bool colour = wants_colour(stderr);
  const std::size_t shown = std::min(errors.size(), kErrorsShown);
  const std::string label = colour ? "\x1b[1;31merror:\x1b[0m" : "error:";
  for (std::size_t i = 0; i < shown; ++i) {
    print(stderr, fmt::format("{} {}\n", label, errors[i].text()));
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
