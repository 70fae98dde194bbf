// Whose a model is never leaves a reader: through the function, and through every format.
#include "ingest/model_name.hpp"

#include <string>
#include <utility>
#include <vector>

#include "import_fixtures.hpp"

namespace sluice::ingest {
namespace {

std::string named(std::string_view name) {
  std::string harmless = "before";
  assign_model_name(harmless, name);
  return harmless;
}

TEST_CASE("a model's name keeps what says which model it is") {
  for (const std::string name :
       {"claude-opus-4-8", "anthropic/claude-sonnet-4-5-20250929", "us.anthropic.claude-3-v1:0",
        "claude-haiku-4-5@20251001", "bedrock/us-east-1/anthropic.claude-v2:1",
        "vertex_ai/claude-opus-4", "publishers/anthropic/models/claude-opus-4", "learn:7b", ""}) {
    CHECK(named(name) == name);
  }
  CHECK(named("claude opus\n<b>") == "claude?opus??b?");
  CHECK(named("claude-opus-4-8[1m]") == "claude-opus-4-8");
  CHECK(named(std::string(500, 'x')) == std::string(128, 'x'));
}

TEST_CASE("of a cloud's resource only the model or the profile is kept") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", "abc"},
      {"bedrock/converse/ARN:aws:bedrock:us-east-1:123456789012:inference-profile/us.x.y-v1:0",
       "us.x.y-v1:0"},
      {"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-v2:1",
       "anthropic.claude-v2:1"},
      {"arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fabc", "abc"},
      {"arn:aws:bedrock:us-east-1:123456789012", "?"},
      {"arn:aws:bedrock:us-east-1:123456789012:", "?"},
      {"arn:aws:bedrock:us-east-1:123456789012:123456789012", "?"},
      {"projects/acme/locations/us-east5/publishers/anthropic/models/claude-opus-4@20250514",
       "claude-opus-4@20250514"},
      {"vertex_ai/Projects/123456789012/locations/us/endpoints/9876543210987654321", "?"},
      {"projects/acme", "?"},
      {"projects/acme/", "?"},
      {"accounts/acme/models/mine", "mine"},
      {"/subscriptions/0a1b-2c/resourceGroups/acme/deployments/gpt-4o", "gpt-4o"},
      {"https://acme:key@acme.example/v1/models/claude-opus-4?key=acme", "claude-opus-4"},
      {"huggingface/https://acme.example", "?"},
      {"ft:gpt-4o-mini-2024-07-18:acme:support:a1", "ft:gpt-4o-mini-2024-07-18"},
      {"openai/ft:gpt-4o:acme::a1", "ft:gpt-4o"},
      {"claude-4-20250929/123456789012", "claude-4-20250929/?"},
  };
  for (const auto& [name, kept] : rows) {
    INFO(name);
    CHECK(named(name) == kept);
  }
}

TEST_CASE("no account and no project leaves any format through the name of a model") {
  for (const std::string name :
       {"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        "bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude",
        "projects/hunter2/locations/us-east5/publishers/anthropic/models/claude-opus-4",
        "projects/hunter2", "vertex_ai/projects/hunter2/endpoints/123456789012"}) {
    const std::vector<std::pair<LogFormat, std::string>> logs = {
        {LogFormat::kClaudeCode,
         R"({"type":"assistant","timestamp":"2026-09-01T10:00:00Z","message":{"id":"m","model":")" +
             name + R"(","usage":{"input_tokens":1,"output_tokens":2}}})"},
        {LogFormat::kLiteLlm, R"({"call_type":"completion","startTime":"2026-01-02T03:04:05Z",)"
                              R"("prompt_tokens":1,"completion_tokens":2,"model":")" +
                                  name + "\"}"},
        {LogFormat::kOpenTelemetry,
         R"({"trace_id":"t","start_time":"2026-02-25T10:00:00Z","attributes":{)"
         R"("gen_ai.operation.name":"chat","gen_ai.usage.input_tokens":1,)"
         R"("gen_ai.usage.output_tokens":2,"gen_ai.request.model":")" +
             name + R"(","gen_ai.response.model":")" + name + "\"}}"},
        {LogFormat::kUsageReport,
         R"({"data":[{"starting_at":"2026-11-01T00:00:00Z","ending_at":"2026-11-01T01:00:00Z",)"
         R"("results":[{"uncached_input_tokens":1,"output_tokens":2,"model":")" +
             name + "\"}]}]}"},
        {LogFormat::kBurstGpt,
         "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5," + name +
             ",1,2,3,API log\n"},
        {LogFormat::kCsv, "at,input_tokens,output_tokens,model\n1,2,3," + name + "\n"},
        {LogFormat::kJsonl,
         R"({"at":1,"input_tokens":2,"output_tokens":3,"model":")" + name + "\"}"},
    };
    for (const auto& [format, text] : logs) {
      INFO(ingest::name(format) << " " << name);
      const Imported imported = import_text(text + "\n", {.format = format}, "log.json");
      CHECK(imported.calls.size() == 1);
      CHECK(all_words(imported).find("123456789012") == std::string::npos);
      CHECK(all_words(imported).find("hunter2") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sluice::ingest
