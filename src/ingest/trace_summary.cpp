#include "ingest/trace_summary.hpp"

#include <array>
#include <bit>
#include <map>
#include <unordered_set>

#include "base/hash.hpp"

namespace sluice::ingest {
namespace {

// How often each size came; at most kMaxTokensPerRow distinct ones, in practice some ten thousand.
class SizeCounts {
 public:
  void add(std::int64_t size) {
    ++counts_[size];
    ++count_;
    total_ += size;
  }
  SizeSummary summary() const {
    if (counts_.empty()) return {};
    return {.p50 = ranked(50), .p95 = ranked(95), .max = counts_.rbegin()->first, .total = total_};
  }

 private:
  std::int64_t ranked(std::int64_t percent) const {
    const std::int64_t rank = (count_ * percent + 99) / 100;
    std::int64_t seen = 0;
    for (const auto& [size, times] : counts_) {
      seen += times;
      if (seen >= rank) return size;
    }
    return counts_.rbegin()->first;
  }

  std::map<std::int64_t, std::int64_t> counts_;
  std::int64_t count_ = 0;
  std::int64_t total_ = 0;
};

// Counts the blocks and the distinct ones among them. An id's level is the number of zero bits that
// its hash ends in; once too many ids are distinct, the lowest level is given up, which halves
// them: what remains is an even sample by id, with the full count of each id in it.
class BlockCounts {
 public:
  void add(std::uint64_t id) {
    const auto level = static_cast<std::size_t>(std::countr_zero(mix64(id)));
    if (level < lowest_) return;
    ++levels_[level].blocks;
    if (!levels_[level].ids.insert(id).second || ++distinct_ <= kMaxDistinct) return;
    distinct_ -= levels_[lowest_].ids.size();
    levels_[lowest_++] = {};
  }
  void report(TraceSummary& summary) const {
    for (const Level& level : levels_) summary.blocks += level.blocks;
    summary.blocks_reused = summary.blocks - static_cast<std::int64_t>(distinct_);
    summary.block_sample_of = std::int64_t{1} << lowest_;
  }

 private:
  static constexpr std::size_t kMaxDistinct = 524'288;
  struct Level {
    std::unordered_set<std::uint64_t> ids;
    std::int64_t blocks = 0;
  };

  std::array<Level, 65> levels_;
  std::size_t lowest_ = 0;  // levels below were given up
  std::size_t distinct_ = 0;
};

}  // namespace

Result<TraceSummary> summarize(TraceReader& reader) {
  TraceSummary summary;
  summary.format = reader.format();
  SizeCounts input;
  SizeCounts output;
  BlockCounts blocks;
  TraceRequest request;
  Duration first{};
  for (;;) {
    SLUICE_TRY(const bool more, reader.next(request));
    if (!more) break;
    if (summary.requests++ == 0) first = request.at;
    summary.duration = request.at - first;
    input.add(request.input_tokens);
    output.add(request.output_tokens + request.thinking_tokens);
    for (const std::uint64_t id : request.block_ids) blocks.add(id);
  }
  summary.bad_rows = reader.bad_rows();
  summary.input = input.summary();
  summary.output = output.summary();
  blocks.report(summary);
  return summary;
}

}  // namespace sluice::ingest
