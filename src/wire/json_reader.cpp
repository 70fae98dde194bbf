#include "wire/json_reader.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "wire/content_hash.hpp"
#include "wire/error_texts.hpp"
#include "wire/json_text.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

using simdjson::error_code;

// Memory for larger bodies than this is given back before the next one.
constexpr std::size_t kParserKept = 4 * 1024 * 1024;
constexpr std::size_t kTextPadding = 64;  // unescape() writes up to 16 bytes further

std::string_view without_trailing_space(std::string_view token) noexcept {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

constexpr std::uint64_t kArrayMark = 0x5b5d;
constexpr std::uint64_t kObjectMark = 0x7b7d;
constexpr std::uint64_t kEndMark = 0xe0d;

}  // namespace

std::string text_of(const Path& path) {
  std::string text = path.parent == nullptr ? std::string() : text_of(*path.parent) + '.';
  if (path.index < 0) return text.append(path.key);
  return text + std::to_string(path.index);
}

bool JsonReader::open(std::string_view body, simdjson::ondemand::object& root) {
  error_.reset();
  depth_ = 0;
  if (parser_.capacity() > kParserKept && body.size() <= kParserKept) {
    parser_ = simdjson::ondemand::parser();
    texts_size_ = 0;
  }
  if (texts_size_ < body.size() + kTextPadding) {
    // Not filled with zeros: of a large body's memory only what is used should be touched.
    texts_size_ = body.size() + kTextPadding;
    texts_ = std::make_unique_for_overwrite<char[]>(texts_size_);
  }
  texts_used_ = 0;
  const std::size_t readable = body.size() + simdjson::SIMDJSON_PADDING;
  if (const auto problem = parser_.iterate(body.data(), body.size(), readable).get(document_)) {
    return not_json(problem);
  }
  JsonType kind{};
  if (const auto problem = document_.type().get(kind)) return not_json(problem);
  if (kind != JsonType::object) return fail(std::string(kNoObject));
  if (const auto problem = document_.get_object().get(root)) return not_json(problem);
  return true;
}

bool JsonReader::close() {
  const bool at_end = document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end || not_json(simdjson::TRAILING_CONTENT);
}

bool JsonReader::check_syntax(std::string_view body) {
  std::optional<ApiError> before = take_error();
  simdjson::ondemand::object root;
  bool fine = open(body, root);
  fine = fine && fields(root, [&](std::string_view, JsonValue& value) { return skip(value); });
  fine = fine && close();
  if (fine) error_ = std::move(before);
  return fine;
}

bool JsonReader::fail(const Path& path, std::string_view problem) {
  return fail(fmt::format("{}: {}", text_of(path), problem));
}

bool JsonReader::fail(std::string message) {
  return fail(ApiError{ErrorKind::kInvalidRequest, std::move(message), {}});
}

bool JsonReader::fail(ApiError error) {
  error_ = std::move(error);
  return false;
}

// Observed in public issues.
bool JsonReader::unknown_type(const Path& path, std::string_view type, std::string_view expected) {
  return fail(path, fmt::format("Input tag '{}' found using 'type' does not match any of the "
                                "expected tags: {}",
                                type, expected));
}

bool JsonReader::not_json(error_code problem) {
  // The opening words are the API's (observed), what follows is the parser's.
  return fail(fmt::format("The request body is not valid JSON: {}",
                          problem == simdjson::UTF8_ERROR ? "it is not valid UTF-8"
                                                          : simdjson::error_message(problem)));
}

bool JsonReader::too_deep() {
  return fail(fmt::format(
      "The request body is not valid JSON: it is nested more than {} levels deep", kMaxDepth));
}

bool JsonReader::type(JsonValue& value, JsonType& type) {
  if (const auto problem = value.type().get(type)) return not_json(problem);
  return true;
}

// The first stage has found the closing quote, so that no search runs beyond the body.
bool JsonReader::key_of(simdjson::ondemand::field& field, std::string_view& key) {
  const char* const begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  key = std::string_view(begin, static_cast<std::size_t>(end - begin));
  if (*end == '"') return true;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return unescaped(std::string_view(begin, static_cast<std::size_t>(end - begin)), key);
}

bool JsonReader::unescaped(std::string_view raw, std::string_view& text) {
  char* const out = texts_.get() + texts_used_;
  const std::optional<std::size_t> size = unescape(raw, out);
  if (!size) return not_json(simdjson::STRING_ERROR);
  texts_used_ += *size;
  text = std::string_view(out, *size);
  return true;
}

// A string's token reaches to the next one, white space included.
bool JsonReader::string_text(JsonValue& value, std::string_view& text) {
  const std::string_view token = without_trailing_space(value.raw_json_token());
  simdjson::ondemand::raw_json_string consumed;
  if (const auto problem = value.get_raw_json_string().get(consumed)) return not_json(problem);
  if (token.size() < 2 || token.back() != '"') return not_json(simdjson::STRING_ERROR);
  text = token.substr(1, token.size() - 2);
  if (text.empty() || std::memchr(text.data(), '\\', text.size()) == nullptr) return true;
  return unescaped(text, text);
}

bool JsonReader::string(JsonValue& value, const Path& path, std::string_view& text) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind != JsonType::string) return fail(path, kNoString);
  return string_text(value, text);
}

bool JsonReader::string_or_null(JsonValue& value, const Path& path,
                                std::optional<std::string_view>& text) {
  bool is_null = false;
  if (!null(value, is_null)) return false;
  text.reset();
  return is_null || string(value, path, text.emplace());
}

bool JsonReader::integer(JsonValue& value, const Path& path, std::int64_t& number) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind == JsonType::number && value.get_int64().get(number) == simdjson::SUCCESS) return true;
  double real = 0;
  if (kind == JsonType::number && value.get_double().get(real) == simdjson::SUCCESS) {
    // 1024.0 is an integer to the API's validation (inferred: pydantic's rule).
    constexpr double kExact = 9007199254740992.0;
    if (std::floor(real) == real && std::abs(real) <= kExact) {
      number = static_cast<std::int64_t>(real);
      return true;
    }
  }
  return fail(path, kNoInteger);
}

bool JsonReader::number(JsonValue& value, const Path& path, double& number) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind == JsonType::number && value.get_double().get(number) == simdjson::SUCCESS) return true;
  return fail(path, kNoNumber);
}

bool JsonReader::boolean(JsonValue& value, const Path& path, bool& truth) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind != JsonType::boolean) return fail(path, kNoBoolean);
  if (const auto problem = value.get_bool().get(truth)) return not_json(problem);
  return true;
}

bool JsonReader::null(JsonValue& value, bool& is_null) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  is_null = false;
  if (kind != JsonType::null) return true;
  const error_code problem = value.is_null().get(is_null);
  if (problem != simdjson::SUCCESS || !is_null) return not_json(simdjson::N_ATOM_ERROR);
  return true;
}

bool JsonReader::walk_scalar(JsonValue& value, JsonType type, Content& content) {
  std::string_view text;
  if (type == JsonType::string) {
    if (!string_text(value, text)) return false;
    content.size += text_size(text);
  } else {
    text = without_trailing_space(value.raw_json_token());
    double ignored_number = 0;
    bool ignored_truth = false;
    bool is_null = false;
    if (type == JsonType::null && !null(value, is_null)) return false;
    if (type == JsonType::boolean) {
      if (const auto problem = value.get_bool().get(ignored_truth)) return not_json(problem);
    }
    if (type == JsonType::number) {
      if (const auto problem = value.get_double().get(ignored_number)) return not_json(problem);
    }
    content.size.milli_tokens += text_size(text).milli_tokens;
  }
  content.size.milli_tokens += kJsonValueOverhead;
  const std::uint64_t mark = static_cast<std::uint64_t>(type);
  content.hash = hash_combine(content.hash, hash_combine(mark, content_hash(text)));
  return true;
}

bool JsonReader::walk(JsonValue& value, Content& content) {
  static constexpr Path kNowhere{};
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind == JsonType::array) {
    content.hash = hash_combine(content.hash, kArrayMark);
    const auto one = [&](std::int64_t, JsonValue& element) { return walk(element, content); };
    if (!elements(value, kNowhere, one)) return false;
    content.hash = hash_combine(content.hash, kEndMark);
    return true;
  }
  if (kind == JsonType::object) {
    content.hash = hash_combine(content.hash, kObjectMark);
    const auto one = [&](std::string_view key, JsonValue& member) {
      content.hash = hash_combine(content.hash, content_hash(key));
      content.size.milli_tokens += text_size(key).milli_tokens + kJsonKeyOverhead;
      return walk(member, content);
    };
    if (!fields(value, kNowhere, one)) return false;
    content.hash = hash_combine(content.hash, kEndMark);
    return true;
  }
  return walk_scalar(value, kind, content);
}

bool JsonReader::raw_object(JsonValue& value, const Path& path, std::string_view& text) {
  JsonType kind{};
  if (!type(value, kind)) return false;
  if (kind != JsonType::object) return fail(path, kNoObject);
  simdjson::ondemand::object object;
  if (const auto problem = value.get_object().get(object)) return not_json(problem);
  if (const auto problem = object.raw_json().get(text)) return not_json(problem);
  return true;
}

bool JsonReader::skip(JsonValue& value) {
  Content ignored;
  return walk(value, ignored);
}

}  // namespace sluice::wire
