#include "ingest/trace_summary.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

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

// Counts the blocks and the distinct ones among them. Once too many ids are distinct, only those
// are kept whose hash ends in one more zero bit: an even sample by id, with the full count of each
// id in it.
class BlockCounts {
 public:
  void add(std::uint64_t id) {
    if (!sampled(id)) return;
    ++times_[id];
    if (times_.size() <= kMaxDistinct) return;
    sample_of_ *= 2;
    for (auto entry = times_.begin(); entry != times_.end();) {
      entry = sampled(entry->first) ? std::next(entry) : times_.erase(entry);
    }
  }
  void report(TraceSummary& summary) const {
    for (const auto& entry : times_) summary.blocks += entry.second;  // a sum: in any order
    summary.blocks_reused = summary.blocks - static_cast<std::int64_t>(times_.size());
    summary.block_sample_of = sample_of_;
  }

 private:
  static constexpr std::size_t kMaxDistinct = 524'288;

  bool sampled(std::uint64_t id) const noexcept {
    const std::uint64_t hash = (id ^ (id >> 32)) * 0x9e3779b97f4a7c15U;
    return ((hash >> 32) & static_cast<std::uint64_t>(sample_of_ - 1)) == 0;
  }

  std::unordered_map<std::uint64_t, std::int64_t> times_;
  std::int64_t sample_of_ = 1;
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
