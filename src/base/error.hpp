// Errors of the world: a bad file, a wrong option, a refused port. An Error says where, what was
// wrong, and what would be right. A refusal by the API is not an error but an Outcome
// (api/outcome.hpp).
//
//   Result<Scenario> load(const std::string& path);
//   SLUICE_TRY(Scenario scenario, load(path));
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace sluice {

enum class ErrorCode { kUsage, kInvalidInput, kIo, kInterrupted };

struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string
      where;  // "file.json: /json/pointer", "file.csv:17", an option or an address; may be empty
  std::string message;  // one sentence without a final stop: what is wrong, and what would be right

  // "where: message".
  std::string text() const;
  bool operator==(const Error&) const = default;
};

// All errors of one input, reported together, in the order of the input.
using Errors = std::vector<Error>;

template <class T>
using Result = tl::expected<T, Error>;

// For inputs in which several things can be wrong at once.
template <class T>
using Checked = tl::expected<T, Errors>;

Error invalid_input(std::string where, std::string message);
tl::unexpected<Error> invalid(std::string where, std::string message);
tl::unexpected<Error> io_error(std::string where, std::string message);

}  // namespace sluice

// Evaluates a Result; returns its error from the enclosing function, or binds its value.
#define SLUICE_TRY(declaration, expression) \
  SLUICE_TRY_IMPL(SLUICE_TRY_JOIN(sluice_try_, __LINE__), declaration, expression)
#define SLUICE_TRY_IMPL(name, declaration, expression)       \
  auto name = (expression);                                  \
  if (!name) return tl::unexpected(std::move(name).error()); \
  declaration = std::move(*name)
#define SLUICE_TRY_JOIN(a, b) SLUICE_TRY_JOIN2(a, b)
#define SLUICE_TRY_JOIN2(a, b) a##b
