// The tables of the history, as the steps by which they came about. A file says how many of them it
// has (PRAGMA user_version) and that it is ours (PRAGMA application_id), so an older file is
// brought up to date and a newer or foreign one is left alone.
#pragma once

#include <span>
#include <string>

#include "base/error.hpp"
#include "history/database.hpp"

namespace sluice::history {

// "slui": what tells a file of sluice from another application's.
inline constexpr std::int64_t kApplication = 0x736C7569;

// Each is SQL that takes a file from the version before it to its own; a step that was published is
// never changed.
std::span<const char* const> schema_steps() noexcept;

// Refuses what is no database, another application's, or of a newer sluice; none of it is touched.
// An empty or absent file is fine.
Result<void> check_is_ours(const std::string& path, std::span<const char* const> steps);

// Takes the steps that the file lacks, all or none.
Result<void> bring_up_to_date(const Database& database, std::span<const char* const> steps);

}  // namespace sluice::history
