// The one pass over a log: every call goes to its lane's trace, to what is known of the cache, and
// to the sums of what was spent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "experiment/monitor.hpp"
#include "importer/cache_history.hpp"
#include "importer/import.hpp"
#include "importer/lanes.hpp"
#include "importer/spending.hpp"
#include "importer/split_calls.hpp"

namespace sluice::importer {

class LogReading {
 public:
  LogReading(const ImportWishes& wishes, const scenario::Catalog& catalog,
             const scenario::ModelRow& fallback);

  // Reads the source to its end. An error also where no call is left.
  Result<void> read(ingest::ImportSource& source, Monitor& monitor);

  Lanes& lanes() noexcept { return lanes_; }
  const Spending& spending() const noexcept { return spending_; }
  Duration zero() const noexcept { return zero_; }  // the first call, on the log's clock
  Duration last() const noexcept { return last_; }
  std::int64_t calls() const noexcept { return calls_; }
  std::int64_t failed() const noexcept { return failed_; }
  std::int64_t calls_cut() const noexcept { return history_.cut_calls(); }
  std::int64_t rows_split() const noexcept { return rows_split_; }
  // Of the prompt tokens of calls with usage; empty: none of them used a cache.
  std::optional<double> read_share() const noexcept;

 private:
  Result<void> add(ingest::ImportedCall& call, const ingest::ImportFacts& facts);
  Result<void> open_trace(Lane& lane, ingest::LogFormat format);
  Result<void> finish(Lane& lane);
  Result<std::string> free_path(const Lane& lane) const;

  const ImportWishes& wishes_;
  Lanes lanes_;
  CacheHistory history_;
  Spending spending_;
  Usage billed_;
  Duration zero_{};
  Duration last_{};
  std::int64_t calls_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t rows_split_ = 0;
};

}  // namespace sluice::importer
