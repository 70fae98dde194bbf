#include "results/load_facts.hpp"

#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, kStopReasonCount> kNames = {
    "none",           "interrupted", "aborted",     "spend_cap",
    "authentication", "permission",  "credit_gone", "error_share"};

constexpr std::array<std::string_view, kStopReasonCount> kSentences = {
    "ran to its end",
    "interrupted: nothing more was sent, what was in flight was waited for",
    "interrupted twice: what was in flight was dropped",
    "stopped by --max-cost: the next attempt might have passed it",
    "stopped: the API does not accept the key (401)",
    "stopped: the key may not do this (403)",
    "stopped: the account has no credit left",
    "stopped: more attempts failed than the scenario allows"};

}  // namespace

std::string_view name(StopReason reason) noexcept {
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view sentence(StopReason reason) noexcept {
  return kSentences[static_cast<std::size_t>(reason)];
}

}  // namespace sluice
