#include "importer/lanes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "importer/log_model.hpp"

namespace sluice::importer {
namespace {

using scenario::CacheUse;
using scenario::Catalog;
using scenario::ModelRow;

// A model of the catalog whose tokens are as other makers' and the older Claude models': for what
// the catalog cannot count.
const ModelRow* plain_tokenizer(const Catalog& catalog) {
  const ModelRow* newest = nullptr;
  for (const ModelRow& row : catalog.models) {
    if (row.tokenizer_permille != 1000) continue;
    if (newest == nullptr || row.released > newest->released) newest = &row;
  }
  return newest;
}

bool has_fast_mode(const ModelRow& row, const Catalog& catalog) {
  const auto* price = catalog.price(row.id, catalog.newest_date);
  return price != nullptr && price->fast_permille.has_value();
}

}  // namespace

void Lane::count(const ingest::ImportedCall& call) {
  const ingest::TraceRequest& request = call.request;
  if (calls++ == 0) first = request.at;
  if (call.usage) {
    tokens += *call.usage;
  } else {
    tokens.input_tokens += request.input_tokens;
    tokens.output_tokens += request.output_tokens + request.thinking_tokens;
  }
  if (request.cached_prefix_id || !request.block_ids.empty()) ++blocks;
  prompts.add(request.input_tokens);
  outputs.add(request.output_tokens + request.thinking_tokens);
}

std::int64_t Lane::session_number(const std::optional<std::int64_t>& session) {
  if (!session) return 0;
  const auto next = static_cast<std::int64_t>(sessions.size());
  return sessions.try_emplace(*session, next).first->second;
}

std::optional<CacheUse> Lane::cache_use() const noexcept {
  if (blocks == 0) return std::nullopt;
  const bool is_hour =
      tokens.cache_creation_1h_input_tokens > tokens.cache_creation_5m_input_tokens;
  return is_hour ? CacheUse::kOneHour : CacheUse::kFiveMinutes;
}

const ModelRow* Lanes::own_model(const std::string& log_name) { return map(log_name).own; }

Lanes::Mapped& Lanes::map(const std::string& log_name) {
  const auto [place, is_new] = models_.try_emplace(log_name);
  Mapped& mapped = place->second;
  if (!is_new) return mapped;
  const Catalog& catalog = wishes_.catalog;
  mapped.own = log_name.empty() ? nullptr : model_in_log(log_name, catalog);
  const bool is_usable =
      mapped.own != nullptr && is_offered(*mapped.own, catalog, wishes_.tier, catalog.newest_date);
  mapped.target = is_usable ? mapped.own : &wishes_.fallback;
  const ModelRow* counted = mapped.own != nullptr ? mapped.own : plain_tokenizer(catalog);
  if (counted != nullptr && counted->tokenizer_permille != mapped.target->tokenizer_permille) {
    mapped.sizes_for = counted;
  }
  return mapped;
}

std::size_t Lanes::find(const ingest::ImportedCall& call) {
  Mapped& mapped = map(call.request.model);
  const bool fast = call.is_fast && has_fast_mode(*mapped.target, wishes_.catalog);
  const auto permille = [](const ModelRow* row) {
    return row == nullptr ? 0 : row->tokenizer_permille;
  };
  const auto same = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& lane) {
    return lane.model == mapped.target && lane.fast == fast && lane.batch == call.is_batch &&
           permille(lane.sizes_for) == permille(mapped.sizes_for);
  });
  const auto found = static_cast<std::size_t>(same - lanes_.begin());
  if (same == lanes_.end()) {
    Lane& lane = lanes_.emplace_back();
    lane.model = mapped.target;
    lane.sizes_for = mapped.sizes_for;
    lane.fast = fast;
    lane.batch = call.is_batch;
    give_name(lane);
  }
  if (mapped.calls++ == 0 && !call.request.model.empty()) {
    lanes_[found].log_names.push_back(call.request.model);
  }
  return found;
}

// Two lanes of one model differ in whose tokens they count; the plain name is for the model's own,
// whenever these come.
void Lanes::give_name(Lane& lane) {
  std::string name(short_name(*lane.model));
  if (lane.fast) name += "-fast";
  if (lane.batch) name += "-batch";
  const auto taken = std::find_if(lanes_.begin(), lanes_.end(),
                                  [&](const Lane& other) { return other.name == name; });
  if (taken != lanes_.end()) (lane.sizes_for == nullptr ? taken->name : name) += "-other";
  lane.name = std::move(name);
}

void Lanes::limit_names(std::string& log_name) {
  if (models_.size() < kModelNamesMost || models_.find(log_name) != models_.end()) return;
  if (const ModelRow* row = model_in_log(log_name, wishes_.catalog)) {
    log_name = row->id;
    return;
  }
  ++other_names_;
  log_name = kOtherModels;
}

std::vector<std::string> Lanes::notes() const {
  std::vector<std::string> notes;
  const std::string fallback(short_name(wishes_.fallback));
  std::vector<std::string> unknown;
  std::vector<std::string> gone;
  bool is_unnamed = false;
  bool is_scaled = false;
  for (const auto& [name, mapped] : models_) {
    if (mapped.calls == 0) continue;
    if (mapped.target != mapped.own) {
      if (name.empty()) {
        is_unnamed = true;
      } else {
        (mapped.own == nullptr ? unknown : gone).push_back(name);
      }
    }
    is_scaled = is_scaled || (mapped.sizes_for != nullptr && mapped.own == nullptr);
  }
  const auto listed = [](std::vector<std::string> names) {
    constexpr std::size_t kShown = 4;
    const std::size_t more = names.size() - std::min(names.size(), kShown);
    names.resize(names.size() - more);
    return join(names) + (more > 0 ? fmt::format(" and {} more", more) : "");
  };
  if (is_unnamed) notes.push_back("the log names no model: " + fallback + " (--model)");
  if (!unknown.empty()) {
    notes.push_back(listed(unknown) + ": not in the catalog, taken for " + fallback + " (--model)");
  }
  if (!gone.empty()) {
    notes.push_back(listed(gone) + ": not offered in the " + wishes_.tier + " tier today, " +
                    fallback + " in its place");
  }
  if (is_scaled) {
    notes.push_back(
        fmt::format("tokens were counted by another tokenizer: x{:g} for {} (the catalog's factor)",
                    static_cast<double>(wishes_.fallback.tokenizer_permille) / 1000, fallback));
  }
  return notes;
}

}  // namespace sluice::importer
