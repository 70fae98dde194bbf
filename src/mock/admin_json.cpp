#include "mock/admin_json.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mock/header_text.hpp"
#include "mock/ids.hpp"
#include "wire/base64url.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kPagePrefix = "page_";
constexpr int128 kPicodollarsPerCent = 10'000'000'000;

// The next word of an id, without the dash behind it.
std::string_view take_word(std::string_view& rest) noexcept { return take_part(rest, '-'); }

}  // namespace

wire::ApiError invalid_field(std::string_view field, std::string_view what) {
  return {ErrorKind::kInvalidRequest, std::string(field).append(": ").append(what), ""};
}

wire::ApiError no_such_object() {
  return {ErrorKind::kNotFound, "The requested resource could not be found.", ""};
}

std::string page_token(std::int64_t place) {
  return std::string(kPagePrefix) + wire::encode_base64url(std::to_string(place));
}

std::optional<std::int64_t> place_of(std::string_view token) {
  if (!token.starts_with(kPagePrefix)) return std::nullopt;
  const auto text = wire::decode_base64url(token.substr(kPagePrefix.size()));
  return text ? whole_number<std::int64_t>(*text) : std::nullopt;
}

std::optional<WorkspaceId> workspace_of_id(const MockState& state, std::string_view id) {
  const auto& ids = state.plan.workspace_ids;
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found == ids.end()) return std::nullopt;
  return WorkspaceId(found - ids.begin());
}

std::string rate_limit_group_id(const MockState& state, std::size_t position) {
  return make_id("rlg_01", state.plan.run.seed, position);
}

std::string rate_limit_id(const MockState& state, std::size_t position) {
  return make_id("rl_01", state.plan.run.seed, position);
}

// Numbers that follow one another are a version; a date behind them is left out.
std::string display_name(std::string_view model_or_group) {
  std::string name = "Claude";
  bool was_number = false;
  if (model_or_group.starts_with("claude-")) model_or_group.remove_prefix(7);
  while (!model_or_group.empty()) {
    const std::string_view word = take_word(model_or_group);
    if (word.empty() || (ascii::is_digit(word.front()) && word.size() == 8)) continue;
    const bool is_number = ascii::is_digit(word.front());
    name += is_number && was_number ? '.' : ' ';
    const std::size_t start = name.size();
    name += word;
    if (name[start] >= 'a' && name[start] <= 'z') name[start] = static_cast<char>(name[start] - 32);
    was_number = is_number;
  }
  return name;
}

std::string cents_text(Money money) { return (money * 100).exact(); }

std::string whole_cents_text(Money money) {
  const int128 cents = (money.picodollars() + kPicodollarsPerCent - 1) / kPicodollarsPerCent;
  return std::to_string(static_cast<std::int64_t>(cents));
}

}  // namespace sluice::mock
