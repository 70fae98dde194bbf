// From somebody's logs to a scenario: traces beside it or fitted distributions in it, and what the
// logs say of cost, caches and tiers. Nothing is at its place until commit().
//
//   auto imported = import_log(*source, {.path = "mine.json"}, catalog, monitor);
//   if (imported) imported->commit();
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "importer/trace_file.hpp"
#include "ingest/import_source.hpp"
#include "results/import_result.hpp"
#include "scenario/catalog.hpp"

namespace sluice::importer {

struct ImportWishes {
  std::string path;                  // of the scenario; traces lie beside it
  std::string model = "sonnet-5.5";  // for what the log or the catalog does not name
  std::string tier = "start";
  std::uint64_t seed = 1;
  bool fit = false;
  bool replaces = false;               // files that are there already
  std::int64_t request_tokens = 5000;  // mean prompt of the calls behind a report's sums
  std::int64_t replications = 10;      // of a fit, where it is held against its trace
  std::int64_t threads = 1;
};

struct Imported {
  ImportResult result;
  std::string path;
  std::string text;  // of the scenario
  std::vector<std::unique_ptr<TraceFile>> traces;

  // The scenario and all traces, or an error and what was there before.
  Result<void> commit();
};

Checked<Imported> import_log(ingest::ImportSource& source, const ImportWishes& wishes,
                             const scenario::Catalog& catalog, Monitor& monitor);

}  // namespace sluice::importer
