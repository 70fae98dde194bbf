// Batches as a test makes them and reads them back.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {

inline constexpr std::string_view kBatches = "/v1/messages/batches";
inline const MockOptions kAtOnce{.latency = false};
// Batches that take exactly ten minutes, as a workload of the scenario says.
inline constexpr const char* kTenMinutes =
    R"(, "workloads": [{"name": "documents", "model": "sonnet-5.5", "input": 1000, "output": 100,)"
    R"( "arrivals": {"type": "constant", "rate": "1/min"},)"
    R"( "batch": {"share": 1, "completion": "10m"}}])";

inline nlohmann::json item(const std::string& id, int max_tokens = 200) {
  return {{"custom_id", id},
          {"params",
           {{"model", "claude-sonnet-5-5"},
            {"max_tokens", max_tokens},
            {"messages", {{{"role", "user"}, {"content", "Summarise document " + id}}}}}}};
}

inline std::string body_of(int items) {
  nlohmann::json requests = nlohmann::json::array();
  for (int i = 0; i < items; ++i) requests.push_back(item("doc-" + std::to_string(i)));
  return nlohmann::json{{"requests", requests}}.dump();
}

inline std::string path_of(const nlohmann::json& batch, const std::string& rest = "") {
  return std::string(kBatches) + "/" + batch.at("id").get<std::string>() + rest;
}

inline nlohmann::json create(test::MockClient& mock, int items) {
  const test::MemoryReply& reply = mock.post(kBatches, body_of(items));
  INFO(reply.body);
  REQUIRE(reply.status == 200);
  return reply.json();
}

inline std::vector<nlohmann::json> lines_of(const test::MemoryReply& reply) {
  REQUIRE(reply.status == 200);
  std::vector<nlohmann::json> lines;
  std::size_t at = 0;
  while (at < reply.body.size()) {
    const std::size_t end = reply.body.find('\n', at);
    REQUIRE(end != std::string::npos);
    lines.push_back(nlohmann::json::parse(reply.body.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

inline std::map<std::string, int> types_of(const std::vector<nlohmann::json>& lines) {
  std::map<std::string, int> types;
  for (const nlohmann::json& line : lines) ++types[line.at("result").at("type").get<std::string>()];
  return types;
}

}  // namespace sluice::mock
