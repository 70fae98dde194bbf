// The pages of the live view of a load run, as text: overview, limits, cost, latency. Each fits a
// terminal of 80 columns and 24 lines. Pure: the same view gives the same text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "live/replay.hpp"
#include "results/run_result.hpp"

namespace sluice::app {

enum class Page : std::uint8_t { kOverview, kLimits, kCost, kLatency };
inline constexpr std::size_t kPageCount = 4;

struct PageStyle {
  std::string title;                    // of the scenario
  const RunResult* forecast = nullptr;  // what a simulation of it said, if there was one
  bool charts = false;                  // Unicode's block characters
  bool keys = false;                    // says which keys turn the pages
};

// Lines with their newline.
std::string page_text(Page page, const live::ReplayView& view, const PageStyle& style);
// Everything in one line, for where no page can stand in place.
std::string view_line(const live::ReplayView& view);

// Which page a key turns to, from the page that is shown: 1 to 4, tab the next one. Other keys turn
// to none.
std::optional<Page> page_of_key(char key, Page shown);

}  // namespace sluice::app
