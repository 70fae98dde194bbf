// What each call of a trace reads from a prompt cache whose entries are gone when a given time has
// passed, by the trace's own instants: an estimate without service times, for fits. Memory is that
// of the entries of about two lifetimes.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/time.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::importer {

class CachedReads {
 public:
  // Prefixes shorter than `minimum` tokens are not cached.
  CachedReads(Duration life, std::int64_t minimum) : life_(life), minimum_(minimum) {}

  // Tokens read by the next request of the reader's trace.
  std::int64_t add(const ingest::TraceRequest& request, const ingest::TraceReader& reader);

 private:
  bool is_live(std::uint64_t id, Duration now) const;
  void drop_expired(Duration now);

  Duration life_;
  std::int64_t minimum_;
  std::unordered_map<std::uint64_t, Duration> used_;
  Duration dropped_{};
};

}  // namespace sluice::importer
