// Server-sent events taken apart for comparison: name and data of each, in order. What is not an
// event of exactly two lines fails the test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace sluice {

struct WrittenEvent {
  std::string name;  // empty: the event has data alone
  nlohmann::json data;
};

inline std::vector<WrittenEvent> sse_events(std::string_view text) {
  std::vector<WrittenEvent> events;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    REQUIRE(end != std::string_view::npos);
    std::string_view event = text.substr(0, end);
    text.remove_prefix(end + 2);
    std::string name;
    if (event.starts_with("event: ")) {
      const std::size_t line = event.find('\n');
      REQUIRE(line != std::string_view::npos);
      name = event.substr(7, line - 7);
      event.remove_prefix(line + 1);
    }
    REQUIRE(event.starts_with("data: "));
    REQUIRE(event.find('\n') == std::string_view::npos);
    events.push_back({std::move(name), nlohmann::json::parse(event.substr(6))});
  }
  return events;
}

}  // namespace sluice
