#include "scenario/findings.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "describe/pointer.hpp"

namespace sluice::scenario {
namespace {

// The node that a pointer names, or the nearest one above it that exists.
const describe::Value& nearest(const describe::Value& root, std::string_view pointer) {
  for (;;) {
    const describe::Value* found = describe::find_pointer(root, pointer);
    if (found != nullptr) return *found;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return root;
    pointer = pointer.substr(0, slash);
  }
}

// The pointer within the node's own file: items of an overlay stand behind the scenario's and those
// of earlier overlays.
std::string own_pointer(const describe::Value& root, std::string_view pointer, std::int32_t file) {
  if (file == 0) return std::string{pointer};
  std::string own;
  const describe::Value* node = &root;
  for (const std::string& segment : describe::pointer_segments(pointer)) {
    const describe::Value* const child =
        node == nullptr ? nullptr : describe::pointer_child(*node, segment);
    const bool is_item = child != nullptr && node->is(describe::Value::Kind::kArray);
    if (is_item && child->position().file == file) {
      const auto& items = node->items();
      const auto index = std::count_if(items.data(), child, [file](const describe::Value& item) {
        return item.position().file == file;
      });
      own += "/" + std::to_string(index);
    } else {
      own += describe::pointer_segment(segment);
    }
    node = child;
  }
  return own;
}

}  // namespace

Findings::Findings(describe::Decoder& decoder, const describe::Value& root)
    : decoder_(decoder), root_(root) {
  describe::Decoder copy = decoder;
  for (const Error& error : std::move(copy).take()) {
    const std::size_t separator = error.where.rfind(": ");
    wrong_.insert(separator == std::string::npos ? "" : error.where.substr(separator + 2));
  }
}

bool Findings::is_wrong(std::string_view pointer) const {
  const std::string below = std::string{pointer} + "/";
  const auto first_below = wrong_.lower_bound(below);
  if (first_below != wrong_.end() && first_below->starts_with(below)) return true;
  for (;;) {
    if (wrong_.contains(pointer)) return true;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return false;
    pointer = pointer.substr(0, slash);
  }
}

bool Findings::is_from_overlay(std::string_view pointer) const {
  const describe::Value* const node = describe::find_pointer(root_, pointer);
  return node != nullptr && node->position().file != 0;
}

void Findings::error(std::string_view pointer, std::string message) {
  if (is_wrong(pointer)) return;
  if (!found_.emplace(pointer).second) return;
  const describe::Value& node = nearest(root_, pointer);
  decoder_.fail(node, own_pointer(root_, pointer, node.position().file), std::move(message));
}

void Findings::error_unless_wrong(std::string_view depends_on, std::string_view pointer,
                                  std::string message) {
  if (!is_wrong(depends_on)) error(pointer, std::move(message));
}

void Findings::warn(std::string_view pointer, std::string message) {
  warnings_.push_back(std::string{pointer} + ": " + std::move(message));
}

std::string at(std::string_view array, std::size_t index, std::string_view rest) {
  std::string pointer{array};
  pointer += "/" + std::to_string(index);
  pointer += rest;
  return pointer;
}

}  // namespace sluice::scenario
