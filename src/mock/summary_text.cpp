#include "mock/summary_text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "engine/api_model.hpp"
#include "mock/printed_text.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice::mock {
namespace {

void append_line(std::string& out, std::string_view label, const std::vector<std::string>& parts) {
  constexpr std::size_t kIndent = 10;
  if (parts.empty()) return;
  out += fmt::format("{:<{}}{}\n", label, kIndent, wrapped(join(parts), kPrintedWidth, kIndent));
}

std::vector<std::string> statuses(const Counters& counters) {
  std::vector<std::string> parts;
  for (const auto& [status, count] : counters.by_status()) {
    // A connection that was closed instead of an answer has no status.
    const std::string what = status == 0 ? "without an answer" : "with " + std::to_string(status);
    parts.push_back(count_text(count) + " " + what);
  }
  return parts;
}

std::vector<std::string> causes(const Counters& counters) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    if (counters.rate_limited[i] == 0) continue;
    parts.push_back(count_text(counters.rate_limited[i]) + " " +
                    std::string{name(static_cast<LimitCause>(i))});
  }
  if (counters.rate_limited_injected > 0) {
    parts.push_back(count_text(counters.rate_limited_injected) + " asked for by header");
  }
  return parts;
}

// The limiters that refused most.
std::vector<std::string> refusing(const StateView& view) {
  constexpr std::size_t kShown = 3;
  const std::vector<std::uint64_t>& counts = view.counters.refused_by_limiter;
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  std::vector<std::string> parts;
  for (const std::size_t i : order) {
    if (counts[i] == 0 || parts.size() == kShown) break;
    const LimiterSpec& spec = view.api.limiter().spec(LimiterId(i));
    // It may have been lifted since.
    const std::string limit = is_open(spec) ? "unlimited now" : with_thousands(spec.limit);
    parts.push_back(fmt::format("{} by {} of {} ({}, {})", count_text(counts[i]), name(spec.type),
                                view.plan.run.groups[index(spec.group)], limit,
                                scope_of(spec, view.plan.run)));
  }
  return parts;
}

std::vector<std::string> troubles(const Counters& counters) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) parts.push_back(count_text(count) + " " + std::string{what});
  };
  add(counters.injected, "asked for by header");
  add(counters.faults_planned, "by planned faults");
  add(counters.errors_in_stream, "failed after their 200");
  add(counters.client_gone, "left by the client");
  return parts;
}

std::string model_table(const StateView& view) {
  TextTable table({"model", "answers", "input", "cache read", "cache write", "output", "cost"});
  const std::vector<ModelCounters>& models = view.counters.models;
  const auto add = [&](std::string_view name, const ModelCounters& of) {
    const Usage& usage = of.usage;
    const bool has_price = of.unpriced < of.responses || of.cost.total() != Money{};
    table.add({std::string{name}, count_text(of.responses), with_thousands(usage.input_tokens),
               with_thousands(usage.cache_read_input_tokens),
               with_thousands(usage.cache_creation_input_tokens()),
               with_thousands(usage.output_tokens),
               has_price ? money_text(of.cost.total()) : "unpriced"});
  };
  std::size_t shown = 0;
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (models[i].responses == 0) continue;
    add(view.plan.run.models[i].name, models[i]);
    ++shown;
  }
  if (shown > 1) add("all", view.counters.total());
  return table.empty() ? "" : table.text();
}

std::string cache_text(const ModelCounters& total) {
  const std::int64_t prompt = total.usage.prompt_tokens();
  const std::int64_t read = total.usage.cache_read_input_tokens;
  if (prompt == 0 || read + total.usage.cache_creation_input_tokens() == 0) return {};
  const double share = static_cast<double>(read) / static_cast<double>(prompt);
  const bool is_loss = total.saved_by_cache < Money{};
  const Money size = is_loss ? -total.saved_by_cache : total.saved_by_cache;
  return percent_text(share) + " of the input was read from cache, which " +
         (is_loss ? "cost " : "saved ") + money_text(size) + (is_loss ? " more" : "");
}

}  // namespace

std::string summary_text(const StateView& view) {
  const Counters& counters = view.counters;
  std::uint64_t all = 0;
  for (const auto& [status, count] : counters.by_status()) all += count;
  if (all == 0) return "Served nothing.\n";
  std::string out =
      fmt::format("Served {} {} in {}, at most {} in flight at once.\n", count_text(all),
                  all == 1 ? "call" : "calls", short_text(view.now - kRunStart),
                  count_text(counters.in_flight_max));
  append_line(out, "status", statuses(counters));
  append_line(out, "429 for", causes(counters));
  append_line(out, "refused", refusing(view));
  append_line(out, "trouble", troubles(counters));
  const std::string table = model_table(view);
  if (!table.empty()) out += "\n" + table;
  const std::string cache = cache_text(counters.total());
  if (!cache.empty()) append_line(out, "cache", {cache});
  return out;
}

}  // namespace sluice::mock
