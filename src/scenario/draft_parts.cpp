#include "scenario/draft_parts.hpp"

#include <charconv>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice::scenario {
namespace {

constexpr std::int64_t kTokensMost = 10'000'000;

tl::unexpected<Error> not_tokens(std::string_view text) {
  return invalid("", in_quotes(text) + " is not a number of tokens: write 8000, \"8k\" or \"2M\"");
}

}  // namespace

bool is_none(std::string_view answer) noexcept { return answer.empty() || answer == "none"; }

Result<std::int64_t> parse_draft_tokens(std::string_view text, std::int64_t least) {
  std::string_view digits = ascii::trimmed(text);
  std::int64_t unit = 1;
  if (digits.ends_with('k') || digits.ends_with('K')) unit = 1000;
  if (digits.ends_with('M')) unit = 1'000'000;
  if (unit > 1) digits.remove_suffix(1);
  const Result<Fraction> number = Fraction::parse(digits);
  if (!number || digits.ends_with('%')) return not_tokens(text);
  const int128 scaled = int128{number->ppb} * unit;
  if (scaled % Fraction::kOne != 0) return not_tokens(text);
  const int128 tokens = scaled / Fraction::kOne;
  if (tokens < least || tokens > kTokensMost) {
    return invalid("", in_quotes(text) + " is not between " + with_thousands(least) + " and " +
                           with_thousands(kTokensMost) + " tokens");
  }
  return static_cast<std::int64_t>(tokens);
}

Result<DraftSize> parse_draft_size(std::string_view text) {
  const std::size_t colon = text.find(':');
  SLUICE_TRY(const std::int64_t p50, parse_draft_tokens(text.substr(0, colon), 1));
  if (colon == std::string_view::npos) return DraftSize{.p50 = p50, .p95 = std::nullopt};
  SLUICE_TRY(const std::int64_t p95, parse_draft_tokens(text.substr(colon + 1), 1));
  if (p95 < p50) {
    return invalid("",
                   in_quotes(text) + ": the 95th percentile is below the median: write p50:p95");
  }
  return DraftSize{.p50 = p50, .p95 = p95};
}

Result<std::vector<DraftModel>> parse_draft_models(std::string_view text) {
  std::vector<DraftModel> models;
  std::int64_t sum = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = ascii::trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    const std::size_t colon = part.find(':');
    DraftModel model{.name = std::string(part.substr(0, colon))};
    if (colon != std::string_view::npos) {
      const std::string_view share = part.substr(colon + 1);
      const auto read = std::from_chars(share.data(), share.data() + share.size(), model.percent);
      const bool is_right = read.ec == std::errc() && read.ptr == share.data() + share.size();
      if (!is_right || model.percent < 1 || model.percent > 100) {
        return invalid("", in_quotes(part) + ": the share is a whole per cent from 1 to 100");
      }
    }
    sum += model.percent;
    models.push_back(std::move(model));
  }
  if (models.empty()) return invalid("", "a model is needed, as \"sonnet-5.5\"");
  if (sum != 100) {
    return invalid("", "the shares sum to " + std::to_string(sum) +
                           " %, not 100 %: write \"haiku-5.5:80,sonnet-5.5:20\"");
  }
  return models;
}

}  // namespace sluice::scenario
