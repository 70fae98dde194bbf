// What a load run looks like while it goes, on stderr: pages that stand in place on a terminal and
// that keys turn, a line every ten seconds elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/live_pages.hpp"
#include "app/terminal_keys.hpp"
#include "live/replay.hpp"
#include "results/run_result.hpp"

namespace sluice::app {

enum class ViewKind : std::uint8_t { kBlock, kLines, kNone };

class LiveView {
 public:
  // `forecast` (may be null) is what a simulation of the same scenario said: the model's side of
  // the limits, and the names of models. Outlives the view.
  LiveView(ViewKind kind, std::string title, const RunResult* forecast);
  ~LiveView();  // takes the page away
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  void show(const live::ReplayView& view);
  // Whether a key has turned the page, so that it should be shown at once. Never waits.
  bool wants_look();

 private:
  std::string taken_away();

  ViewKind kind_;
  PageStyle style_;
  std::optional<TerminalKeys> keys_;
  Page page_ = Page::kOverview;
  int lines_drawn_ = 0;
  int looks_ = 0;
};

}  // namespace sluice::app
