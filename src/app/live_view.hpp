// What a load run looks like while it goes, on stderr: a block that stands in place on a terminal,
// a line every ten seconds elsewhere.
#pragma once

#include <optional>
#include <string>

#include "live/replay.hpp"
#include "results/run_result.hpp"

namespace sluice::app {

enum class ViewKind : std::uint8_t { kBlock, kLines, kNone };

class LiveView {
 public:
  // `forecast` (may be null) is what a simulation of the same scenario said: the model's side of
  // the limits. Outlives the view.
  LiveView(ViewKind kind, std::string title, const RunResult* forecast);
  ~LiveView();  // takes the block away
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  void show(const live::ReplayView& view);

 private:
  ViewKind kind_;
  std::string title_;
  const RunResult* forecast_;
  int lines_drawn_ = 0;
  int looks_ = 0;
};

// The block's text, and the one line of it; apart, so that they can be tested.
std::string view_block(const live::ReplayView& view, const std::string& title,
                       const RunResult* forecast);
std::string view_line(const live::ReplayView& view);

}  // namespace sluice::app
