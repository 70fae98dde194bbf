// The overlays of one scenario, read and checked each on its own, so that an error names the
// overlay's file and line, whatever scenario it is laid under.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "describe/value.hpp"

namespace sluice::scenario {

// Files of at most 8 MiB, at most 32 of them.
struct Overlays {
  std::vector<std::string> paths;          // as messages name them
  std::vector<describe::Value> documents;  // node positions: file i + 1
  std::vector<std::string> about;          // "overlay limits.json: sluice limits pull, ..."
};

// Takes the member `overlays` out of the scenario (a path or a list of them, relative to `folder`)
// and reads those files, then `more`. All errors of all files at once.
Checked<Overlays> take_overlays(describe::Value& scenario, const std::string& path,
                                const std::vector<std::string>& more);

}  // namespace sluice::scenario
