// Adds a usage report up by day and model, and prices its tokens by the catalog: what was paid
// beside what the published prices say. Pure; exact.
#pragma once

#include "ingest/usage_report.hpp"
#include "results/usage_summary.hpp"
#include "scenario/catalog.hpp"

namespace sluice::admin {

// `rows`, totals and `notes`; who was asked and for what days is the caller's to say.
// Tokens are priced as of their day, by service tier (standard, batch), speed, geography and
// context window; what has no price (Priority Tier, unknown models, what is
// no tokens), and what has no cost yet, is named in a note and in no difference.
UsageSummary summarise_usage(const ingest::UsageReport& report, const scenario::Catalog& catalog);

}  // namespace sluice::admin
