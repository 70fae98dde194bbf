// Strict JSON text <-> Value. No comments, trailing commas, NaN or duplicate names; at most 100
// levels; UTF-8. Errors carry "file:line:column". Output is deterministic: members in their order,
// numbers as they are.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "describe/value.hpp"

namespace sluice::describe {

inline constexpr int kMaxDepth = 100;

// `file` only names the text in errors.
Checked<Value> parse_json(std::string_view text, std::string_view file);

// The whole file, at most 64 MiB.
Checked<Value> read_json(const std::string& path);

// Indented by `indent` spaces a level, with a final newline; on one line without one when indent is
// 0. Arrays of nothing but numbers stay on one line.
std::string to_json(const Value& value, int indent = 2);

// Forgets where the nodes of a document stood.
void clear_positions(Value& value);
// Says of every node that it stood in that file (Position::file).
void mark_file(Value& value, std::int32_t file);

}  // namespace sluice::describe
