// An organization's limits beside the catalog's: which usage tier they are nearest to, and what
// differs from it. Pure.
#pragma once

#include <optional>
#include <string>

#include "admin/pull_limits.hpp"
#include "base/calendar.hpp"
#include "base/error.hpp"
#include "results/limits_comparison.hpp"
#include "scenario/catalog.hpp"

namespace sluice::admin {

struct CompareOptions {
  UnixTime at{};                      // when they were read; the catalog of that day
  std::string target;                 // for people
  std::optional<std::string> tier{};  // compare with this one
};

// The nearest tier is the one with the fewest limits that differ, among equals the one whose
// numbers are nearest. An error: the tier that was asked for is not one of that day.
Result<LimitsComparison> compare_limits(const PulledLimits& pulled,
                                        const scenario::Catalog& catalog,
                                        const CompareOptions& options);

// The catalog's groups that an answer's group stands for, by its models; mostly one, none where the
// catalog knows none of them. Each once, in the order of the answer.
std::vector<std::string> catalog_groups(const AnsweredGroup& group,
                                        const scenario::Catalog& catalog);

}  // namespace sluice::admin
