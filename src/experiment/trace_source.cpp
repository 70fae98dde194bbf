#include "experiment/trace_source.hpp"

#include <array>
#include <utility>

#include "base/hash.hpp"

namespace sluice {
namespace {

ingest::TraceFormat format_named(const std::string& wanted) {
  constexpr std::array kFormats = {ingest::TraceFormat::kAzure, ingest::TraceFormat::kMooncake,
                                   ingest::TraceFormat::kCsv, ingest::TraceFormat::kJsonl};
  for (const ingest::TraceFormat format : kFormats) {
    if (ingest::name(format) == wanted) return format;
  }
  return ingest::TraceFormat::kDetect;
}

}  // namespace

Result<std::unique_ptr<TraceSource>> TraceSource::open(const WorkloadSpec& workload,
                                                       const RandomSource& random) {
  const auto& trace = std::get<TraceArrivals>(workload.arrivals);
  ingest::TraceOptions options;
  options.path = trace.path;
  options.format = format_named(trace.format);
  options.window_start = trace.window_start;
  options.window_length = trace.window_length;
  options.time_scale_ppm = trace.time_scale_ppm;
  options.token_scale_ppm = trace.token_scale_ppm;
  options.loop = trace.loop;
  options.skip_bad_rows = trace.skip_bad_rows;
  options.spread = trace.spread;
  options.random = random;
  options.workload_hash = workload.hash;
  SLUICE_TRY(auto reader, ingest::TraceReader::open(std::move(options)));
  return std::unique_ptr<TraceSource>(new TraceSource(std::move(reader), workload));
}

TraceSource::TraceSource(std::unique_ptr<ingest::TraceReader> reader, const WorkloadSpec& workload)
    : reader_(std::move(reader)),
      chain_seed_(stable_hash(std::get<TraceArrivals>(workload.arrivals).path)),
      ttl_(workload.conversation_ttl ? workload.conversation_ttl : workload.prefix_ttl),
      offset_(workload.starts - kRunStart) {}

bool TraceSource::next(PlannedArrival& arrival) {
  if (failure_) return false;
  Result<bool> more = reader_->next(request_);
  if (!more) {
    failure_ = std::move(more).error();
    return false;
  }
  if (!*more) return false;
  arrival.at = kRunStart + offset_ + request_.at;
  arrival.session = session_++;
  arrival.is_recorded = true;
  RecordedRequest& recorded = arrival.recorded;
  recorded.prompt_tokens = request_.input_tokens;
  recorded.answer_tokens = request_.output_tokens;
  recorded.thinking_tokens = request_.thinking_tokens;
  recorded.max_tokens = request_.max_tokens;
  write_blocks(arrival);
  return true;
}

// An equal block id is an equal prefix, so the id alone names the chain.
void TraceSource::write_blocks(PlannedArrival& arrival) const {
  std::vector<CacheBlock>& blocks = arrival.recorded.blocks;
  blocks.clear();
  if (!ttl_) return;
  if (request_.cached_prefix_id) {
    blocks.push_back(
        {.chain = hash_combine(hash_combine(chain_seed_, 1), *request_.cached_prefix_id),
         .prefix_tokens = request_.cached_prefix_tokens,
         .ttl = *ttl_});
  }
  for (std::size_t i = 0; i < request_.block_ids.size(); ++i) {
    blocks.push_back({.chain = hash_combine(chain_seed_, request_.block_ids[i]),
                      .prefix_tokens = reader_->prefix_tokens(request_, i + 1),
                      .ttl = *ttl_});
  }
}

TraceNotes TraceSource::notes() const {
  return {.requests = reader_->requests(),
          .bad_rows = reader_->bad_rows(),
          .bad_row_examples = reader_->bad_row_examples()};
}

}  // namespace sluice
