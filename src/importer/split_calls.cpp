#include "importer/split_calls.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/integer.hpp"
#include "base/text.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;

// The shortest of the window "200k-1M".
constexpr std::int64_t kLongPrompt = 200'001;

// Part `i` of `count` nearly equal whole parts of `total`, which sum to it.
std::int64_t part_of(std::int64_t total, std::int64_t i, std::int64_t count) {
  const auto upto = [&](std::int64_t n) {
    return static_cast<std::int64_t>(int128{total} * n / count);
  };
  return upto(i + 1) - upto(i);
}

}  // namespace

// In the middle of its part of the time.
Duration SplitCalls::Open::next_at() const noexcept {
  const int128 twice = int128{ns(row.covers)} * (2 * given + 1);
  return row.request.at + Duration{static_cast<std::int64_t>(twice / (2 * count))};
}

bool SplitCalls::is_later(const Open& a, const Open& b) noexcept {
  if (a.next_at() != b.next_at()) return a.next_at() > b.next_at();
  return a.number > b.number;
}

Result<bool> SplitCalls::next(ImportedCall& call) {
  for (;;) {
    if (auto looked = look_ahead(); !looked) return tl::unexpected(std::move(looked).error());
    const bool has_part =
        !open_.empty() && (!ahead_ || open_.front().next_at() <= ahead_->request.at);
    if (has_part) {
      give_part(call);
      return true;
    }
    if (!ahead_) return false;
    if (ahead_->covers <= Duration{}) {
      std::swap(call, *ahead_);
      spare_ = std::move(*ahead_);
      ahead_.reset();
      return true;
    }
    if (auto opened = open(*ahead_); !opened) return tl::unexpected(std::move(opened).error());
    ahead_.reset();
  }
}

Result<void> SplitCalls::look_ahead() {
  if (ahead_ || at_end_) return {};
  spare_.clear();
  SLUICE_TRY(const bool more, calls_.next(spare_));
  at_end_ = !more;
  if (more) ahead_ = std::move(spare_);
  return {};
}

Result<void> SplitCalls::open(const ImportedCall& row) {
  ++rows_split_;
  const std::int64_t prompt = row.usage ? row.usage->prompt_tokens() : row.request.input_tokens;
  const bool is_long = row.is_long_context.value_or(false) && request_tokens_ < kLongPrompt;
  const std::int64_t count = std::max<std::int64_t>(
      1, is_long ? prompt / kLongPrompt : (prompt + request_tokens_ / 2) / request_tokens_);
  calls_made_ += count;
  if (calls_made_ > kMaxSplitCalls) {
    return invalid("--request-tokens",
                   fmt::format("prompts of {} tokens make more than {} calls of the report; larger "
                               "ones make fewer, which do as well",
                               with_thousands(request_tokens_), with_thousands(kMaxSplitCalls)));
  }
  open_.push_back({.row = row, .count = count, .number = rows_split_});
  std::push_heap(open_.begin(), open_.end(), is_later);
  return {};
}

void SplitCalls::give_part(ImportedCall& call) {
  std::pop_heap(open_.begin(), open_.end(), is_later);
  Open& from = open_.back();
  const std::int64_t i = from.given;
  const std::int64_t n = from.count;
  const auto part = [&](std::int64_t total) { return part_of(total, i, n); };
  call = from.row;
  call.covers = {};
  call.request.at = from.next_at();
  call.request.input_tokens = part(from.row.request.input_tokens);
  call.request.output_tokens = part(from.row.request.output_tokens);
  call.request.thinking_tokens = part(from.row.request.thinking_tokens);
  call.web_searches = part(from.row.web_searches);
  if (call.usage) {
    const Usage& all = *from.row.usage;
    *call.usage = {.input_tokens = part(all.input_tokens),
                   .cache_creation_5m_input_tokens = part(all.cache_creation_5m_input_tokens),
                   .cache_creation_1h_input_tokens = part(all.cache_creation_1h_input_tokens),
                   .cache_read_input_tokens = part(all.cache_read_input_tokens),
                   .output_tokens = part(all.output_tokens)};
    call.request.input_tokens = call.usage->prompt_tokens();
  }
  if (++from.given == from.count) {
    open_.pop_back();
  } else {
    std::push_heap(open_.begin(), open_.end(), is_later);
  }
}

}  // namespace sluice::importer
