// What the writer makes of requests, said to a mock in memory and to the simulator's model of the
// API at the same instants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/api_model.hpp"
#include "live/request_writer.hpp"
#include "support/mock_client.hpp"

namespace sluice::test {

// "name: value\r\n" lines as a server sees them.
inline Headers headers_of(const std::string& lines) {
  Headers headers;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    headers.push_back({.name = line.substr(0, colon), .value = line.substr(colon + 2)});
    rest.remove_prefix(end + 2);
  }
  return headers;
}

inline Usage usage_of(const nlohmann::json& usage) {
  const nlohmann::json& written = usage["cache_creation"];
  return {.input_tokens = usage["input_tokens"],
          .cache_creation_5m_input_tokens = written["ephemeral_5m_input_tokens"],
          .cache_creation_1h_input_tokens = written["ephemeral_1h_input_tokens"],
          .cache_read_input_tokens = usage["cache_read_input_tokens"],
          .output_tokens = usage["output_tokens"]};
}

class MockTalk {
 public:
  // `workloads`: a scenario's array. Neither limits nor latency.
  explicit MockTalk(const std::string& workloads)
      : mock_(mock_plan(R"({"tier": "scale"})", {.limits = false, .latency = false},
                        R"(, "workloads": )" + workloads)),
        unlimited_(without_limits(plan())),
        model_(unlimited_, RandomSource(plan().seed, 0)),
        writer_(plan(), {.target_is_mock = true, .api_version = "2026-10-21"}) {}

  const RunPlan& plan() { return mock_.state().plan.run; }
  const live::RequestWriter& writer() const { return writer_; }
  void wait(Duration time) { mock_.run_for(time); }

  Usage by_mock(const RequestSpec& spec) {
    writer_.write_body(spec, body_);
    writer_.write_fields(spec, 1, fields_);
    Headers headers = headers_of(fields_);
    headers.push_back({"x-api-key", "sk-ant-api03-any"});
    const MemoryReply& reply = mock_.call("POST", writer_.path(), body_, headers);
    mock_.run_for({});
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    return usage_of(nlohmann::json::parse(reply.body)["usage"]);
  }
  Usage by_model(const RequestSpec& spec) {
    const TimePoint now = mock_.timers().now();
    Admitted admitted;
    Exchange exchange;
    REQUIRE(model_.admit(now, spec, 1, admitted, exchange.outcome));
    model_.begin(now, spec, admitted);
    model_.finish(admitted.ends, spec, admitted, exchange);
    return exchange.outcome.usage;
  }

 private:
  static RunPlan without_limits(RunPlan plan) {
    plan.limits.limiters.clear();
    plan.spend = {};
    plan.spend.start_unix_ns = plan.start_unix_ns;
    return plan;
  }

  MockClient mock_;
  RunPlan unlimited_;
  ApiModel model_;
  live::RequestWriter writer_;
  std::string body_;
  std::string fields_;
};

}  // namespace sluice::test

namespace sluice {
inline std::ostream& operator<<(std::ostream& out, const Usage& usage) {
  return out << usage.input_tokens << " + " << usage.cache_creation_5m_input_tokens << " + "
             << usage.cache_creation_1h_input_tokens << " written + "
             << usage.cache_read_input_tokens << " read, " << usage.output_tokens << " out";
}
}  // namespace sluice
