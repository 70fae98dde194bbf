// Judges the client under test by what it sent (--grade, /_sluice/grade): retries before
// retry-after was over, retries of what cannot succeed, synchronised waves of retries,
// amplification, errors inside a stream that nobody acted on, requests given up that a retry would
// have served.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "mock/served.hpp"

namespace sluice::mock {

struct Finding {
  std::string rule;        // "retried-too-early", ...
  bool is_failure = true;  // else advice
  std::uint64_t count = 0;
  std::string text;  // one sentence with numbers, for a person
};

struct Verdict {
  bool passed = true;
  std::uint64_t requests = 0;  // logical requests seen
  std::uint64_t attempts = 0;
  std::vector<Finding> findings;
};

class Grader {
 public:
  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);
  Verdict verdict(TimePoint now) const;
  void clear();

 private:
  struct Parts;
  // The helper who writes grade.cpp settles the representation.
};

}  // namespace sluice::mock
