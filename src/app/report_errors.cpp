#include <fmt/format.h>

#include "app/commands.hpp"

namespace sluice::app {

Exit report(const Errors& errors) {
  const bool colour = wants_colour(stderr);
  for (const Error& error : errors) {
    print(stderr, fmt::format("{}error:{} {}\n", colour ? "\x1b[1;31m" : "",
                              colour ? "\x1b[0m" : "", error.text()));
  }
  return Exit::kUsage;
}

Exit report(const Error& error) { return report(Errors{error}); }

}  // namespace sluice::app
