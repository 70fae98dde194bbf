// A recorded trace as a source of requests: ingest reads rows, this gives them ids, cache blocks
// and the run's time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/request_source.hpp"
#include "ingest/trace_reader.hpp"
#include "policy/workload_spec.hpp"

namespace sluice {

// What a trace left out, for the report.
struct TraceNotes {
  std::int64_t requests = 0;
  std::int64_t bad_rows = 0;
  Errors bad_row_examples;
};

class TraceSource final : public RequestSource {
 public:
  // Opens the file; an error names it.
  static Result<std::unique_ptr<TraceSource>> open(const WorkloadSpec& workload,
                                                   const RandomSource& random);

  bool next(PlannedArrival& arrival) override;
  std::optional<Error> failure() const override { return failure_; }
  TraceNotes notes() const;

 private:
  TraceSource(std::unique_ptr<ingest::TraceReader> reader, const WorkloadSpec& workload);
  void write_blocks(PlannedArrival& arrival) const;

  std::unique_ptr<ingest::TraceReader> reader_;
  std::uint64_t chain_seed_;     // of equal block ids within one file
  std::optional<CacheTtl> ttl_;  // empty: the trace's blocks are not cached
  Duration offset_;
  std::uint64_t session_ = 0;
  ingest::TraceRequest request_;
  std::optional<Error> failure_;
};

}  // namespace sluice
