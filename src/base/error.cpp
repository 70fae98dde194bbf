#include "base/error.hpp"

#include "base/printable.hpp"

namespace sluice {

std::string Error::text() const {
  return where.empty() ? message : printable(where) + ": " + message;
}

Error invalid_input(std::string where, std::string message) {
  return {ErrorCode::kInvalidInput, std::move(where), std::move(message)};
}

tl::unexpected<Error> invalid(std::string where, std::string message) {
  return tl::unexpected(invalid_input(std::move(where), std::move(message)));
}

tl::unexpected<Error> io_error(std::string where, std::string message) {
  return tl::unexpected(Error{ErrorCode::kIo, std::move(where), std::move(message)});
}

}  // namespace sluice
