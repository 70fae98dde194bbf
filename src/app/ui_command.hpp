// `sluice ui`: the what-if explorer, a page of this machine's own in which a scenario can be
// written, its levers moved and its simulation watched as they move (docs/ui.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/terminal.hpp"

namespace sluice::app {

struct UiArguments {
  std::string scenario;                // a file to begin with; empty: the quickstart
  std::optional<std::string> catalog;  // folder; empty: the built-in one
  std::vector<std::string> overlays;   // files, under every scenario of the page
  std::uint16_t port = 0;              // 0: any free one
};
Exit serve_ui(const UiArguments& arguments);

}  // namespace sluice::app
