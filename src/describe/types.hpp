// The composed types of descriptions: structs, optionals, arrays, maps in file order, and tagged
// unions. Each is a thin typed shell over erased functions; describe.hpp is the header to include.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "describe/fields.hpp"
#include "describe/scalars.hpp"

namespace sluice::describe {

// A std::variant of described structs, told apart by a member:
//   template <> struct sluice::describe::UnionNames<Sizes> {
//     static constexpr std::string_view tag = "type";
//     static constexpr std::array<std::string_view, 2> names{"fixed", "lognormal"};   // in the
//     variant's order static constexpr std::string_view number_is = "fixed"; // optional: 2000
//   };
// A bare string is the name of an alternative with nothing else given ("poisson"). Without the tag,
// an object is the one alternative that knows all its keys ({"p50": 1000, "p95": 8000}); of
// several, the one that misses no required key.
template <class T>
struct UnionNames {};

Value schema_from(const Shape& shape, const std::string& id, const std::string& title);
std::string reference_from(const Shape& shape);

namespace detail {

void describe() = delete;  // keeps the namespace's own name out of the lookup

template <class T>
concept Described = requires(Fields& fields, T& thing) {
  describe(fields, thing);
};
template <class T>
concept Validated = requires(const T& thing, Problems& problems) {
  validate(thing, problems);
};

template <class T>
Fields fields_of(T& thing) {
  Fields fields;
  describe(fields, thing);
  return fields;
}

template <class T>
StructInfo info_of() {
  T thing{};
  return fields_of(thing).info();
}

// One alternative of a union, or a struct of its own (empty tag).
template <class T>
void decode_struct(Decoder& decoder, const Value& value, std::string_view tag, T& thing) {
  const Fields fields = fields_of(thing);
  if (!fields.decode(decoder, value, tag)) return;
  if constexpr (Validated<T>) {
    Problems problems{decoder, value};
    validate(std::as_const(thing), problems);
  }
}

struct Choice {
  std::string_view tag;
  std::span<const std::string_view> names;
  std::string_view number_is;
  std::span<StructInfo (*const)()> infos;
};

// The alternative that a value means, or nothing after having said why there is none.
std::optional<std::size_t> choose(Decoder& decoder, const Value& value, const Choice& choice);
// What the chosen alternative is decoded from: an empty object for a bare name.
Value content_of(const Value& value);
Value echo_union(const Choice& choice, std::size_t index, const Value& content);
Shape shape_of_union(const Choice& choice);

bool check_array(Decoder& decoder, const Value& value, const Constraints& constraints);
bool check_map(Decoder& decoder, const Value& value, const Constraints& constraints);
Shape shape_of_item(Shape::Kind kind, Shape item, const Constraints& constraints);

template <class T>
struct Erased;  // one specialisation a kind of type

template <class T>
requires requires(const Value& v, const Constraints& c) { Scalar<T>::parse(v, c); }
struct Erased<T> {
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target) {
    auto parsed = Scalar<T>::parse(value, constraints);
    if (parsed) {
      *static_cast<T*>(target) = std::move(*parsed);
    } else {
      decoder.fail(value, std::move(parsed.error().message));
    }
  }
  static Value echo(const void* target, const Constraints& constraints) {
    return Scalar<T>::echo(*static_cast<const T*>(target), constraints);
  }
  static Shape shape(const Constraints& constraints) { return Scalar<T>::shape(constraints); }
};

template <Described T>
struct Erased<T> {
  static void decode(Decoder& decoder, const Value& value, const Constraints&, void* target) {
    decode_struct(decoder, value, "", *static_cast<T*>(target));
  }
  static Value echo(const void* target, const Constraints&) {
    // describe() takes its struct by non-const reference for decoding's sake; echoing only reads.
    return fields_of(*const_cast<T*>(static_cast<const T*>(target))).echo();
  }
  static Shape shape(const Constraints&) {
    return {.kind = Shape::Kind::kStruct, .info = &info_of<T>};
  }
};

template <class T>
struct Erased<std::optional<T>> {
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target) {
    auto& optional = *static_cast<std::optional<T>*>(target);
    if (value.is(Value::Kind::kNull)) {
      optional.reset();
      return;
    }
    T item{};
    type_of<T>().decode(decoder, value, constraints, &item);
    optional = std::move(item);
  }
  static Value echo(const void* target, const Constraints& constraints) {
    const auto& optional = *static_cast<const std::optional<T>*>(target);
    return optional ? type_of<T>().echo(&*optional, constraints) : Value{};
  }
  static Shape shape(const Constraints& constraints) {
    return shape_of_item(Shape::Kind::kOptional, type_of<T>().shape(constraints), constraints);
  }
};

template <class T>
struct Erased<std::vector<T>> {
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target) {
    if (!check_array(decoder, value, constraints)) return;
    std::vector<T> all;
    for (const Value& item : value.items()) {
      const Decoder::Scope scope{decoder, all.size()};
      T thing{};
      type_of<T>().decode(decoder, item, constraints, &thing);
      all.push_back(std::move(thing));
    }
    *static_cast<std::vector<T>*>(target) = std::move(all);
  }
  static Value echo(const void* target, const Constraints& constraints) {
    Value array = Value::array();
    for (const T& item : *static_cast<const std::vector<T>*>(target)) {
      array.push(type_of<T>().echo(&item, constraints));
    }
    return array;
  }
  static Shape shape(const Constraints& constraints) {
    return shape_of_item(Shape::Kind::kArray, type_of<T>().shape(constraints), constraints);
  }
};

// A JSON object of named things, in the order of the file.
template <class T>
struct Erased<std::vector<std::pair<std::string, T>>> {
  using Map = std::vector<std::pair<std::string, T>>;
  static void decode(Decoder& decoder, const Value& value, const Constraints& constraints,
                     void* target) {
    if (!check_map(decoder, value, constraints)) return;
    Map all;
    for (const Member& member : value.members()) {
      const Decoder::Scope scope{decoder, member.name};
      T thing{};
      type_of<T>().decode(decoder, member.value, constraints, &thing);
      all.emplace_back(member.name, std::move(thing));
    }
    *static_cast<Map*>(target) = std::move(all);
  }
  static Value echo(const void* target, const Constraints& constraints) {
    Value object = Value::object();
    for (const auto& entry : *static_cast<const Map*>(target)) {
      object.members().push_back({entry.first, type_of<T>().echo(&entry.second, constraints)});
    }
    return object;
  }
  static Shape shape(const Constraints& constraints) {
    return shape_of_item(Shape::Kind::kMap, type_of<T>().shape(constraints), constraints);
  }
};

template <class... Ts>
struct Erased<std::variant<Ts...>> {
  using Union = std::variant<Ts...>;
  static_assert(UnionNames<Union>::names.size() == sizeof...(Ts), "one name per alternative");

  static Choice choice() {
    static constexpr std::array<StructInfo (*)(), sizeof...(Ts)> kInfos{&info_of<Ts>...};
    Choice choice{UnionNames<Union>::tag, UnionNames<Union>::names, {}, kInfos};
    if constexpr (requires { UnionNames<Union>::number_is; }) {
      constexpr auto& kNames = UnionNames<Union>::names;
      static_assert(
          std::find(kNames.begin(), kNames.end(), UnionNames<Union>::number_is) != kNames.end(),
          "number_is names an alternative");
      choice.number_is = UnionNames<Union>::number_is;
    }
    return choice;
  }
  template <class T>
  static void decode_as(Decoder& decoder, const Value& value, Union& target) {
    T thing{};
    decode_struct(decoder, value, UnionNames<Union>::tag, thing);
    target = std::move(thing);
  }
  static void decode(Decoder& decoder, const Value& value, const Constraints&, void* target) {
    static constexpr std::array kDecoders{&decode_as<Ts>...};
    const std::optional<std::size_t> index = choose(decoder, value, choice());
    if (index) kDecoders[*index](decoder, content_of(value), *static_cast<Union*>(target));
  }
  static Value echo(const void* target, const Constraints&) {
    const auto& chosen = *static_cast<const Union*>(target);
    const auto content = [](const auto& thing) { return echo_of(thing); };
    return echo_union(choice(), chosen.index(), std::visit(content, chosen));
  }
  static Shape shape(const Constraints&) { return shape_of_union(choice()); }

 private:
  template <class T>
  static Value echo_of(const T& thing) {
    return Erased<T>::echo(&thing, {});
  }
};

}  // namespace detail

template <class T>
const Type& type_of() {
  static constexpr Type kType{&detail::Erased<T>::decode, &detail::Erased<T>::echo,
                              &detail::Erased<T>::shape};
  return kType;
}

}  // namespace sluice::describe
