// What decoding carries along: the place it is at, as file and JSON pointer, and every error found
// so far. Decoding never stops at the first error; the result is the sorted list of all of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/integer.hpp"
#include "describe/value.hpp"

namespace sluice::describe {

// What a field allows, beside its type. Bounds are in the type's own unit: nanoseconds, parts per
// billion, ...
struct Constraints {
  std::optional<int128> min;
  std::optional<int128> max;
  int fraction_digits = 0;  // an integer that is written as a fraction: 1.5 is 1500 when this is 3
  bool tokens = false;      // an integer that may be written as "8k" or "2M"
  bool unlimited = false;   // the largest value may be written as "unlimited"
  bool not_empty = false;   // strings, arrays and maps
  std::optional<std::size_t> most_items{};  // arrays and maps
};

class Decoder {
 public:
  // `others` name the files 1, 2, ... of a document that was put together (Position::file).
  explicit Decoder(std::string_view file, std::vector<std::string> others = {})
      : file_(file), others_(std::move(others)) {}

  // Goes one level down while it lives.
  class Scope {
   public:
    Scope(Decoder& decoder, std::string_view segment);
    Scope(Decoder& decoder, std::size_t index);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Decoder& decoder_;
    std::size_t length_;
  };

  void fail(const Value& at, std::string message);
  // The same, further down: `pointer` is relative to here.
  void fail(const Value& at, std::string_view pointer, std::string message);

  std::size_t error_count() const noexcept { return errors_.size(); }
  // In the order of the text, the document's own first.
  Errors take() &&;

 private:
  struct Found {
    Position position;
    Error error;
  };

  const std::string& file_of(Position position) const;

  std::string file_;
  std::vector<std::string> others_;
  std::string pointer_;
  std::vector<Found> errors_;
};

// Given to `void validate(const Thing&, Problems&)`, which checks what fields must hold together.
// Pointers are relative to the struct: problems.add("/max", "must be at least min").
class Problems {
 public:
  Problems(Decoder& decoder, const Value& value) : decoder_(decoder), value_(value) {}
  void add(std::string_view pointer, std::string message);

 private:
  Decoder& decoder_;
  const Value& value_;
};

}  // namespace sluice::describe
