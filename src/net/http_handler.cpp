#include "net/http_handler.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace sluice::net {
std::optional<std::string_view> HttpRequest::header(std::string_view name) const noexcept {
  for (const HeaderField& field : headers) {
    if (field.name.size() != name.size()) continue;
    // Most clients write a name as who asks for it does.
    if (field.name == name ||
        std::ranges::equal(field.name, name, {}, ascii::lower, ascii::lower)) {
      return field.value;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::net
