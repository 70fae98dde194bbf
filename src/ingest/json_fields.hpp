// Members of a JSON object of somebody's log, read in one pass with simdjson: numbers and times as
// whatever type the writer chose, content stepped over unread. For the parsers of JSON logs alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "ingest/foreign_fields.hpp"
#include "ingest/json_problem.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;
using JsonArray = simdjson::ondemand::array;
using JsonType = simdjson::ondemand::json_type;

inline tl::unexpected<std::string> not_json(simdjson::error_code problem) {
  return tl::unexpected(fmt::format("the row is not valid JSON ({})", json_problem(problem)));
}

// Calls use(key, value) of each member; `use` answers a FieldResult<void>.
template <class Use>
FieldResult<void> each_member(JsonObject object, Use use) {
  for (auto entry : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (const auto problem = std::move(entry).get(field)) return not_json(problem);
    if (const auto problem = field.unescaped_key().get(key)) return not_json(problem);
    if (FieldResult<void> used = use(key, field.value()); !used) return used;
  }
  return {};
}

// The same of each element of an array.
template <class Use>
FieldResult<void> each_element(JsonArray array, Use use) {
  for (auto entry : array) {
    JsonValue value;
    if (const auto problem = std::move(entry).get(value)) return not_json(problem);
    if (FieldResult<void> used = use(value); !used) return used;
  }
  return {};
}

inline FieldResult<JsonType> type_of(JsonValue value) {
  JsonType type{};
  if (const auto problem = value.type().get(type)) return not_json(problem);
  return type;
}

// Members of the value if it is an object; anything else is passed over.
template <class Use>
FieldResult<void> members_of(JsonValue value, Use use) {
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  if (*type != JsonType::object) return {};
  JsonObject object;
  if (const auto problem = value.get_object().get(object)) return not_json(problem);
  return each_member(object, use);
}

template <class Use>
FieldResult<void> elements_of(JsonValue value, Use use) {
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  if (*type != JsonType::array) return {};
  JsonArray array;
  if (const auto problem = value.get_array().get(array)) return not_json(problem);
  return each_element(array, use);
}

// A text, or the token of a number or a truth value; empty for null, a list or an object. Valid
// until the parser reads its next document.
inline FieldResult<std::optional<std::string_view>> scalar_text(JsonValue value) {
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  std::string_view text;
  switch (*type) {
    case JsonType::string:
      if (const auto problem = value.get_string().get(text)) return not_json(problem);
      return text;
    case JsonType::number:
    case JsonType::boolean:
      text = value.raw_json_token();
      return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    case JsonType::null:
    case JsonType::array:
    case JsonType::object:
      return std::optional<std::string_view>{};
  }
  return std::optional<std::string_view>{};
}

// "12", "12.0", 12 or 12.0 as a whole number of tokens; nothing for null.
inline FieldResult<void> set_count(std::string_view name, JsonValue value,
                                   std::optional<std::int64_t>& count) {
  const auto text = scalar_text(value);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return {};
  const FieldResult<std::int64_t> number = token_count({.name = name, .text = **text});
  if (!number) return tl::unexpected(number.error());
  count = *number;
  return {};
}

inline FieldResult<void> set_time(std::string_view name, JsonValue value,
                                  std::optional<Duration>& time) {
  const auto text = scalar_text(value);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return {};
  const FieldResult<Duration> at = clock_time({.name = name, .text = **text});
  if (!at) return tl::unexpected(at.error());
  time = *at;
  return {};
}

// A hash of the text; nothing for null or an empty one.
inline FieldResult<void> set_identity(JsonValue value, std::optional<std::int64_t>& identity) {
  const auto text = scalar_text(value);
  if (!text) return tl::unexpected(text.error());
  if (!*text || (*text)->empty()) return {};
  identity = *hashed_identity({.name = "an id", .text = **text});
  return {};
}

}  // namespace sluice::ingest
