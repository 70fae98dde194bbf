// JSON that the program wrote, and what stands in it at a path of names:
// "attempts.rate_limited.total". What is not there fails the test.
#pragma once

#include <algorithm>
#include <string>

#include "describe/json.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline describe::Value json_in(const std::string& text) {
  auto value = describe::parse_json(text, "text");
  INFO(text.substr(0, 200));
  REQUIRE(value.has_value());
  return std::move(*value);
}

inline const describe::Value& node_at(const describe::Value& root, const std::string& path) {
  const describe::Value* node = &root;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    node = node->find(path.substr(begin, end - begin));
    INFO(path);
    REQUIRE(node != nullptr);
    begin = end + 1;
  }
  return *node;
}

// As it is written.
inline std::string text_at(const describe::Value& root, const std::string& path) {
  return describe::to_json(node_at(root, path), 0);
}

inline double number_at(const describe::Value& root, const std::string& path) {
  const describe::Value& node = node_at(root, path);
  INFO(path);
  REQUIRE(node.is_number());
  return std::stod(node.number_text());
}

}  // namespace sluice::testing
