// The finished runs of a sweep: in memory, and, if it is to survive being killed, in a file of JSON
// lines. The first line says what was swept, each further line is one run, written as soon as it
// ended. A file goes on only with the same scenario, catalog, traces, metrics and program; cells
// count by their scenario's digest, so that a grid may grow.
//
//   SLUICE_TRY(auto journal, SweepJournal::open("sweep.jsonl", identity));
//   if (journal->find(digest, 3) == nullptr) journal->add(digest, 3, sample);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "experiment/trials.hpp"
#include "results/sweep_run.hpp"

namespace sluice {

class SweepJournal {
 public:
  // In memory only.
  explicit SweepJournal(SweepIdentity identity) : identity_(std::move(identity)) {}
  // Begins the file, or goes on with it: a last line that was torn off is dropped. An error is a
  // file of something else, a damaged line, a file in use by another sweep, or one that cannot be
  // written.
  static Result<std::unique_ptr<SweepJournal>> open(const std::string& path,
                                                    SweepIdentity identity);
  ~SweepJournal();
  SweepJournal(const SweepJournal&) = delete;
  SweepJournal& operator=(const SweepJournal&) = delete;

  // The run of a cell, or nullptr if it has not ended.
  const Sample* find(const std::string& cell, std::int64_t replication) const;
  // Keeps it, in the file before this returns.
  Result<void> add(const std::string& cell, std::int64_t replication, const Sample& sample);
  std::size_t runs() const noexcept { return samples_.size(); }

  // The whole file with its lines in the order of cells and replications, whatever the order in
  // which they ended: what a finished sweep leaves.
  std::string text() const;

 private:
  using Key = std::pair<std::string, std::int64_t>;

  Result<void> read(std::string_view text, const std::string& path);

  SweepIdentity identity_;
  std::string path_;
  int file_ = -1;
  std::map<Key, Sample> samples_;
};

}  // namespace sluice
