// JSON pointers (RFC 6901): "/workloads/0/rate" names a node of a document, "" the document itself.
// In a segment "/" is written "~1" and "~" is written "~0".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "describe/value.hpp"

namespace sluice::describe {

// The node that the pointer names, or nullptr.
const Value* find_pointer(const Value& root, std::string_view pointer);

// Takes out the member or item that the pointer names; nothing happens if there is none.
void remove_pointer(Value& root, std::string_view pointer);

// The segments of "/a/0/b", as plain names; the pointer is empty or begins with "/".
std::vector<std::string> pointer_segments(std::string_view pointer);

// The node one segment below, or nullptr.
const Value* pointer_child(const Value& parent, const std::string& segment);

// A name as a segment with its slash: "a/b" becomes "/a~1b".
std::string pointer_segment(std::string_view name);

}  // namespace sluice::describe
