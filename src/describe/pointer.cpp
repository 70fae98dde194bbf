#include "describe/pointer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

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

std::optional<std::size_t> array_index(std::string_view segment) {
  std::size_t index = 0;
  const char* const end = segment.data() + segment.size();
  const auto result = std::from_chars(segment.data(), end, index);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  if (segment.size() > 1 && segment.front() == '0') return std::nullopt;
  return index;
}

}  // namespace

std::vector<std::string> pointer_segments(std::string_view pointer) {
  std::vector<std::string> segments;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    segments.push_back(unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return segments;
}

const Value* pointer_child(const Value& parent, const std::string& segment) {
  if (parent.is(Value::Kind::kObject)) return parent.find(segment);
  if (!parent.is(Value::Kind::kArray)) return nullptr;
  const std::optional<std::size_t> index = array_index(segment);
  return index && *index < parent.items().size() ? &parent.items()[*index] : nullptr;
}

const Value* find_pointer(const Value& root, std::string_view pointer) {
  const Value* node = &root;
  if (!pointer.empty() && pointer.front() != '/') return nullptr;
  for (const std::string& segment : pointer_segments(pointer)) {
    node = pointer_child(*node, segment);
    if (node == nullptr) return nullptr;
  }
  return node;
}

void remove_pointer(Value& root, std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  if (slash == std::string_view::npos) return;
  Value* const parent = const_cast<Value*>(find_pointer(root, pointer.substr(0, slash)));
  const Value* const child = find_pointer(root, pointer);
  if (parent == nullptr || child == nullptr) return;
  if (parent->is(Value::Kind::kArray)) {
    std::vector<Value>& items = parent->items();
    items.erase(items.begin() + (child - items.data()));
  } else {
    const auto its = [child](const Member& member) { return &member.value == child; };
    std::vector<Member>& members = parent->members();
    members.erase(std::find_if(members.begin(), members.end(), its));
  }
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

}  // namespace sluice::describe
