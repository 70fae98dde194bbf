#include "wire/answer_document.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <simdjson.h>

#include "wire/key_table.hpp"
#include "wire/sse_parser.hpp"

namespace sluice::wire {
namespace {

namespace ondemand = simdjson::ondemand;

// Memory for larger documents than this is given back.
constexpr std::size_t kKeptCapacity = 256 * 1024;
constexpr std::int64_t kTokensMax = 1'000'000'000'000;
static_assert(simdjson::SIMDJSON_PADDING <= SseParser::kPadding);
constexpr int kNestingMax = 4;  // of pieces within a piece: tool_calls, function

// Of documents and blocks.
enum class AnswerKey : std::uint8_t {
  kType,
  kModel,
  kMessage,
  kPiece,
  kContent,
  kChoices,
  kUsage,
  kError,
  kStopReason,
  kDetail,
};
constexpr KeyTable kAnswerKeys(std::array{
    Key{"type", AnswerKey::kType},
    Key{"model", AnswerKey::kModel},
    Key{"message", AnswerKey::kMessage},
    Key{"delta", AnswerKey::kPiece},
    Key{"content_block", AnswerKey::kPiece},
    Key{"content", AnswerKey::kContent},
    Key{"choices", AnswerKey::kChoices},
    Key{"usage", AnswerKey::kUsage},
    Key{"error", AnswerKey::kError},
    Key{"stop_reason", AnswerKey::kStopReason},
    Key{"detail", AnswerKey::kDetail},
    Key{"error_description", AnswerKey::kDetail},
});

enum class ChoiceKey : std::uint8_t { kPiece, kFinishReason };
constexpr KeyTable kChoiceKeys(std::array{
    Key{"delta", ChoiceKey::kPiece},
    Key{"message", ChoiceKey::kPiece},
    Key{"finish_reason", ChoiceKey::kFinishReason},
});

// A block, its beginning or its delta; a chat's delta or message. "name" is a tool's: with it the
// model has begun to say something, though its input may stay empty.
enum class PieceKey : std::uint8_t { kText, kContent, kThinking, kAnswer, kStopReason, kInner };
constexpr KeyTable kPieceKeys(std::array{
    Key{"text", PieceKey::kText},
    Key{"content", PieceKey::kContent},
    Key{"thinking", PieceKey::kThinking},
    Key{"signature", PieceKey::kThinking},
    Key{"data", PieceKey::kThinking},
    Key{"reasoning", PieceKey::kThinking},
    Key{"reasoning_content", PieceKey::kThinking},
    Key{"partial_json", PieceKey::kAnswer},
    Key{"name", PieceKey::kAnswer},
    Key{"arguments", PieceKey::kAnswer},
    Key{"refusal", PieceKey::kAnswer},
    Key{"citation", PieceKey::kAnswer},
    Key{"stop_reason", PieceKey::kStopReason},
    Key{"tool_calls", PieceKey::kInner},
    Key{"function", PieceKey::kInner},
});

using CountMember = std::optional<std::int64_t> UsageFacts::*;
constexpr KeyTable kCounts(std::array{
    Key<CountMember>{"input_tokens", &UsageFacts::input_tokens},
    Key<CountMember>{"cache_creation_input_tokens", &UsageFacts::cache_creation},
    Key<CountMember>{"cache_read_input_tokens", &UsageFacts::cache_read},
    Key<CountMember>{"ephemeral_5m_input_tokens", &UsageFacts::cache_creation_5m},
    Key<CountMember>{"ephemeral_1h_input_tokens", &UsageFacts::cache_creation_1h},
    Key<CountMember>{"output_tokens", &UsageFacts::output_tokens},
    Key<CountMember>{"thinking_tokens", &UsageFacts::thinking_tokens},
    Key<CountMember>{"prompt_tokens", &UsageFacts::prompt_tokens},
    Key<CountMember>{"cached_tokens", &UsageFacts::cache_read},
    Key<CountMember>{"completion_tokens", &UsageFacts::output_tokens},
    Key<CountMember>{"reasoning_tokens", &UsageFacts::thinking_tokens},
});
constexpr KeyTable kUsageParts(std::array{
    Key{"cache_creation", true},
    Key{"output_tokens_details", true},
    Key{"prompt_tokens_details", true},
    Key{"completion_tokens_details", true},
});

enum class ErrorKey : std::uint8_t { kType, kMessage, kCode, kDetails };
constexpr KeyTable kErrorKeys(std::array{
    Key{"type", ErrorKey::kType},
    Key{"message", ErrorKey::kMessage},
    Key{"code", ErrorKey::kCode},
    Key{"error_code", ErrorKey::kCode},
    Key{"details", ErrorKey::kDetails},
});

// An escaped key is none of ours: it is cut at its escape, where none of them ends.
std::string_view key_of(const ondemand::field& field) noexcept {
  const char* const begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  return *end == '"' ? std::string_view(begin, static_cast<std::size_t>(end - begin)) : "";
}

template <class OnField>
bool each_field(ondemand::object& object, OnField&& on_field) {
  for (auto entry : object) {
    ondemand::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) return false;
    const std::string_view key = key_of(field);
    ondemand::value value = std::move(field).value();
    if (!on_field(key, value)) return false;
  }
  return true;
}

// A value that is no object is passed over.
template <class OnField>
bool each_field(ondemand::value& value, OnField&& on_field) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type != ondemand::json_type::object) return true;
  ondemand::object object;
  return value.get_object().get(object) == simdjson::SUCCESS && each_field(object, on_field);
}

template <class OnElement>
bool each_element(ondemand::value& value, OnElement&& on_element) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type != ondemand::json_type::array) return true;
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto entry : array) {
    ondemand::value element;
    if (std::move(entry).get(element) != simdjson::SUCCESS || !on_element(element)) return false;
  }
  return true;
}

// What stands between the quotes; a value that is no string is passed over. The value is not
// consumed: whoever iterates does so.
bool raw_text(ondemand::value& value, std::optional<std::string_view>& text) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type != ondemand::json_type::string) return true;
  std::string_view token = value.raw_json_token();
  while (!token.empty() && token.back() != '"') token.remove_suffix(1);
  if (token.size() < 2) return false;
  text = token.substr(1, token.size() - 2);
  return true;
}

bool text(ondemand::value& value, std::string_view& out) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  return type != ondemand::json_type::string || value.get_string().get(out) == simdjson::SUCCESS;
}

// The length in UTF-8 of what stands for a text in JSON, without writing it.
std::int64_t written_size(std::string_view raw) noexcept {
  std::size_t size = raw.size();
  for (std::size_t at = raw.find('\\'); at < raw.size(); at = raw.find('\\', at)) {
    if (raw[at + 1] != 'u' || raw.size() - at < 6) {
      size -= 1;
      at += 2;
      continue;
    }
    unsigned code = 0;
    for (const char digit : raw.substr(at + 2, 4)) {
      code =
          code * 16 + static_cast<unsigned>(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
    }
    // A surrogate is half of a character of four bytes.
    const bool is_half = (code & 0xf800U) == 0xd800U;
    size -= code < 0x80 ? 5 : code < 0x800 || is_half ? 4 : 3;
    at += 6;
  }
  return static_cast<std::int64_t>(size);
}

class DocumentReader {
 public:
  explicit DocumentReader(AnswerFacts& facts) noexcept : facts_(facts) {}

  bool read(ondemand::object& root) {
    return each_field(root, [&](std::string_view key, ondemand::value& value) {
      const auto known = kAnswerKeys.find(key);
      return !known || top(*known, value, false);
    });
  }

 private:
  bool top(AnswerKey key, ondemand::value& value, bool is_message);
  bool message(ondemand::value& value);
  bool content(ondemand::value& value);
  bool choices(ondemand::value& value);
  bool piece(ondemand::value& value, int nesting);
  bool known_piece(PieceKey key, ondemand::value& value, int nesting);
  bool inner_pieces(ondemand::value& value, int nesting);
  bool usage(ondemand::value& value, bool is_part);
  bool error(ondemand::value& value);

  AnswerFacts& facts_;
};

bool DocumentReader::top(AnswerKey key, ondemand::value& value, bool is_message) {
  switch (key) {
    case AnswerKey::kType:
      return is_message || text(value, facts_.type);
    case AnswerKey::kModel:
      return text(value, facts_.model);
    case AnswerKey::kMessage:
      return is_message || message(value);
    case AnswerKey::kPiece:
      return piece(value, 0);
    case AnswerKey::kContent:
      return content(value);
    case AnswerKey::kChoices:
      return choices(value);
    case AnswerKey::kUsage:
      return usage(value, false);
    case AnswerKey::kError:
      return error(value);
    case AnswerKey::kStopReason:
      return text(value, facts_.stop_reason);
    case AnswerKey::kDetail:
      return text(value, facts_.error_message);
  }
  return true;
}

// Of message_start; or, as a string, all that some gateways have to say.
bool DocumentReader::message(ondemand::value& value) {
  const auto one = [&](std::string_view key, ondemand::value& member) {
    const auto known = kAnswerKeys.find(key);
    return !known || top(*known, member, true);
  };
  return text(value, facts_.error_message) && each_field(value, one);
}

bool DocumentReader::content(ondemand::value& value) {
  return each_element(value, [&](ondemand::value& block) {
    facts_.has_blocks = true;
    return piece(block, 0);
  });
}

bool DocumentReader::choices(ondemand::value& value) {
  facts_.has_blocks = true;
  const auto one = [&](std::string_view key, ondemand::value& member) {
    const auto known = kChoiceKeys.find(key);
    if (!known) return true;
    return *known == ChoiceKey::kPiece ? piece(member, 0) : text(member, facts_.stop_reason);
  };
  return each_element(value, [&](ondemand::value& choice) { return each_field(choice, one); });
}

bool DocumentReader::piece(ondemand::value& value, int nesting) {
  return each_field(value, [&](std::string_view key, ondemand::value& member) {
    const auto known = kPieceKeys.find(key);
    return !known || known_piece(*known, member, nesting);
  });
}

bool DocumentReader::known_piece(PieceKey key, ondemand::value& value, int nesting) {
  if (key == PieceKey::kStopReason) return text(value, facts_.stop_reason);
  if (key == PieceKey::kInner) return inner_pieces(value, nesting);
  std::optional<std::string_view> raw;
  if (!raw_text(value, raw)) return false;
  if (!raw) {
    // A list of a tool's results, or a citation: nothing of it is counted.
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    facts_.has_answer |= type == ondemand::json_type::object || type == ondemand::json_type::array;
    return true;
  }
  if (raw->empty()) return true;
  if (key == PieceKey::kThinking) {
    facts_.has_thinking = true;
    return true;
  }
  facts_.has_answer = true;
  if (key != PieceKey::kAnswer) facts_.text_bytes += written_size(*raw);
  return true;
}

bool DocumentReader::inner_pieces(ondemand::value& value, int nesting) {
  if (nesting == kNestingMax) return true;
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == ondemand::json_type::object) return piece(value, nesting + 1);
  return each_element(value, [&](ondemand::value& call) { return piece(call, nesting + 1); });
}

bool DocumentReader::usage(ondemand::value& value, bool is_part) {
  return each_field(value, [&](std::string_view key, ondemand::value& member) {
    if (!is_part && kUsageParts.find(key)) return usage(member, true);
    const auto known = kCounts.find(key);
    std::int64_t count = 0;
    ondemand::json_type type{};
    if (!known) return true;
    if (member.type().get(type) != simdjson::SUCCESS) return false;
    if (type != ondemand::json_type::number || member.get_int64().get(count) != simdjson::SUCCESS)
      return true;
    if (count < 0 || count > kTokensMax) return true;
    facts_.usage.*(*known) = count;
    facts_.usage.is_any = true;
    return true;
  });
}

bool DocumentReader::error(ondemand::value& value) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  facts_.has_error = type == ondemand::json_type::object || type == ondemand::json_type::string;
  if (type == ondemand::json_type::string) return text(value, facts_.error_type);
  return each_field(value, [&](std::string_view key, ondemand::value& member) {
    const auto known = kErrorKeys.find(key);
    if (!known) return true;
    switch (*known) {
      case ErrorKey::kType:
        return text(member, facts_.error_type);
      case ErrorKey::kMessage:
        return text(member, facts_.error_message);
      case ErrorKey::kCode:
        return text(member, facts_.error_code);
      case ErrorKey::kDetails:
        return each_field(member, [&](std::string_view detail, ondemand::value& code) {
          return detail != "error_code" || text(code, facts_.error_code);
        });
    }
    return true;
  });
}

}  // namespace

void apply(const UsageFacts& facts, Usage& usage, std::int64_t& thinking_tokens) noexcept {
  usage.input_tokens = facts.input_tokens.value_or(usage.input_tokens);
  usage.cache_read_input_tokens = facts.cache_read.value_or(usage.cache_read_input_tokens);
  usage.output_tokens = facts.output_tokens.value_or(usage.output_tokens);
  thinking_tokens = facts.thinking_tokens.value_or(thinking_tokens);
  auto& written_5m = usage.cache_creation_5m_input_tokens;
  auto& written_1h = usage.cache_creation_1h_input_tokens;
  written_5m = facts.cache_creation_5m.value_or(written_5m);
  written_1h = facts.cache_creation_1h.value_or(written_1h);
  if (facts.cache_creation && *facts.cache_creation != usage.cache_creation_input_tokens()) {
    // The sum without its parts, as older servers say it: five minutes is what they default to.
    written_1h = std::min(written_1h, *facts.cache_creation);
    written_5m = *facts.cache_creation - written_1h;
  }
  if (facts.prompt_tokens) {
    const std::int64_t cached = usage.cache_read_input_tokens + usage.cache_creation_input_tokens();
    usage.input_tokens = std::max<std::int64_t>(0, *facts.prompt_tokens - cached);
  }
}

bool read_answer(std::string_view json, AnswerFacts& facts) {
  // Scratch memory, and nothing of one document is seen by the next: thousands of readers wait at
  // once, each would keep several kilobytes of its own.
  thread_local ondemand::parser parser;
  if (parser.capacity() > kKeptCapacity && json.size() <= kKeptCapacity) {
    parser = ondemand::parser();
  }
  facts = AnswerFacts{};
  ondemand::document document;
  const std::size_t readable = json.size() + simdjson::SIMDJSON_PADDING;
  if (parser.iterate(json.data(), json.size(), readable).get(document) != simdjson::SUCCESS) {
    return false;
  }
  ondemand::object root;
  if (document.get_object().get(root) != simdjson::SUCCESS) return false;
  return DocumentReader(facts).read(root) &&
         document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

}  // namespace sluice::wire
