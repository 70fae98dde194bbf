#include "ingest/spread_group.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice::ingest {
namespace {

// All of a row but its block ids.
void copy_scalars(const TraceRequest& from, TraceRequest& to) {
  to.at = from.at;
  to.input_tokens = from.input_tokens;
  to.output_tokens = from.output_tokens;
  to.thinking_tokens = from.thinking_tokens;
  to.max_tokens = from.max_tokens;
  to.session = from.session;
  to.cached_prefix_id = from.cached_prefix_id;
  to.cached_prefix_tokens = from.cached_prefix_tokens;
  to.model = from.model;
  to.line = from.line;
  to.pass = from.pass;
}

}  // namespace

void SpreadGroup::clear() noexcept {
  used_ = next_ = 0;
  blocks_.clear();
  block_end_.clear();
}

bool SpreadGroup::add(const TraceRequest& row) {
  if (used_ == kMaxRows || blocks_.size() + row.block_ids.size() > kMaxBlocks) return false;
  if (used_ == rows_.size()) rows_.emplace_back();
  copy_scalars(row, rows_[used_++]);
  blocks_.insert(blocks_.end(), row.block_ids.begin(), row.block_ids.end());
  block_end_.push_back(blocks_.size());
  return true;
}

void SpreadGroup::spread(Duration width, const RandomSource& random, std::uint32_t workload_hash) {
  const auto bound = static_cast<std::uint64_t>(ns(width));
  offsets_.clear();
  for (std::size_t i = 0; i < used_; ++i) {
    const Entity row{.workload_hash = workload_hash,
                     .session = static_cast<std::uint64_t>(rows_[i].line),
                     .turn = static_cast<std::uint32_t>(rows_[i].pass)};
    const std::uint64_t bits = random.bits(Purpose::kTraceSpread, row).first;
    offsets_.push_back(Duration{static_cast<std::int64_t>(uniform_below(bits, bound))});
  }
  std::sort(offsets_.begin(), offsets_.end());
  for (std::size_t i = 0; i < used_; ++i) rows_[i].at += offsets_[i];
}

void SpreadGroup::take(TraceRequest& row) {
  SLUICE_CHECK(!empty());
  const std::size_t begin = next_ == 0 ? 0 : block_end_[next_ - 1];
  const auto first = blocks_.begin();
  row.block_ids.assign(first + static_cast<std::ptrdiff_t>(begin),
                       first + static_cast<std::ptrdiff_t>(block_end_[next_]));
  copy_scalars(rows_[next_++], row);
}

std::size_t SpreadGroup::buffer_bytes() const noexcept {
  return rows_.capacity() * sizeof(TraceRequest) + blocks_.capacity() * sizeof(std::uint64_t) +
         block_end_.capacity() * sizeof(std::size_t) + offsets_.capacity() * sizeof(Duration);
}

}  // namespace sluice::ingest
