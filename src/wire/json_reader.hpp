// One pass over a JSON body with simdjson's on-demand parser, in the terms of this module: places
// for messages, texts without copies where there is no escape, hashes and sizes of whatever is
// walked over. For .cpp files of this module only. Every function that reads answers false after it
// has set error(), and has consumed the value otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "wire/api_error.hpp"
#include "wire/error_texts.hpp"
#include "wire/messages_request.hpp"

namespace sluice::wire {

using JsonValue = simdjson::ondemand::value;
using JsonType = simdjson::ondemand::json_type;

// A place in the body; lives on the stack of whoever reads there.
struct Path {
  const Path* parent = nullptr;
  std::string_view key{};
  std::int64_t index = -1;  // where there is no key
};
std::string text_of(const Path& path);  // "messages.0.content"

// The hash of content as JSON means it, and how much text it is to the model.
struct Content {
  std::uint64_t hash = 0;
  TextSize size;
};

class JsonReader {
 public:
  // Deeper nesting is refused, which bounds the stack (the API's own bound is not published).
  static constexpr int kMaxDepth = 200;

  // Makes ready for `body`, which must be one JSON object with 64 readable bytes behind it.
  bool open(std::string_view body, simdjson::ondemand::object& root);
  // Nothing may follow the object.
  bool close();
  // Whether the body is JSON at all, whatever it says; error() is changed only if it is not.
  bool check_syntax(std::string_view body);

  const std::optional<ApiError>& error() const noexcept { return error_; }
  std::optional<ApiError> take_error() { return std::exchange(error_, std::nullopt); }
  bool fail(const Path& path, std::string_view problem);
  bool fail(std::string message);
  bool fail(ApiError error);
  // A `type` that is none of those expected there.
  bool unknown_type(const Path& path, std::string_view type, std::string_view expected);

  bool type(JsonValue& value, JsonType& type);
  // Texts are views of the body or of memory that the next open() reuses.
  bool string(JsonValue& value, const Path& path, std::string_view& text);
  bool string_or_null(JsonValue& value, const Path& path, std::optional<std::string_view>& text);
  bool integer(JsonValue& value, const Path& path, std::int64_t& number);
  bool number(JsonValue& value, const Path& path, double& number);
  bool boolean(JsonValue& value, const Path& path, bool& truth);
  // Consumes the value if it is null.
  bool null(JsonValue& value, bool& is_null);
  // Any value: the order of keys counts, white space and escapes do not.
  bool walk(JsonValue& value, Content& content);
  // An object as it stands in the body; what is inside it is not looked at.
  bool raw_object(JsonValue& value, const Path& path, std::string_view& text);
  bool skip(JsonValue& value);
  // Calls read(), which must consume the value, and gives the value as it stands in the body. There
  // may be white space behind it.
  template <class Read>
  bool with_text(JsonValue& value, std::string_view& text, Read&& read) {
    const char* const begin = value.raw_json_token().data();
    if (!read()) return false;
    const char* end = nullptr;
    if (const auto problem = document_.current_location().get(end)) return not_json(problem);
    text = {begin, static_cast<std::size_t>(end - begin)};
    return true;
  }

  // Calls on_field(key, value) for each field, or on_element(index, value) for each element, until
  // one answers false. Each must consume its value.
  template <class OnField>
  bool fields(JsonValue& value, const Path& path, OnField&& on_field) {
    JsonType kind{};
    if (!type(value, kind)) return false;
    if (kind != JsonType::object) return fail(path, kNoObject);
    simdjson::ondemand::object object;
    if (const auto problem = value.get_object().get(object)) return not_json(problem);
    return fields(object, on_field);
  }
  template <class OnField>
  bool fields(simdjson::ondemand::object& object, OnField&& on_field) {
    if (++depth_ > kMaxDepth) return too_deep();
    for (auto entry : object) {
      simdjson::ondemand::field field;
      if (const auto problem = std::move(entry).get(field)) return not_json(problem);
      std::string_view key;
      if (!key_of(field, key)) return false;
      JsonValue value = std::move(field).value();
      if (!on_field(key, value)) return false;
    }
    --depth_;
    return true;
  }
  template <class OnElement>
  bool elements(JsonValue& value, const Path& path, OnElement&& on_element) {
    JsonType kind{};
    if (!type(value, kind)) return false;
    if (kind != JsonType::array) return fail(path, kNoList);
    simdjson::ondemand::array array;
    if (const auto problem = value.get_array().get(array)) return not_json(problem);
    if (++depth_ > kMaxDepth) return too_deep();
    std::int64_t index = 0;
    for (auto entry : array) {
      JsonValue element;
      if (const auto problem = std::move(entry).get(element)) return not_json(problem);
      if (!on_element(index++, element)) return false;
    }
    --depth_;
    return true;
  }

 private:
  bool not_json(simdjson::error_code problem);
  bool too_deep();
  bool key_of(simdjson::ondemand::field& field, std::string_view& key);
  bool string_text(JsonValue& value, std::string_view& text);
  bool unescaped(std::string_view raw, std::string_view& text);
  bool walk_scalar(JsonValue& value, JsonType type, Content& content);

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::unique_ptr<char[]> texts_;  // of strings that have escapes
  std::size_t texts_size_ = 0;
  std::size_t texts_used_ = 0;
  int depth_ = 0;
  std::optional<ApiError> error_;
};

}  // namespace sluice::wire
