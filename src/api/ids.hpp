// Small integer names for the entities of one run: positions in the run's own tables, so that hot
// code compares and indexes integers. What a file calls them is kept beside those tables.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

enum class WorkloadId : std::uint16_t {};
enum class WorkspaceId : std::uint16_t {};  // 0 is the default workspace
enum class KeyId : std::uint16_t {};
enum class ModelId : std::uint16_t {};
enum class GroupId : std::uint16_t {};  // a rate-limit group: models that share one set of limits
enum class LimiterId : std::uint16_t {
};  // position in RateLimiter's table, which is the table of docs/model.md

template <class Id>
constexpr std::size_t index(Id id) noexcept {
  return static_cast<std::size_t>(id);
}

}  // namespace sluice
