#include "mock/metrics_endpoint.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/api_model.hpp"
#include "mock/endpoints.hpp"
#include "report/open_metrics_text.hpp"

namespace sluice::mock {
namespace {

void write_requests(OpenMetricsText& text, const Counters& counters) {
  text.family({"sluice_mock_requests", "counter", "",
               "Calls of the Messages, count, chat and batch endpoints."});
  for (const auto& [what, count] : counters.by_route()) {
    const std::string status = std::to_string(what.second);
    text.sample("_total", {{"route", what.first}, {"status", status}}, count);
  }
  text.family({"sluice_mock_rate_limited", "counter", "", "Answers with status 429, by cause."});
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    text.sample("_total", {{"cause", name(static_cast<LimitCause>(i))}}, counters.rate_limited[i]);
  }
  text.sample("_total", {{"cause", "injected"}}, counters.rate_limited_injected);
  const auto total = [&](std::string_view name, std::string_view help, std::uint64_t count) {
    text.family({name, "counter", "", help});
    text.sample("_total", {}, count);
  };
  text.family({"sluice_mock_injected_faults", "counter", "",
               "Faults that requests asked for by sluice-fault (header), or that the scenario or "
               "/_sluice/faults planned (plan)."});
  text.sample("_total", {{"by", "header"}}, counters.injected);
  text.sample("_total", {{"by", "plan"}}, counters.faults_planned);
  total("sluice_mock_clients_gone", "Clients that left before their answer was over.",
        counters.client_gone);
  total("sluice_mock_stream_errors", "Answers that failed after their 200.",
        counters.errors_in_stream);
}

void write_models(OpenMetricsText& text, const StateView& view) {
  const std::vector<ModelCounters>& models = view.counters.models;
  const auto each = [&](const auto& write) {
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (models[i].responses > 0) write(view.plan.run.models[i].name, models[i]);
    }
  };
  text.family({"sluice_mock_tokens", "counter", "", "Tokens, as the answers' usage has them."});
  each([&](const std::string& model, const ModelCounters& of) {
    const Usage& usage = of.usage;
    const auto sample = [&](std::string_view kind, std::int64_t tokens) {
      text.sample("_total", {{"model", model}, {"kind", kind}}, tokens);
    };
    sample("input", usage.input_tokens);
    sample("cache_creation_5m", usage.cache_creation_5m_input_tokens);
    sample("cache_creation_1h", usage.cache_creation_1h_input_tokens);
    sample("cache_read", usage.cache_read_input_tokens);
    sample("output", usage.output_tokens);
  });
  text.family({"sluice_mock_cost_dollars", "counter", "dollars", "What the answers cost."});
  each([&](const std::string& model, const ModelCounters& of) {
    for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
      text.sample("_total", {{"model", model}, {"category", name(static_cast<CostCategory>(i))}},
                  of.cost.by_category[i].exact());
    }
  });
  text.family({"sluice_mock_cache_saved_dollars", "gauge", "dollars",
               "What cached prompts saved, less what writing them cost more; may be negative."});
  each([&](const std::string& model, const ModelCounters& of) {
    text.sample("", {{"model", model}}, of.saved_by_cache.exact());
  });
}

void write_limiters(OpenMetricsText& text, const StateView& view) {
  RateLimiter& limiter = view.api.limiter();
  const auto each = [&](const auto& value) {
    for (std::size_t i = 0; i < limiter.size(); ++i) {
      const LimiterSpec& spec = limiter.spec(LimiterId(i));
      if (is_open(spec)) continue;
      text.sample("",
                  {{"scope", scope_of(spec, view.plan.run)},
                   {"group", view.plan.run.groups[index(spec.group)]},
                   {"type", name(spec.type)}},
                  std::int64_t{value(LimiterId(i))});
    }
  };
  text.family(
      {"sluice_mock_limiter_level", "gauge", "", "What a limiter holds now; negative in debt."});
  each([&](LimiterId id) { return limiter.bucket(id).level(view.now); });
  text.family({"sluice_mock_limiter_limit", "gauge", "", "A limiter's limit, per minute or day."});
  each([&](LimiterId id) { return limiter.spec(id).limit; });
}

void write_gauges(OpenMetricsText& text, const StateView& view) {
  text.family({"sluice_mock_in_flight", "gauge", "", "Requests admitted and not over."});
  text.sample("", {}, view.counters.in_flight);
  text.family({"sluice_mock_cache_entries", "gauge", "", "Prefixes in the prompt cache."});
  text.sample("", {}, std::uint64_t{view.api.cache().size()});
  text.family(
      {"sluice_mock_spend_month_dollars", "gauge", "dollars", "Spent this calendar month, UTC."});
  text.sample("", {}, view.api.spend().month_to_date(view.now).exact());
}

}  // namespace

std::string metrics_text(const StateView& view) {
  OpenMetricsText text;
  write_requests(text, view.counters);
  write_models(text, view);
  write_limiters(text, view);
  write_gauges(text, view);
  text.family({"sluice_mock_ttft_seconds", "histogram", "seconds",
               "Time to the first token, in model time."});
  text.histogram({}, view.counters.ttft);
  text.family({"sluice_mock_duration_seconds", "histogram", "seconds",
               "Time to the end of an admitted request, in model time."});
  text.histogram({}, view.counters.duration);
  return std::move(text).take();
}

void prometheus_metrics(MockState& state, Call& call) {
  const std::string text = metrics_text({state.plan, state.api, state.counters, call.now});
  call.status = 200;
  call.reply.send(200, fmt::format("content-type: {}\r\n", OpenMetricsText::kContentType), text);
}

}  // namespace sluice::mock
