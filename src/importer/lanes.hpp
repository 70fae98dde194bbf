// Which calls of a log become which workload. A workload has one model, one way of being asked
// (fast, batch) and sizes in one tokenizer's tokens, so each combination is a lane of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "fit/log_histogram.hpp"
#include "importer/scenario_draft.hpp"
#include "importer/trace_file.hpp"
#include "ingest/import_source.hpp"
#include "results/import_result.hpp"
#include "scenario/catalog.hpp"

namespace sluice::importer {

// Names of models that are told apart; later ones that the catalog does not know are one.
inline constexpr std::size_t kModelNamesMost = 300;
inline constexpr const char* kOtherModels = "other";

struct LaneWishes {
  const scenario::Catalog& catalog;
  const scenario::ModelRow& fallback;  // for what the catalog does not know
  std::string tier;
};

// One workload on its way.
struct Lane {
  std::string name;
  const scenario::ModelRow* model = nullptr;
  const scenario::ModelRow* sizes_for = nullptr;  // nullptr: the model's own tokens
  bool fast = false;
  bool batch = false;
  std::vector<std::string> log_names;
  std::int64_t calls = 0;
  Duration first{};  // on the log's clock
  Usage tokens;
  std::int64_t blocks = 0;  // with a prefix or block ids
  fit::LogHistogram prompts;
  fit::LogHistogram outputs;
  std::unique_ptr<TraceFile> trace;
  std::unordered_map<std::int64_t, std::int64_t> sessions;  // the log's to 0, 1, 2, ...

  void count(const ingest::ImportedCall& call);
  std::int64_t session_number(const std::optional<std::int64_t>& session);
  // How long what it wrote into the cache was to live; empty: it cached nothing.
  std::optional<scenario::CacheUse> cache_use() const noexcept;
};

class Lanes {
 public:
  explicit Lanes(LaneWishes wishes) : wishes_(std::move(wishes)) {}

  // The lane of a call, made when it is the first of its kind; the same object for ever.
  std::size_t find(const ingest::ImportedCall& call);
  // Replaces a name that comes after too many others: by its model's id, or by kOtherModels.
  void limit_names(std::string& log_name);
  // Calls that became kOtherModels.
  std::int64_t other_names() const noexcept { return other_names_; }
  // Of the call's own model; nullptr: not in the catalog.
  const scenario::ModelRow* own_model(const std::string& log_name);
  Lane& operator[](std::size_t index) { return lanes_[index]; }
  std::deque<Lane>& all() noexcept { return lanes_; }
  // What was assumed of models, in sentences.
  std::vector<std::string> notes() const;

 private:
  struct Mapped {
    const scenario::ModelRow* own = nullptr;
    const scenario::ModelRow* target = nullptr;
    const scenario::ModelRow* sizes_for = nullptr;
    std::int64_t calls = 0;
  };
  Mapped& map(const std::string& log_name);
  void give_name(Lane& lane);

  LaneWishes wishes_;
  std::map<std::string, Mapped> models_;  // by the log's name
  std::deque<Lane> lanes_;
  std::int64_t other_names_ = 0;
};

}  // namespace sluice::importer
