#include "scenario/catalog_text.hpp"

#include <algorithm>
#include <vector>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace sluice::scenario {
namespace {

using Cells = std::vector<std::string>;

// Columns as wide as their widest cell; the first `left` of them and the last flush left, the
// others right.
class Table {
 public:
  Table(Cells header, std::size_t left) : rows_{std::move(header)}, left_(left) {}

  void add(Cells row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const Cells& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const Cells& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string space(widths[i] - row[i].size(), ' ');
        const bool is_left = i < left_ || i + 1 == row.size();
        line += " " + (is_left ? row[i] + space : space + row[i]);
        line += i + 1 < row.size() ? " " : "";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

 private:
  std::vector<Cells> rows_;
  std::size_t left_;
};

std::string number(const std::optional<std::int64_t>& value) {
  return value ? with_thousands(*value) : "-";
}
std::string factor(std::int64_t permille) { return decimal_text(permille, 3); }
std::string dates(const DateRange& range) {
  return range.from.text() + (range.until ? " to " + range.until->text() : "");
}
std::string known(const Evidence& evidence) {
  const bool is_guess = evidence.confidence == Confidence::kGuess;
  return (is_guess ? "GUESS" : std::string{name(evidence.confidence)}) +
         (evidence.note.empty() ? "" : ": " + evidence.note);
}
std::string per_million(Money price) {
  const std::string exact = price.exact();
  const std::size_t point = exact.find('.');
  const std::size_t digits = point == std::string::npos ? 0 : exact.size() - point - 1;
  return price.text(static_cast<int>(std::max<std::size_t>(digits, 2)));
}

std::string models_text(const Catalog& catalog) {
  Table table({"model", "group", "context", "max output", "cache min", "tokenizer", "TTFT p50/p95",
               "tokens/s p50/p95", "service times"},
              2);
  for (const ModelRow& m : catalog.models) {
    const bool is_guess = m.service_confidence == Confidence::kGuess;
    table.add(
        {m.id, m.group, with_thousands(m.context), with_thousands(m.max_output),
         with_thousands(m.cache_minimum), factor(m.tokenizer_permille),
         short_text(m.ttft.p50) + " / " + short_text(m.ttft.p95),
         std::to_string(m.output_per_second.p50) + " / " + std::to_string(m.output_per_second.p95),
         (is_guess ? "GUESS: " : std::string{name(m.service_confidence)} + ": ") +
             m.service_source});
  }
  return "Models\n" + table.text();
}

std::string tiers_text(const Catalog& catalog) {
  Table table({"tier", "since", "monthly cap", "batch RPM", "batch queue", "per batch",
               "count_tokens RPM", "known as"},
              2);
  for (const TierRow& t : catalog.tiers) {
    table.add({t.tier, dates(t.dates), t.monthly_spend ? t.monthly_spend->text(0) : "-",
               with_thousands(t.batch_requests_per_minute),
               with_thousands(t.enqueued_batch_requests), with_thousands(t.requests_per_batch),
               with_thousands(t.token_count_requests_per_minute), known(t.evidence)});
  }
  return "Tiers\n" + table.text();
}

std::string limits_text(const Catalog& catalog) {
  Table table({"tier", "group", "since", "RPM", "ITPM", "OTPM", "known as"}, 3);
  for (const LimitRow& l : catalog.limits) {
    const auto input = l.input_tokens_per_minute ? l.input_tokens_per_minute
                                                 : l.input_tokens_per_minute_cache_aware;
    for (const std::string& group : l.groups) {
      table.add({l.tier, group, dates(l.dates), number(l.requests_per_minute), number(input),
                 number(l.output_tokens_per_minute), known(l.evidence)});
    }
  }
  Table other({"limit", "tiers", "value", "of"}, 2);
  for (const OtherLimitRow& o : catalog.other_limits) {
    other.add({o.name, join(o.tiers), o.value ? with_thousands(*o.value) : "not published",
               o.unit + ", " + known(o.evidence)});
  }
  return "Messages limits (each group is one bucket)\n" + table.text() +
         "\nOther limits, shown and not simulated\n" + other.text();
}

std::string prices_text(const Catalog& catalog) {
  Table table({"model", "since", "prompt", "input", "5m write", "1h write", "cache read", "output",
               "batch", "fast", "US", "known as"},
              3);
  for (const ModelPriceRow& p : catalog.prices) {
    for (const std::string& model : p.models) {
      for (const PriceBandRow& b : p.bands) {
        table.add({model, dates(p.dates),
                   b.prompt_above == 0 ? "any" : "> " + with_thousands(b.prompt_above),
                   per_million(b.input), per_million(b.cache_write_5m),
                   per_million(b.cache_write_1h), per_million(b.cache_read), per_million(b.output),
                   "x " + factor(p.batch_permille),
                   p.fast_permille ? "x " + factor(*p.fast_permille) : "-",
                   p.us_permille == 1000 ? "-" : "x " + factor(p.us_permille), known(p.evidence)});
      }
    }
  }
  Table tools({"tool", "price", "per"}, 1);
  for (const ToolPriceRow& t : catalog.tool_prices) {
    tools.add({t.name, t.dollars.text(),
               t.unit + (t.evidence.note.empty() ? "" : ", ") + t.evidence.note});
  }
  return "Prices, dollars per million tokens\n" + table.text() + "\nTools\n" + tools.text();
}

}  // namespace

std::string catalog_text(const Catalog& catalog, CivilDate date) {
  const Catalog then = catalog.as_of(date);
  return "Catalog as of " + date.text() + " (checked " + catalog.newest_date.text() + ", sha256 " +
         catalog.digest.substr(0, 12) + ")\n\n" + models_text(then) + "\n" + tiers_text(then) +
         "\n" + limits_text(then) + "\n" + prices_text(then) +
         "\nSources of every row: scenarios/catalog. What is marked GUESS is published nowhere and "
         "can "
         "be overridden.\n";
}

}  // namespace sluice::scenario
