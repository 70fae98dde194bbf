// Values of a record's line, read with simdjson: what each member may be, and in which words it is
// refused. For record_row.cpp alone. Every function answers false after it has set `problem`.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "ingest/json_problem.hpp"
#include "ingest/record_row.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

// More than any run has: of tokens, and of requests in a session.
inline constexpr std::int64_t kLargestCount = 1'000'000'000'000;

class RecordValues {
 public:
  using Type = simdjson::ondemand::json_type;
  using value = simdjson::ondemand::value;
  using object = simdjson::ondemand::object;
  RecordProblem problem;

  bool no_json(simdjson::error_code code) {
    problem = {.message = fmt::format("is not a whole JSON object ({}); expected one line of "
                                      "--records",
                                      json_problem(code)),
               .is_no_json = true};
    return false;
  }
  bool wrong(std::string_view wanted) {
    problem.message = fmt::format("{} is not {}", in_quotes(name_), wanted);
    return false;
  }

  // Consumes a null.
  bool is_null(value& v, bool& null) {
    Type type{};
    if (const simdjson::error_code code = v.type().get(type)) return no_json(code);
    null = false;
    if (type != Type::null) return true;
    if (const simdjson::error_code code = v.is_null().get(null)) return no_json(code);
    return null || no_json(simdjson::N_ATOM_ERROR);
  }
  template <class T, class Read>
  bool or_null(value& v, std::optional<T>& to, Read read) {
    bool null = false;
    to.reset();
    if (!is_null(v, null)) return false;
    return null || read(to.emplace());
  }

  bool token(value& v, std::string_view& text, std::string_view wanted) {
    Type type{};
    if (const simdjson::error_code code = v.type().get(type)) return no_json(code);
    if (type != Type::number) return wrong(wanted);
    text = v.raw_json_token();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    return true;
  }
  template <class T>
  bool whole(value& v, T& number, T least = 0, T most = T{kLargestCount}) {
    std::string_view text;
    if (!token(v, text, "a whole number")) return false;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = code == std::errc{} && end == text.data() + text.size();
    if (is_whole && number >= least && number <= most) return true;
    return wrong(fmt::format("a whole number from {} to {}", least, most));
  }
  bool scaled(value& v, int digits, std::int64_t most, std::int64_t& number) {
    std::string_view text;
    if (!token(v, text, "a number")) return false;
    const auto parsed = parse_decimal(text, digits);
    if (!parsed || *parsed > most || *parsed < -most) {
      return wrong(fmt::format("a number of at most {} decimals that a run can have", digits));
    }
    number = static_cast<std::int64_t>(*parsed);
    return true;
  }
  bool seconds(value& v, Duration& duration) {
    std::int64_t count = 0;
    if (!scaled(v, 9, ns(kMaxTraceTime), count)) return false;
    duration = nanoseconds(count);
    return true;
  }
  bool money(value& v, Money& amount) {
    std::string_view text;
    if (!token(v, text, "an amount of dollars")) return false;
    const auto parsed = Money::from_decimal(text);
    if (!parsed) return wrong("an amount of dollars");
    amount = *parsed;
    return true;
  }
  bool truth(value& v, bool& flag) {
    Type type{};
    if (const simdjson::error_code code = v.type().get(type)) return no_json(code);
    if (type != Type::boolean) return wrong("true or false");
    if (const simdjson::error_code code = v.get_bool().get(flag)) return no_json(code);
    return true;
  }
  bool view(value& v, std::string_view& text) {
    Type type{};
    if (const simdjson::error_code code = v.type().get(type)) return no_json(code);
    if (type != Type::string) return wrong("text");
    if (const simdjson::error_code code = v.get_string().get(text)) return no_json(code);
    return true;
  }
  bool text(value& v, std::string& to) {
    std::string_view text;
    if (!view(v, text)) return false;
    to = text;
    return true;
  }
  bool text_or_null(value& v, std::string& to) {
    bool null = false;
    to.clear();
    if (!is_null(v, null)) return false;
    return null || text(v, to);
  }
  bool instant(value& v, UnixTime& time) {
    std::string_view text;
    if (!view(v, text)) return false;
    const auto parsed = UnixTime::parse(text);
    if (!parsed) return wrong("an instant of RFC 3339");
    time = *parsed;
    return true;
  }

  // Calls the member of the table that has the name of each field; all of `required` have to come.
  template <class Table, class Row>
  bool members(object& fields, const Table& table, std::uint64_t required, Row& row) {
    std::uint64_t seen = 0;
    std::size_t next = 0;  // the writer's order is the table's
    for (auto entry : fields) {
      simdjson::ondemand::field field;
      std::string_view key;
      if (const simdjson::error_code code = std::move(entry).get(field)) return no_json(code);
      if (const simdjson::error_code code = field.unescaped_key().get(key)) return no_json(code);
      std::size_t at = next;
      if (at >= table.size() || table[at].name != key) {
        at = 0;
        while (at < table.size() && table[at].name != key) ++at;
      }
      if (at == table.size()) continue;
      next = at + 1;
      name_ = table[at].name;
      const std::uint64_t bit = std::uint64_t{1} << at;
      if ((seen & bit) != 0) return wrong("there once only");
      seen |= bit;
      value v = field.value();
      if (!table[at].read(*this, v, row)) return false;
    }
    for (std::size_t at = 0; at < table.size(); ++at) {
      name_ = table[at].name;
      if ((required & ~seen & (std::uint64_t{1} << at)) != 0) return wrong("there");
    }
    return true;
  }
  template <class Table, class Row>
  bool object_of(value& v, const Table& table, std::uint64_t required, Row& row) {
    Type type{};
    object fields;
    if (const simdjson::error_code code = v.type().get(type)) return no_json(code);
    if (type != Type::object) return wrong("an object");
    if (const simdjson::error_code code = v.get_object().get(fields)) return no_json(code);
    return members(fields, table, required, row);
  }

 private:
  std::string_view name_;  // of the member that is read
};

}  // namespace sluice::ingest
