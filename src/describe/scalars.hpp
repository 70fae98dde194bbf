// Scalars: types that are one JSON string, number or boolean. A module adds its own by specialising
// Scalar<T>:
//
//   template <> struct sluice::describe::Scalar<Colour> {
//     static Result<Colour> parse(const Value& value, const Constraints&);   // the error says what
//     would be right static Value echo(const Colour& colour, const Constraints&); static Shape
//     shape(const Constraints&);
//   };
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "describe/fields.hpp"

namespace sluice::describe {

template <class T>
struct Scalar {};

#define SLUICE_SCALAR(T)                                                        \
  template <>                                                                   \
  struct Scalar<T> {                                                            \
    static Result<T> parse(const Value& value, const Constraints& constraints); \
    static Value echo(const T& scalar, const Constraints& constraints);         \
    static Shape shape(const Constraints& constraints);                         \
  }

SLUICE_SCALAR(bool);
SLUICE_SCALAR(std::int64_t);
SLUICE_SCALAR(std::uint64_t);
SLUICE_SCALAR(std::string);
SLUICE_SCALAR(Duration);   // "30s", "1m30s"
SLUICE_SCALAR(Fraction);   // 0.05, "5%"
SLUICE_SCALAR(Rate);       // "20/s"
SLUICE_SCALAR(Money);      // 100.5, "$100.50"
SLUICE_SCALAR(UnixTime);   // "2026-07-01T00:00:00Z", "2026-07-01"
SLUICE_SCALAR(CivilDate);  // "2026-07-01"
SLUICE_SCALAR(Value);      // any JSON, kept as it is

#undef SLUICE_SCALAR

// Narrower integers go through int64, within their own limits.
template <std::signed_integral T>
requires(sizeof(T) < sizeof(std::int64_t)) struct Scalar<T> {
  static Constraints narrowed(Constraints constraints) {
    if (!constraints.min) constraints.min = std::numeric_limits<T>::min();
    if (!constraints.max) constraints.max = std::numeric_limits<T>::max();
    return constraints;
  }
  static Result<T> parse(const Value& value, const Constraints& constraints) {
    const auto wide = Scalar<std::int64_t>::parse(value, narrowed(constraints));
    if (!wide) return tl::unexpected(wide.error());
    return static_cast<T>(*wide);
  }
  static Value echo(T scalar, const Constraints& constraints) {
    return Scalar<std::int64_t>::echo(scalar, constraints);
  }
  static Shape shape(const Constraints& constraints) {
    return Scalar<std::int64_t>::shape(narrowed(constraints));
  }
};

// Names of an enum's values: specialise with a table.
//   template <> struct sluice::describe::EnumNames<Backoff> {
//     static constexpr std::array values{Named{"none", Backoff::kNone}, Named{"fixed",
//     Backoff::kFixed}};
//   };
template <class E>
struct Named {
  constexpr Named(std::string_view its_name, E its_value) : name(its_name), value(its_value) {}
  std::string_view name;
  E value;
};

template <class E>
struct EnumNames {};

namespace detail {

Result<std::size_t> parse_name(const Value& value, std::span<const std::string_view> names);
Shape shape_of_names(std::span<const std::string_view> names);

}  // namespace detail

template <class E>
requires requires { EnumNames<E>::values; }
struct Scalar<E> {
  static constexpr auto names() {
    std::array<std::string_view, EnumNames<E>::values.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = EnumNames<E>::values[i].name;
    return all;
  }
  static Result<E> parse(const Value& value, const Constraints&) {
    static constexpr auto kNames = names();
    const Result<std::size_t> index = detail::parse_name(value, kNames);
    if (!index) return tl::unexpected(index.error());
    return EnumNames<E>::values[*index].value;
  }
  static Value echo(E scalar, const Constraints&) {
    for (const auto& named : EnumNames<E>::values) {
      if (named.value == scalar) return Value{named.name};
    }
    return Value{};
  }
  static Shape shape(const Constraints&) {
    static constexpr auto kNames = names();
    return detail::shape_of_names(kNames);
  }
};

}  // namespace sluice::describe
