#include "scenario/findings.hpp"

#include <algorithm>
#include <utility>

#include "describe/pointer.hpp"

namespace sluice::scenario {
namespace {

// "/a/b" is within "/a" and within itself.
bool is_within(std::string_view inner, std::string_view outer) {
  if (outer == "/") return true;
  return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

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

}  // namespace

Findings::Findings(describe::Decoder& decoder, const describe::Value& root)
    : decoder_(decoder), root_(root) {
  describe::Decoder copy = decoder;
  for (const Error& error : std::move(copy).take()) {
    const std::size_t separator = error.where.rfind(": ");
    wrong_.push_back(separator == std::string::npos ? "/" : error.where.substr(separator + 2));
  }
}

bool Findings::is_wrong(std::string_view pointer) const {
  return std::any_of(wrong_.begin(), wrong_.end(), [pointer](const std::string& wrong) {
    return is_within(wrong, pointer) || is_within(pointer, wrong);
  });
}

bool Findings::is_from_overlay(std::string_view pointer) const {
  const describe::Value* const node = describe::find_pointer(root_, pointer);
  return node != nullptr && node->position().file != 0;
}

void Findings::error(std::string_view pointer, std::string message) {
  if (is_wrong(pointer)) return;
  if (std::find(found_.begin(), found_.end(), pointer) != found_.end()) return;
  found_.emplace_back(pointer);
  decoder_.fail(nearest(root_, pointer), pointer, std::move(message));
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
