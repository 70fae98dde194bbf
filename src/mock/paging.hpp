// Pages of a list whose items have ids: limit, after_id, before_id in the query; has_more, first_id
// and last_id in the answer (docs: models, message-batches, admin-api; SDK TS 1.11 `Page`).
//
//   PageRequest page;
//   if (auto error = read_page(call.request.query, {.default_limit = 20, .max_limit = 1000}, page))
//   ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/api_error.hpp"

namespace sluice::mock {

struct PageLimits {
  std::int64_t default_limit = 20;
  std::int64_t max_limit = 1000;
};

struct PageRequest {
  std::int64_t limit = 20;
  std::optional<std::string> after_id;   // the page that begins behind this item
  std::optional<std::string> before_id;  // the page that ends before this item
};

// The API's 400 for a limit that is no number or out of range, and for both cursors at once.
std::optional<wire::ApiError> read_page(std::string_view query, const PageLimits& limits,
                                        PageRequest& page);
wire::ApiError unknown_cursor();

// Items [first, end) of a list. `has_more`: in the direction in which the client turns pages.
struct PageBounds {
  std::size_t first = 0;
  std::size_t end = 0;
  bool has_more = false;
};

// `position_of(id)` says where in the list an id stands, as std::optional<std::size_t>. None: there
// is no such item to begin from.
template <class PositionOf>
std::optional<PageBounds> bounds_of(const PageRequest& page, std::size_t count,
                                    const PositionOf& position_of) {
  const auto limit = static_cast<std::size_t>(page.limit);
  if (page.before_id) {
    const std::optional<std::size_t> end = position_of(*page.before_id);
    if (!end) return std::nullopt;
    const std::size_t first = *end > limit ? *end - limit : 0;
    return PageBounds{.first = first, .end = *end, .has_more = first > 0};
  }
  std::size_t first = 0;
  if (page.after_id) {
    const std::optional<std::size_t> after = position_of(*page.after_id);
    if (!after) return std::nullopt;
    first = *after + 1;
  }
  const std::size_t end = count - first > limit ? first + limit : count;
  return PageBounds{.first = first, .end = end, .has_more = end < count};
}

// ],"has_more":false,"first_id":"...","last_id":"..."}: what follows the items; empty ids are null.
void append_page_end(std::string& out, bool has_more, std::string_view first_id,
                     std::string_view last_id);

}  // namespace sluice::mock
