#include "app/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sluice::app {

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

namespace {

bool is_dumb() {
  const char* kind = std::getenv("TERM");
  return kind != nullptr && std::strcmp(kind, "dumb") == 0;
}

// POSIX, Environment Variables: the first of the three that is set to anything counts.
bool is_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return strcasestr(value, "utf-8") != nullptr || strcasestr(value, "utf8") != nullptr;
  }
  return false;
}

}  // namespace

bool wants_colour(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  return !is_dumb() && is_terminal(stream);
}

bool wants_charts(std::FILE* stream) { return !is_dumb() && is_utf8() && is_terminal(stream); }

int columns_of(std::FILE* stream) {
  constexpr int kUsual = 96;
  winsize size{};
  if (!is_terminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kUsual;
  }
  return size.ws_col;
}

int width_of(std::FILE* stream) { return std::clamp(columns_of(stream), 60, 120); }

int height_of(std::FILE* stream) {
  constexpr int kUsual = 24;
  winsize size{};
  const bool known = is_terminal(stream) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0;
  return known && size.ws_row > 1 ? size.ws_row : kUsual;
}

bool print(std::FILE* stream, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0) {
    return true;
  }
  // A reader that has seen enough, as in "| head", is no error worth a line.
  if (stream == stdout && errno != EPIPE) {
    std::fprintf(stderr, "error: standard output cannot be written: %s\n", std::strerror(errno));
  }
  return false;
}

}  // namespace sluice::app
