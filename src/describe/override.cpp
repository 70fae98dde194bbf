#include "describe/override.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/pointer.hpp"

namespace sluice::describe {
namespace {

std::vector<std::string> names_of(const Value& object) {
  std::vector<std::string> names;
  for (const Member& member : object.members()) names.push_back(member.name);
  return names;
}

// Why a segment does not lead on from a node.
std::string dead_end(const Value& node, const std::string& segment) {
  if (node.is(Value::Kind::kObject)) {
    const std::vector<std::string> names = names_of(node);
    return "there is no " + in_quotes(segment) + " here" + suggestion(segment, names);
  }
  if (node.is(Value::Kind::kArray)) {
    return in_quotes(segment) + " is not an index of an array of " +
           std::to_string(node.items().size()) + "; use \"-\" to append";
  }
  return std::string{node.kind_name()} + " has no members";
}

Value parsed_or_text(std::string_view text) {
  Checked<Value> parsed = parse_json(text, "--set");
  if (!parsed) return Value{text};
  // Line 1 of a command line would be mistaken for line 1 of the file.
  clear_positions(*parsed);
  return std::move(*parsed);
}

}  // namespace

Result<void> apply_override(Value& root, std::string_view pointer_equals_value) {
  const std::size_t equals = pointer_equals_value.find('=');
  const std::string where = "--set " + std::string{pointer_equals_value.substr(0, equals)};
  if (equals == std::string_view::npos || !pointer_equals_value.starts_with('/')) {
    return invalid("--set " + std::string{pointer_equals_value},
                   "is not POINTER=VALUE: write /workloads/0/arrivals/rate=20/s");
  }
  std::vector<std::string> segments = pointer_segments(pointer_equals_value.substr(0, equals));
  const std::string last = std::move(segments.back());
  segments.pop_back();
  Value* parent = &root;
  std::string reached;
  for (const std::string& segment : segments) {
    const Value* next = pointer_child(*parent, segment);
    if (next == nullptr) {
      return invalid(where, (reached.empty() ? "" : reached + ": ") + dead_end(*parent, segment));
    }
    parent = const_cast<Value*>(next);
    reached += pointer_segment(segment);
  }
  Value value = parsed_or_text(pointer_equals_value.substr(equals + 1));
  if (parent->is(Value::Kind::kObject)) {
    parent->set(last, std::move(value));
  } else if (parent->is(Value::Kind::kArray) && last == "-") {
    parent->push(std::move(value));
  } else if (const Value* item = pointer_child(*parent, last)) {
    *const_cast<Value*>(item) = std::move(value);
  } else {
    return invalid(where, (reached.empty() ? "" : reached + ": ") + dead_end(*parent, last));
  }
  return {};
}

}  // namespace sluice::describe
