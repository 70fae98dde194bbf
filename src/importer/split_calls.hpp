// Rows of a usage report, each the tokens of many calls over some time, as calls of a size that is
// assumed: as many as make the mean prompt nearest to `request_tokens`, alike, evenly over the
// row's time; of the context window above 200,000 tokens, calls of at least that. Calls that are
// calls already pass as they are. All of it stays in the order of time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "importer/ordered_calls.hpp"

namespace sluice::importer {

// More would make traces of gigabytes of a few rows.
inline constexpr std::int64_t kMaxSplitCalls = 2'000'000;

class SplitCalls {
 public:
  SplitCalls(OrderedCalls& calls, std::int64_t request_tokens)
      : calls_(calls), request_tokens_(request_tokens) {}

  // An error also where the rows make more than kMaxSplitCalls.
  Result<bool> next(ingest::ImportedCall& call);
  std::int64_t rows_split() const noexcept { return rows_split_; }

 private:
  // A row of which calls are still to come.
  struct Open {
    ingest::ImportedCall row;
    std::int64_t count = 1;
    std::int64_t given = 0;
    std::int64_t number = 0;  // of the row, to break ties
    Duration next_at() const noexcept;
  };
  static bool is_later(const Open& a, const Open& b) noexcept;

  Result<void> look_ahead();
  Result<void> open(const ingest::ImportedCall& row);
  void give_part(ingest::ImportedCall& call);

  OrderedCalls& calls_;
  std::int64_t request_tokens_;
  std::optional<ingest::ImportedCall> ahead_;  // read, not yet given or opened
  ingest::ImportedCall spare_;                 // keeps the capacity of its vector
  bool at_end_ = false;
  std::vector<Open> open_;  // a heap, the earliest on top
  std::int64_t rows_split_ = 0;
  std::int64_t calls_made_ = 0;
};

}  // namespace sluice::importer
