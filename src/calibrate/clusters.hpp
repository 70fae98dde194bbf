// Whether events strike the trials of a sequence independently, or come in clusters; and which.
// Pure.
#pragma once

#include <cstddef>
#include <vector>

namespace sluice::calibrate {

struct Cluster {
  std::size_t first = 0;  // positions of its first and last hit in the sequence
  std::size_t last = 0;
  std::size_t hits = 0;
};

// True where chance alone would give such a sequence less than once in a thousand: too many
// neighbouring hits, or too uneven a number of them in equal parts of the sequence.
bool is_clustered(const std::vector<bool>& hits);

// Hits that are no further apart than clusters' own gaps, in order; a lone hit is one too.
std::vector<Cluster> clusters_of(const std::vector<bool>& hits);

}  // namespace sluice::calibrate
