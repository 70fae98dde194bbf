#include "ingest/spread_group.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/integer.hpp"

namespace sluice::ingest {
namespace {

// The finaliser of SplitMix64: a bijection whose output bits all depend on all input bits.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

// Uniform in [0, width).
Duration drawn_offset(Duration width, std::uint64_t seed, const TraceRequest& row) noexcept {
  const std::uint64_t key = mixed(mixed(seed) + static_cast<std::uint64_t>(row.pass));
  const std::uint64_t bits = mixed(key + static_cast<std::uint64_t>(row.line));
  const uint128 product = static_cast<uint128>(bits) * static_cast<std::uint64_t>(ns(width));
  return Duration{static_cast<std::int64_t>(product >> 64)};
}

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

void SpreadGroup::spread(Duration width, std::uint64_t seed) {
  offsets_.clear();
  for (std::size_t i = 0; i < used_; ++i) {
    offsets_.push_back(drawn_offset(width, seed, rows_[i]));
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
