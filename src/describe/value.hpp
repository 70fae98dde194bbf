// Value: a JSON document as an ordinary value. Objects keep the order of their members; a number
// keeps the text it was written with, so that 0.1 stays one tenth; a parsed node knows its line and
// column. No JSON library shows.
//
//   Value result = Value::object();
//   result.set("attempts", 12).set("cost", Value::decimal("0.25")).set("model", "haiku");
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::describe {

template <class V>
struct BasicMember {
  std::string name;
  V value;

  bool operator==(const BasicMember&) const = default;
};

class Value;
using Member = BasicMember<Value>;  // a template, so that it is completed after Value

// 1-based; line 0 = built by a program, not read from a text. `file` tells texts apart of which one
// document was made (mark_file in json.hpp): 0 is the document's own.
struct Position {
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::int32_t file = 0;

  auto operator<=>(const Position&) const = default;
};

class Value {
 public:
  enum class Kind { kNull, kBool, kInteger, kDecimal, kString, kArray, kObject };

  Value() = default;  // null
  Value(bool flag) : data_(flag) {}
  template <std::signed_integral T>
  Value(T number) : data_(std::int64_t{number}) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Value(T number) : Value(of_unsigned(std::uint64_t{number})) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string{text}) {}
  Value(const char* text) : data_(std::string{text}) {}
  Value(double) = delete;       // has to be rounded: Value::rounded
  Value(const void*) = delete;  // would become true

  static Value array();
  static Value array(std::vector<Value> items);
  static Value object();
  // Text of a JSON number that is not an int64, such as "0.25"; aborts when it is not one. Whole
  // numbers that fit become integers.
  static Value decimal(std::string_view text);
  // A double rounded to so many digits after the point, for statistics; null when it is not finite.
  static Value rounded(double number, int digits);

  Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
  bool is(Kind kind) const noexcept { return this->kind() == kind; }
  bool is_number() const noexcept { return is(Kind::kInteger) || is(Kind::kDecimal); }

  // The content; a wrong kind is a bug of the caller and aborts.
  bool as_bool() const;
  std::int64_t as_integer() const;
  const std::string& as_string() const;
  std::string number_text() const;  // of an integer or a decimal
  const std::vector<Value>& items() const;
  std::vector<Value>& items();
  const std::vector<Member>& members() const;
  std::vector<Member>& members();

  // Objects: the member of that name or nullptr; set replaces it where it stands, or appends.
  const Value* find(std::string_view name) const noexcept;
  Value* find(std::string_view name) noexcept;
  Value& set(std::string_view name, Value value);
  // Arrays.
  Value& push(Value value);

  Position position() const noexcept { return position_; }
  void set_position(Position position) noexcept { position_ = position; }

  // "null", "true", "number", "string", "array", "object", for messages.
  std::string_view kind_name() const noexcept;

  // Same kind, content and order; positions do not count.
  friend bool operator==(const Value& a, const Value& b);

 private:
  static Value of_unsigned(std::uint64_t number);

  struct Decimal {
    std::string text;
    bool operator==(const Decimal&) const = default;
  };
  using Items = std::vector<Value>;
  using Members = std::vector<Member>;

  // In the order of Kind.
  std::variant<std::monostate, bool, std::int64_t, Decimal, std::string, Items, Members> data_;
  Position position_;
};

}  // namespace sluice::describe
