#include "live/target_probe.hpp"

#include "base/decimal.hpp"
#include "describe/json.hpp"
#include "live/fetch.hpp"

namespace sluice::live {

Result<std::optional<MockFacts>> probe_target(const net::ClientOptions& target) {
  constexpr int kOk = 200;
  if (!target.target.is_loopback()) return std::optional<MockFacts>{};
  SLUICE_TRY(const Fetched fetched, fetch(target, {.path = "/_sluice/state"}));
  if (fetched.status != kOk) return std::optional<MockFacts>{};
  const auto state = describe::parse_json(fetched.body, "state");
  if (!state) return std::optional<MockFacts>{};
  const describe::Value* const options = state->find("options");
  const describe::Value* const speed = options != nullptr ? options->find("speed") : nullptr;
  if (speed == nullptr || !speed->is_number()) return std::optional<MockFacts>{};
  const auto permille = parse_decimal(speed->number_text(), 3);
  if (!permille) return std::optional<MockFacts>{};
  return std::optional(MockFacts{.speed_permille = static_cast<std::int64_t>(*permille)});
}

}  // namespace sluice::live
