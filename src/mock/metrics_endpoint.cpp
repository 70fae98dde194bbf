#include "mock/metrics_endpoint.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/api_model.hpp"
#include "mock/endpoints.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kFields = "content-type: text/plain; version=0.0.4; charset=utf-8\r\n";
// From a cached answer of a small model to the longest stream that a client waits for.
constexpr std::array kBucketsMs{10,    25,     50,     100,    250,     500,     1'000,  2'500,
                                5'000, 10'000, 30'000, 60'000, 120'000, 300'000, 600'000};

struct Label {
  std::string_view name;
  std::string_view value;
};
using Labels = std::initializer_list<Label>;

// Writes families one after the other: the head once, then its samples.
class Text {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void sample(Labels labels, std::string_view value) { sample("", labels, value); }
  void sample(Labels labels, std::uint64_t value) { sample(labels, std::to_string(value)); }
  void sample(Labels labels, std::int64_t value) { sample(labels, std::to_string(value)); }
  void sample(std::string_view suffix, Labels labels, std::string_view value) {
    out_.append(name_).append(suffix);
    char before = '{';
    for (const Label& label : labels) {
      out_ += before;
      out_.append(label.name).append("=\"");
      escape(label.value);
      out_ += '"';
      before = ',';
    }
    if (labels.size() > 0) out_ += '}';
    out_.append(" ").append(value).append("\n");
  }
  std::string take() && { return std::move(out_); }

 private:
  void escape(std::string_view text) {
    for (const char character : text) {
      if (character == '\n') {
        out_ += "\\n";
        continue;
      }
      if (character == '\\' || character == '"') out_ += '\\';
      out_ += character;
    }
  }

  std::string out_;
  std::string_view name_;
};

std::string seconds_text(uint128 nanoseconds) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const auto whole = static_cast<std::uint64_t>(nanoseconds / kSecond);
  const auto rest = static_cast<std::uint64_t>(nanoseconds % kSecond);
  return fmt::format("{}.{:09}", whole, rest);
}

void write_requests(Text& text, const Counters& counters) {
  text.family("sluice_mock_requests_total", "counter",
              "Calls of the Messages, count, chat and batch endpoints.");
  for (const auto& [what, count] : counters.by_route()) {
    const std::string status = std::to_string(what.second);
    text.sample({{"route", what.first}, {"status", status}}, count);
  }
  text.family("sluice_mock_rate_limited_total", "counter", "Answers with status 429, by cause.");
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    text.sample({{"cause", name(static_cast<LimitCause>(i))}}, counters.rate_limited[i]);
  }
  text.sample({{"cause", "injected"}}, counters.rate_limited_injected);
  const auto total = [&](std::string_view name, std::string_view help, std::uint64_t count) {
    text.family(name, "counter", help);
    text.sample({}, count);
  };
  text.family("sluice_mock_injected_faults_total", "counter",
              "Faults that requests asked for by sluice-fault (header), or that the scenario or "
              "/_sluice/faults planned (plan).");
  text.sample({{"by", "header"}}, counters.injected);
  text.sample({{"by", "plan"}}, counters.faults_planned);
  total("sluice_mock_clients_gone_total", "Clients that left before their answer was over.",
        counters.client_gone);
  total("sluice_mock_stream_errors_total", "Answers that failed after their 200.",
        counters.errors_in_stream);
}

void write_models(Text& text, const StateView& view) {
  const std::vector<ModelCounters>& models = view.counters.models;
  const auto each = [&](const auto& write) {
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (models[i].responses > 0) write(view.plan.run.models[i].name, models[i]);
    }
  };
  text.family("sluice_mock_tokens_total", "counter", "Tokens, as the answers' usage has them.");
  each([&](const std::string& model, const ModelCounters& of) {
    const Usage& usage = of.usage;
    const auto sample = [&](std::string_view kind, std::int64_t tokens) {
      text.sample({{"model", model}, {"kind", kind}}, tokens);
    };
    sample("input", usage.input_tokens);
    sample("cache_creation_5m", usage.cache_creation_5m_input_tokens);
    sample("cache_creation_1h", usage.cache_creation_1h_input_tokens);
    sample("cache_read", usage.cache_read_input_tokens);
    sample("output", usage.output_tokens);
  });
  text.family("sluice_mock_cost_dollars_total", "counter", "What the answers cost.");
  each([&](const std::string& model, const ModelCounters& of) {
    for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
      text.sample("", {{"model", model}, {"category", name(static_cast<CostCategory>(i))}},
                  of.cost.by_category[i].exact());
    }
  });
  text.family("sluice_mock_cache_saved_dollars", "gauge",
              "What cached prompts saved, less what writing them cost more; may be negative.");
  each([&](const std::string& model, const ModelCounters& of) {
    text.sample("", {{"model", model}}, of.saved_by_cache.exact());
  });
}

void write_limiters(Text& text, const StateView& view) {
  RateLimiter& limiter = view.api.limiter();
  const auto each = [&](const auto& value) {
    for (std::size_t i = 0; i < limiter.size(); ++i) {
      const LimiterSpec& spec = limiter.spec(LimiterId(i));
      if (is_open(spec)) continue;
      text.sample({{"scope", scope_of(spec, view.plan.run)},
                   {"group", view.plan.run.groups[index(spec.group)]},
                   {"type", name(spec.type)}},
                  std::int64_t{value(LimiterId(i))});
    }
  };
  text.family("sluice_mock_limiter_level", "gauge", "What a limiter holds now; negative in debt.");
  each([&](LimiterId id) { return limiter.bucket(id).level(view.now); });
  text.family("sluice_mock_limiter_limit", "gauge", "A limiter's limit, per minute or day.");
  each([&](LimiterId id) { return limiter.spec(id).limit; });
}

void write_gauges(Text& text, const StateView& view) {
  text.family("sluice_mock_in_flight", "gauge", "Requests admitted and not over.");
  text.sample({}, view.counters.in_flight);
  text.family("sluice_mock_cache_entries", "gauge", "Prefixes in the prompt cache.");
  text.sample({}, std::uint64_t{view.api.cache().size()});
  text.family("sluice_mock_spend_month_dollars", "gauge", "Spent this calendar month, UTC.");
  text.sample("", {}, view.api.spend().month_to_date(view.now).exact());
}

// A bucket's count may take in what lies up to 0.8 % above its bound: the histogram's own buckets
// are that wide.
void write_histogram(Text& text, std::string_view name, std::string_view help,
                     const Histogram& histogram) {
  text.family(name, "histogram", help);
  for (const std::int64_t bound : kBucketsMs) {
    const std::string le = fmt::format("{}.{:03}", bound / 1000, bound % 1000);
    const auto count = histogram.count_up_to(static_cast<std::uint64_t>(bound) * 1'000'000);
    text.sample("_bucket", {{"le", le}}, std::to_string(count));
  }
  text.sample("_bucket", {{"le", "+Inf"}}, std::to_string(histogram.count()));
  text.sample("_sum", {}, seconds_text(histogram.sum()));
  text.sample("_count", {}, std::to_string(histogram.count()));
}

}  // namespace

std::string metrics_text(const StateView& view) {
  Text text;
  write_requests(text, view.counters);
  write_models(text, view);
  write_limiters(text, view);
  write_gauges(text, view);
  write_histogram(text, "sluice_mock_ttft_seconds", "Time to the first token, in model time.",
                  view.counters.ttft);
  write_histogram(text, "sluice_mock_duration_seconds",
                  "Time to the end of an admitted request, in model time.", view.counters.duration);
  return std::move(text).take();
}

void prometheus_metrics(MockState& state, Call& call) {
  const std::string text = metrics_text({state.plan, state.api, state.counters, call.now});
  call.status = 200;
  call.reply.send(200, kFields, text);
}

}  // namespace sluice::mock
