#include "mock/sluice_request.hpp"

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "mock/header_text.hpp"

namespace sluice::mock {
namespace {

constexpr std::int64_t kTokensMax = 10'000'000;

tl::unexpected<Error> wrong_form(std::string_view header) {
  return invalid("sluice-request",
                 in_quotes(header) +
                     " is not of the form workload/session/turn/attempt; output=N; thinking=M "
                     "(both parameters may be left out)");
}

// The part behind the last slash, which is taken off.
std::string_view take_last(std::string_view& rest) noexcept {
  const std::size_t slash = rest.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view part = rest.substr(slash + 1);
  rest = rest.substr(0, slash);
  return part;
}

}  // namespace

Result<SluiceRequest> parse_sluice_request(std::string_view header) {
  std::string_view rest = header;
  std::string_view name = take_part(rest, ';');
  const auto attempt = whole_number<std::uint16_t>(take_last(name));
  const auto turn = whole_number<std::uint32_t>(take_last(name));
  const auto session = whole_number<std::uint64_t>(take_last(name));
  if (!attempt || !turn || !session || name.empty()) return wrong_form(header);
  SluiceRequest request;
  request.id = {.workload_hash = name_hash(name), .turn = *turn, .session = *session};
  request.attempt = *attempt;
  while (!rest.empty()) {
    std::string_view parameter = take_part(rest, ';');
    const std::string_view key = take_part(parameter, '=');
    const auto value = whole_number<std::int64_t>(ascii::trimmed(parameter));
    if (!value || *value < 0 || *value > kTokensMax) return wrong_form(header);
    if (key == "output") {
      request.output = value;
    } else if (key == "thinking") {
      request.thinking = value;
    } else {
      return wrong_form(header);
    }
  }
  return request;
}

}  // namespace sluice::mock
