#include "scenario/script_literal.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "describe/json.hpp"

namespace sluice::scenario {
namespace {

using describe::Value;
using Read = std::optional<Value>;

// Of a name, at its start.
bool is_letter(char c) { return ascii::is_letter(c) || c == '_' || c == '$'; }

class LiteralReader {
 public:
  LiteralReader(std::string_view text, std::size_t offset) : text_(text), at_(offset) {}

  Read value() {
    skip_space();
    const char c = peek();
    if (c == '{') return object();
    if (c == '[') return array();
    if (c == '"' || c == '\'' || c == '`') return string();
    if (ascii::is_digit(c) || c == '-' || c == '.') return number();
    return word();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }
  bool take_after_space(std::string_view what) {
    skip_space();
    return take(what);
  }

  void skip_space() {
    for (;;) {
      while (std::string_view{" \t\r\n"}.find(peek()) != std::string_view::npos && peek() != '\0') {
        ++at_;
      }
      if (take("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (take("/*")) {
        const std::size_t end = text_.find("*/", at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  Read object() {
    if (++depth_ > describe::kMaxDepth) return std::nullopt;
    ++at_;
    Value object = Value::object();
    while (!take_after_space("}")) {
      std::optional<std::string> name = key();
      if (!name || !take_after_space(":")) return std::nullopt;
      Read member = value();
      if (!member) return std::nullopt;
      object.members().push_back({std::move(*name), std::move(*member)});
      if (!take_after_space(",") && peek() != '}') return std::nullopt;
    }
    --depth_;
    return object;
  }

  Read array() {
    if (++depth_ > describe::kMaxDepth) return std::nullopt;
    ++at_;
    Value array = Value::array();
    while (!take_after_space("]")) {
      Read item = value();
      if (!item) return std::nullopt;
      array.push(std::move(*item));
      if (!take_after_space(",") && peek() != ']') return std::nullopt;
    }
    --depth_;
    return array;
  }

  std::optional<std::string> key() {
    skip_space();
    if (peek() == '"' || peek() == '\'') {
      Read name = string();
      if (!name) return std::nullopt;
      return name->as_string();
    }
    const std::size_t begin = at_;
    while (is_letter(peek()) || ascii::is_digit(peek())) ++at_;
    if (at_ == begin) return std::nullopt;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  // An escaped character stands for itself: names and dates, all that is read, have none.
  Read string() {
    const char quote = text_[at_++];
    std::string content;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size()) content += text_[at_++];
    }
    if (at_ >= text_.size()) return std::nullopt;
    ++at_;
    return Value{std::move(content)};
  }

  Read number() {
    const std::size_t begin = at_;
    while (ascii::is_digit(peek()) ||
           std::string_view{"+-.eE"}.find(peek()) != std::string_view::npos) {
      if (peek() == '\0') break;
      ++at_;
    }
    std::string digits{text_.substr(begin, at_ - begin)};
    if (digits.starts_with('.')) digits.insert(0, "0");
    const auto parsed = describe::parse_json(digits, "");
    if (!parsed || !parsed->is_number()) return std::nullopt;
    return *parsed;
  }

  Read word() {
    if (take("!0") || take("true")) return Value{true};
    if (take("!1") || take("false")) return Value{false};
    if (take("null") || take("void 0") || take("undefined")) return Value{};
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_;
  int depth_ = 0;
};

}  // namespace

std::optional<Value> script_literal(std::string_view text, std::size_t offset) {
  return LiteralReader{text, offset}.value();
}

}  // namespace sluice::scenario
