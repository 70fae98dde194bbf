#include "app/question.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "app/terminal.hpp"

namespace sluice::app {

bool agrees_to(std::string_view question) {
  print(stderr, fmt::format("{} [y/N] ", question));
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

}  // namespace sluice::app
