#include "net/http_handler.hpp"

#include <algorithm>

namespace sluice::net {
namespace {

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

}  // namespace

std::optional<std::string_view> HttpRequest::header(std::string_view name) const noexcept {
  for (const HeaderField& field : headers) {
    if (field.name.size() != name.size()) continue;
    // Most clients write a name as who asks for it does.
    if (field.name == name || std::ranges::equal(field.name, name, {}, lower, lower)) {
      return field.value;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::net
