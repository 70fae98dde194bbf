#include "describe/override.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "describe/json.hpp"

namespace sluice::describe {
namespace {

std::string unescaped(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool escape = segment[i] == '~' && i + 1 < segment.size();
    if (escape && (segment[i + 1] == '0' || segment[i + 1] == '1')) {
      out += segment[++i] == '0' ? '~' : '/';
    } else {
      out += segment[i];
    }
  }
  return out;
}

// The segments of "/a/0/b".
std::vector<std::string> segments_of(std::string_view pointer) {
  std::vector<std::string> segments;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    segments.push_back(unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return segments;
}

std::optional<std::size_t> array_index(std::string_view segment) {
  std::size_t index = 0;
  const char* const end = segment.data() + segment.size();
  const auto result = std::from_chars(segment.data(), end, index);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  if (segment.size() > 1 && segment.front() == '0') return std::nullopt;
  return index;
}

const Value* child(const Value& parent, const std::string& segment) {
  if (parent.is(Value::Kind::kObject)) return parent.find(segment);
  if (!parent.is(Value::Kind::kArray)) return nullptr;
  const std::optional<std::size_t> index = array_index(segment);
  return index && *index < parent.items().size() ? &parent.items()[*index] : nullptr;
}

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

const Value* find_pointer(const Value& root, std::string_view pointer) {
  const Value* node = &root;
  if (!pointer.empty() && pointer.front() != '/') return nullptr;
  for (const std::string& segment : segments_of(pointer)) {
    node = child(*node, segment);
    if (node == nullptr) return nullptr;
  }
  return node;
}

std::string pointer_segment(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

Result<void> apply_override(Value& root, std::string_view pointer_equals_value) {
  const std::size_t equals = pointer_equals_value.find('=');
  const std::string where = "--set " + std::string{pointer_equals_value.substr(0, equals)};
  if (equals == std::string_view::npos || !pointer_equals_value.starts_with('/')) {
    return invalid("--set " + std::string{pointer_equals_value},
                   "is not POINTER=VALUE: write /workloads/0/arrivals/rate=20/s");
  }
  std::vector<std::string> segments = segments_of(pointer_equals_value.substr(0, equals));
  const std::string last = std::move(segments.back());
  segments.pop_back();
  Value* parent = &root;
  std::string reached;
  for (const std::string& segment : segments) {
    const Value* next = child(*parent, segment);
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
  } else if (const Value* item = child(*parent, last)) {
    *const_cast<Value*>(item) = std::move(value);
  } else {
    return invalid(where, (reached.empty() ? "" : reached + ": ") + dead_end(*parent, last));
  }
  return {};
}

}  // namespace sluice::describe
