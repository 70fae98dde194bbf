// Fields: what a struct's describe() names, once. The erased types behind it let decoding, schema,
// reference and echo be ordinary functions in .cpp files instead of templates; see describe.hpp for
// how to use it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "describe/decoder.hpp"
#include "describe/value.hpp"

namespace sluice::describe {

struct Shape;
struct StructInfo;

// The operations of one C++ type; `target` points at a value of it.
struct Type {
  void (*decode)(Decoder& decoder, const Value& value, const Constraints& constraints,
                 void* target);
  Value (*echo)(const void* target, const Constraints& constraints);  // null: leave it out
  Shape (*shape)(const Constraints& constraints);
};

template <class T>
const Type& type_of();

class Field {
 public:
  Field(std::string_view name, std::string_view doc, void* target, const Type& type)
      : name_(name), doc_(doc), target_(target), type_(&type) {}

  // The key has to be given. Without it, the value of the default-constructed struct stands.
  Field& required();
  // Shown in the reference: "tokens", "requests".
  Field& unit(std::string_view unit);

  // Bounds, both included. For an integer written as a fraction they are in its own unit (permille,
  // ...).
  Field& at_least(std::int64_t bound) { return raw_min(bound); }
  Field& at_least(Duration bound) { return raw_min(ns(bound)); }
  Field& at_least(Fraction bound) { return raw_min(bound.ppb); }
  Field& at_least(Money bound) { return raw_min(bound.picodollars()); }
  Field& at_most(std::int64_t bound) { return raw_max(bound); }
  Field& at_most(Duration bound) { return raw_max(ns(bound)); }
  Field& at_most(Fraction bound) { return raw_max(bound.ppb); }
  Field& at_most(Money bound) { return raw_max(bound.picodollars()); }
  template <class T>
  Field& range(T min, T max) {
    return at_least(min).at_most(max);
  }
  // More than nothing, for every numeric type.
  Field& positive() { return raw_min(1); }
  Field& not_empty();
  // Of an array or a map; none is decoded when there are more.
  Field& at_most_items(std::size_t count);

  // An int64 of tokens: 8000, "8k" or "2M".
  Field& tokens();
  // An int64 in thousandths or millionths, written 1.5 or "50%".
  Field& permille();
  Field& ppm();
  // "unlimited" stands for the largest value of an int64 or a Duration, and is how that is echoed.
  Field& or_unlimited();

  // Runs when the key was given and is right, before the later fields are decoded. For presets:
  //   v.field("preset", r.preset, "...").on_given([&r] { r = *retry_preset(r.preset); });
  Field& on_given(std::function<void()> action);

 private:
  friend class Fields;
  Field& raw_min(int128 bound);
  Field& raw_max(int128 bound);

  std::string_view name_;
  std::string_view doc_;
  std::string_view unit_;
  bool required_ = false;
  Constraints constraints_;
  void* target_;
  const Type* type_;
  std::function<void()> on_given_;
};

class Fields {
 public:
  // Names the struct in the schema's $defs and the reference; a struct without a name is shown in
  // place.
  Fields& type(std::string_view name, std::string_view doc);
  // A value that is not an object is taken for this field: 2000 for {"tokens": 2000}.
  Fields& shorthand(std::string_view field);

  // Names and docs are string literals: they are kept by reference. The result is valid until the
  // next call.
  template <class T>
  Field& field(std::string_view name, T& member, std::string_view doc) {
    return fields_.emplace_back(name, doc, &member, type_of<T>());
  }

  // False when anything was wrong. `tag` is the member that chose this struct in a union, or empty.
  bool decode(Decoder& decoder, const Value& value, std::string_view tag) const;
  Value echo() const;
  StructInfo info() const;

 private:
  static void decode_field(const Field& field, Decoder& decoder, const Value& value);
  static void miss(const Field& field, Decoder& decoder, const Value& value);
  void decode_shorthand(Decoder& decoder, const Value& value) const;
  void decode_members(Decoder& decoder, const Value& value) const;
  void check_names(Decoder& decoder, const Value& value, std::string_view tag) const;

  std::string_view name_;
  std::string_view doc_;
  std::string_view shorthand_;
  std::vector<Field> fields_;
};

// ---- what schema and reference are made from

struct Alternative {
  std::string name;
  StructInfo (*info)();
};

struct Shape {
  enum class Kind { kScalar, kStruct, kUnion, kOptional, kArray, kMap };
  Kind kind = Kind::kScalar;
  std::string text{};                       // kScalar: for people, "duration, at least 1s"
  Value schema{};                           // kScalar
  StructInfo (*info)() = nullptr;           // kStruct
  std::vector<Shape> item{};                // kOptional, kArray, kMap: one
  bool not_empty = false;                   // kArray, kMap
  std::optional<std::size_t> most_items{};  // kArray, kMap
  std::string tag{};                        // kUnion
  std::vector<Alternative> alternatives{};
  std::string number_is{};  // kUnion: the alternative that a bare number stands for
};

struct FieldInfo {
  std::string name{};
  std::string doc{};
  std::string unit{};
  bool required = false;
  Value fallback{};  // the default; null: none
  Shape shape{};
};

struct StructInfo {
  std::string name{};
  std::string doc{};
  std::string shorthand{};
  std::vector<FieldInfo> fields{};
};

}  // namespace sluice::describe
