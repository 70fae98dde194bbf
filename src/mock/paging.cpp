#include "mock/paging.hpp"

#include <charconv>

#include <fmt/format.h>

#include "mock/call.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {
namespace {

void append_id(std::string& out, std::string_view id) {
  if (id.empty()) {
    out += "null";
  } else {
    wire::append_json_string(out, id);
  }
}

}  // namespace

// The wording follows the API's "<field path>: <what is wrong>" (inferred).
std::optional<wire::ApiError> read_page(std::string_view query, const PageLimits& limits,
                                        PageRequest& page) {
  page = {.limit = limits.default_limit,
          .after_id = query_value(query, "after_id"),
          .before_id = query_value(query, "before_id")};
  if (page.after_id && page.before_id) {
    return wire::invalid_request("after_id, before_id: only one of them can be given");
  }
  const std::optional<std::string> text = query_value(query, "limit");
  if (!text) return std::nullopt;
  const char* const end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, page.limit);
  if (failure != std::errc() || stop != end) {
    return wire::invalid_request("limit: Input should be a valid integer");
  }
  if (page.limit < 1)
    return wire::invalid_request("limit: Input should be greater than or equal to 1");
  if (page.limit > limits.max_limit) {
    return wire::invalid_request(
        fmt::format("limit: Input should be less than or equal to {}", limits.max_limit));
  }
  return std::nullopt;
}

wire::ApiError unknown_cursor() {
  return wire::invalid_request("after_id, before_id: there is no such object to page from");
}

void append_page_end(std::string& out, bool has_more, std::string_view first_id,
                     std::string_view last_id) {
  out += has_more ? R"(],"has_more":true,"first_id":)" : R"(],"has_more":false,"first_id":)";
  append_id(out, first_id);
  out += R"(,"last_id":)";
  append_id(out, last_id);
  out += '}';
}

}  // namespace sluice::mock
