#include "ingest/claude_code_log.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "claude_code_model.hpp"
#include "fixtures.hpp"
#include "ingest/line_reader.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

// Lines as the program writes them, short of what nobody reads. `more` goes into the line itself.
std::string user_line(std::string_view time, std::string_view more = "") {
  return fmt::format(
      R"({{"parentUuid":null,"isSidechain":false,"sessionId":"s1","type":"user",)"
      R"("message":{{"role":"user","content":"please"}},"uuid":"u","timestamp":"{}"{}}})"
      "\n",
      time, more);
}

std::string answer_line(std::string_view time, std::string_view id, int output_tokens,
                        std::string_view more = "") {
  return fmt::format(
      R"({{"isSidechain":false,"sessionId":"s1","type":"assistant","message":{{"id":"{}",)"
      R"("model":"claude-opus-5-5","content":[{{"type":"text","text":"sure"}}],"usage":{{)"
      R"("input_tokens":3,"cache_creation_input_tokens":400,"cache_read_input_tokens":5000,)"
      R"("cache_creation":{{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":300}},)"
      R"("output_tokens":{},"service_tier":"standard"}}}},"timestamp":"{}"{}}})"
      "\n",
      id, output_tokens, time, more);
}

constexpr std::string_view kTimes[] = {"2026-09-01T10:00:00.000Z", "2026-09-01T10:00:04.000Z",
                                       "2026-09-01T10:00:05.500Z", "2026-09-01T10:00:09.000Z",
                                       "2026-09-01T10:00:11.000Z", "2026-09-01T10:00:14.000Z"};

std::int64_t unix_time(std::string_view text) { return UnixTime::parse(text).value().nanoseconds; }

RealLog read_one(std::string_view text) {
  return read_plainly(*read_claude_code({{.name = "p/s1.jsonl", .text = text}}));
}

TEST_CASE("an answer of three lines is one call with the final output and the question's time") {
  const std::string text = user_line(kTimes[0]) + answer_line(kTimes[1], "m1", 2) +
                           answer_line(kTimes[2], "m1", 2) + answer_line(kTimes[3], "m1", 159);
  const auto source = read_claude_code({{.name = "p/s1.jsonl", .text = text}});
  ImportedCall call;
  REQUIRE(source->next(call).value());
  CHECK(ns(call.request.at) == unix_time(kTimes[0]));
  CHECK(call.usage == Usage{3, 100, 300, 5000, 159});
  CHECK(call.request.input_tokens == 5403);
  CHECK(call.request.output_tokens == 159);
  CHECK(call.request.model == "claude-opus-5-5");
  CHECK(call.request.line == 2);
  CHECK_FALSE(call.is_subagent);
  CHECK_FALSE(call.failed);
  CHECK_FALSE(source->next(call).value());
  const ImportFacts& facts = source->facts();
  CHECK(facts.rows == 4);
  CHECK(facts.duplicates == 2);
  CHECK(facts.not_calls == 1);
  CHECK(facts.has_dates);
  CHECK(facts.in_order);
  CHECK(facts.format == LogFormat::kClaudeCode);
}

TEST_CASE("tools that ran while the answer was still written belong to the next call") {
  const RealLog real = read_one(user_line(kTimes[0]) + answer_line(kTimes[1], "m1", 2) +
                                user_line(kTimes[2]) + answer_line(kTimes[3], "m1", 50) +
                                user_line(kTimes[4]) + answer_line(kTimes[5], "m2", 7));
  REQUIRE(real.log.calls.size() == 2);
  CHECK(real.log.calls[0].at == unix_time(kTimes[0]));
  CHECK(real.log.calls[1].at == unix_time(kTimes[4]));
}

TEST_CASE("a call without a question of its own began when its first line was written") {
  const RealLog real =
      read_one(answer_line(kTimes[1], "m1", 2) + user_line(kTimes[0]) +
               answer_line(kTimes[2], "m2", 2) + answer_line(kTimes[3], "m3", 2) +
               user_line(kTimes[5]) + answer_line(kTimes[4], "m4", 2));  // the clock went back
  REQUIRE(real.log.calls.size() == 4);
  CHECK(real.log.calls[0].at == unix_time(kTimes[0]));
  CHECK(real.log.calls[1].at == unix_time(kTimes[1]));
  CHECK(real.log.calls[2].at == unix_time(kTimes[3]));
  CHECK(real.log.calls[3].at == unix_time(kTimes[4]));
}

TEST_CASE("a forked session's copy of a call is left out, whichever file has its final usage") {
  const std::string first = user_line(kTimes[0]) + answer_line(kTimes[1], "m1", 2);
  const std::string second =
      user_line(kTimes[0]) + answer_line(kTimes[1], "m1", 80) + answer_line(kTimes[3], "m2", 5);
  const auto source = read_claude_code(
      {{.name = "p/s1.jsonl", .text = first}, {.name = "p/s2.jsonl", .text = second}});
  const RealLog real = read_plainly(*source);
  REQUIRE(real.log.calls.size() == 2);
  CHECK(real.log.duplicates == 1);
  CHECK(real.log.calls[0].file == 0);
  CHECK(real.log.calls[0].usage.output_tokens == 80);
  CHECK(real.log.calls[1].file == 1);
  CHECK(source->facts().files == std::vector<std::string>{"p/s1.jsonl", "p/s2.jsonl"});
}

TEST_CASE("a side conversation's copy of the main one's call leaves it in the main one") {
  const std::string side =
      R"({"isSidechain":true,"agentId":"a1","sessionId":"s1","type":"assistant","message":)"
      R"({"id":"m1","model":"claude-opus-5-5","usage":{"output_tokens":9}},)"
      R"("timestamp":"2026-09-01T09:00:00Z"})";
  const std::string main = answer_line(kTimes[1], "m1", 2);
  const RealLog real =
      read_plainly(*read_claude_code({{.name = "p/s0/subagents/agent-a1.jsonl", .text = side},
                                      {.name = "p/s1.jsonl", .text = main}}));
  REQUIRE(real.log.calls.size() == 1);
  CHECK_FALSE(real.log.calls[0].is_subagent);
  CHECK(real.log.calls[0].file == 1);
  CHECK(real.log.calls[0].at == unix_time(kTimes[1]));
  CHECK(real.log.calls[0].usage.output_tokens == 9);
}

std::string agent_line(std::string_view id, std::string_view agent, std::string_view uuid,
                       std::string_view parent) {
  const std::string agent_member =
      agent.empty() ? std::string() : fmt::format(R"("agentId":"{}",)", agent);
  return fmt::format(
      R"({{"isSidechain":true,{}"sessionId":"s1","uuid":"{}","parentUuid":"{}","type":"assistant",)"
      R"("message":{{"id":"{}","model":"claude-haiku-4-5","usage":{{"output_tokens":9}}}},)"
      R"("timestamp":"2026-09-01T10:00:0{}Z"}})"
      "\n",
      agent_member, uuid, parent, id, id.back());
}

TEST_CASE("each sub-agent is a conversation of its own, by its id or by the line that began it") {
  const std::string in_session =
      answer_line("2026-09-01T10:00:00Z", "m0", 1) + agent_line("m1", "", "a", "none") +
      agent_line("m2", "", "b", "none") + agent_line("m3", "", "c", "a") +
      agent_line("m4", "", "d", "b") + agent_line("m5", "", "e", "c");
  const std::string in_own_file = agent_line("m6", "a1", "f", "none");
  const std::string in_another =
      agent_line("m7", "a1", "g", "f") + agent_line("m8", "a2", "h", "g");
  const RealLog real = read_plainly(
      *read_claude_code({{.name = "p/s1.jsonl", .text = in_session},
                         {.name = "p/s1/subagents/agent-a1.jsonl", .text = in_own_file},
                         {.name = "p/agent-a1.jsonl", .text = in_another}}));
  std::vector<int> conversations;
  std::vector<bool> are_subagents;
  for (const PlainCall& call : real.log.calls) {
    conversations.push_back(call.conversation);
    are_subagents.push_back(call.is_subagent);
  }
  CHECK(conversations == std::vector<int>{1, 2, 3, 2, 3, 2, 4, 4, 5});
  CHECK(are_subagents == std::vector<bool>{false, true, true, true, true, true, true, true, true});
}

TEST_CASE(
    "answers that no model gave, progress that repeats a sub-agent, and others are not calls") {
  const std::string synthetic =
      R"({"type":"assistant","timestamp":"2026-09-01T10:00:00Z","message":{"id":"x",)"
      R"("model":"<synthetic>","usage":{"input_tokens":0,"output_tokens":0}}})";
  const std::string api_error =
      R"({"type":"assistant","isApiErrorMessage":true,"timestamp":"2026-09-01T10:00:00Z",)"
      R"("message":{"id":"y","model":"claude-opus-5-5","usage":{"output_tokens":1}}})";
  const std::string progress =
      R"({"type":"progress","timestamp":"2026-09-01T10:00:00Z","data":{"type":"agent_progress",)"
      R"("message":{"type":"assistant","message":{"id":"z","model":"claude-opus-5-5",)"
      R"("usage":{"output_tokens":1}}}}})";
  const RealLog real =
      read_one(synthetic + "\n" + api_error + "\n" + progress + "\n" +
               R"({"type":"summary","summary":"what it was about","leafUuid":"u"})" + "\n" +
               R"({"type":"assistant","message":{"model":"claude-opus-5-5","content":[]}})" + "\n" +
               answer_line(kTimes[0], "m1", 2));
  CHECK(real.error.empty());
  CHECK(real.log.calls.size() == 1);
  CHECK(real.log.not_calls == 5);
  CHECK(real.log.bad_rows == 0);
}

TEST_CASE("web searches and inference in the US are kept, of a call's fullest line") {
  const auto line = [](int output_tokens, std::string_view more) {
    return fmt::format(
        R"({{"type":"assistant","timestamp":"2026-09-01T10:00:00Z","message":{{"id":"m",)"
        R"("model":"claude-opus-5-5","usage":{{"input_tokens":1,"output_tokens":{}{}}}}}}})"
        "\n",
        output_tokens, more);
  };
  const std::string text =
      line(1, R"(,"inference_geo":"global","server_tool_use":null)") +
      line(2, R"(,"inference_geo":"us","server_tool_use":{"web_search_requests":3})");
  const auto source = read_claude_code({{.name = "s", .text = text}});
  ImportedCall call;
  REQUIRE(source->next(call).value());
  CHECK(call.is_us_only);
  CHECK(call.web_searches == 3);
  CHECK(read_one(line(1, R"(,"server_tool_use":{"web_search_requests":-3})")).error ==
        "p/s1.jsonl:1: message.usage.server_tool_use.web_search_requests is not a whole number "
        "from 0 to 10000000 (1 of 1 rows cannot be read, so that it is hardly of this format)");
}

TEST_CASE("speed, service tier and thinking are kept, and a model's name is made harmless") {
  const std::string line =
      R"({"type":"assistant","timestamp":"2026-09-01T10:00:00Z","message":{"model":)"
      R"("eu.anthropic/claude opus\n<b>[1m]","usage":{"input_tokens":1,"output_tokens":50,)"
      R"("cache_creation_input_tokens":7,"output_tokens_details":{"thinking_tokens":20},)"
      R"("speed":"fast","service_tier":"batch"}}})";
  const auto source = read_claude_code({{.name = "s", .text = line}});
  ImportedCall call;
  REQUIRE(source->next(call).value());
  CHECK(call.is_fast);
  CHECK(call.is_batch);
  CHECK(call.request.model == "eu.anthropic/claude?opus??b?");
  CHECK(call.request.thinking_tokens == 20);
  CHECK(call.request.output_tokens == 30);
  CHECK(call.usage == Usage{1, 7, 0, 0, 50});
}

// --- hostile logs
// ------------------------------------------------------------------------------------

constexpr std::string_view kSecret = "hunter2-correct-horse";

std::vector<std::string> malformed_lines() {
  const std::string good = answer_line(kTimes[0], "m1", 2);
  const std::string secret(kSecret);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string line = good.substr(0, good.size() - 1);
    return line.replace(line.find(from), from.size(), to);
  };
  return {
      good.substr(0, good.size() / 2),
      good.substr(0, good.size() - 2),
      secret,
      "\"" + secret + "\"",
      "[{\"" + secret + "\":1}]",
      good.substr(0, good.size() - 1) + " {\"" + secret + "\":1}",
      std::string(100, '\0'),
      std::string("{\"type\":\"assis\0tant\"}", 21),
      "\xff\xfe{\"\0t\0y",
      "{\"type\":\"" + secret + "\xc3\"}",
      with("\"sure\"", "\"" + secret + "\x01\""),
      with("2026-09-01T10:00:00.000Z", secret),
      with("2026-09-01T10:00:00.000Z", "9999-01-01T00:00:00Z"),
      with("\"timestamp\"", "\"" + secret + "\""),
      with("\"claude-opus-5-5\"", "{\"" + secret + "\":[]}"),
      with(":5000", ":50000000000000000000000000000000"),
      with(":5000", ":5e3"),
      with(":5000", ":\"" + secret + "\""),
      with(":5000", ":-1"),
      with(":3,", ":10000000,"),
  };
}

TEST_CASE("a malformed line is counted and shown with its place, and the others are read") {
  for (const std::string& bad : malformed_lines()) {
    const std::string text =
        user_line(kTimes[0]) + bad + "\n" + answer_line(kTimes[1], "m2", 4) + "\r\n \t\n";
    const auto source = read_claude_code({{.name = "p/s1.jsonl", .text = text}});
    const RealLog real = read_plainly(*source);
    INFO(bad);
    CHECK(real.error.empty());
    CHECK(real.log.calls.size() == 1);
    REQUIRE(real.log.bad_rows == 1);
    CHECK(source->facts().bad_row_examples.front().where == "p/s1.jsonl:2");
    CHECK(source->facts().bad_row_examples.front().text().find(kSecret) == std::string::npos);
  }
}

TEST_CASE("a strict reading ends at the first malformed line, and says so again") {
  const std::string text = answer_line(kTimes[1], "m2", 4) + "{\n" + answer_line(kTimes[2], "m", 4);
  const auto source = read_claude_code({{.name = "p/s1.jsonl", .text = text}}, true);
  ImportedCall call;
  const std::string error = source->next(call).error().text();
  CHECK(error.substr(0, 40) == "p/s1.jsonl:2: the line is not valid JSON");
  CHECK(source->next(call).error().text() == error);
}

TEST_CASE("a line too long to hold is counted and stops nothing, even a strict reading") {
  const std::string text =
      user_line(kTimes[0], ",\"image\":\"" + std::string(kMaxLineBytes, 'A') + "\"") +
      answer_line(kTimes[1], "m2", 4);
  const auto source = read_claude_code({{.name = "p/s1.jsonl", .text = text}}, true);
  const RealLog real = read_plainly(*source);
  CHECK(real.error.empty());
  CHECK(real.log.calls.size() == 1);
  CHECK(real.log.bad_rows == 1);
  CHECK(source->facts().bad_row_examples.front().text() ==
        "p/s1.jsonl:1: the line is longer than 8000000 bytes and was not read");
}

TEST_CASE("files that are not session logs are refused") {
  CHECK(read_one("a,b\n1,2\n3,4\n").error.substr(0, 14) == "p/s1.jsonl:1: ");
  CHECK(read_one(user_line(kTimes[0])).error ==
        "p/s1.jsonl: no call to a model in 1 lines of 1 files; expected session logs of Claude "
        "Code");
  CHECK_FALSE(read_one("").error.empty());
}

TEST_CASE("no text of a session reaches a call, a fact or an error") {
  const std::string secret(kSecret);
  std::string text;
  for (const std::string_view damage : {"", "}", "x"}) {
    text += fmt::format(
        R"({{"type":"user","cwd":"/{0}","gitBranch":"{0}","slug":"{0}","sessionId":"{0}",)"
        R"("uuid":"{0}","agentId":"{0}","version":"{0}","timestamp":"{0}","toolUseResult":"{0}",)"
        R"("message":{{"role":"user","content":"{0}"}},"{0}":"{0}"}}{1})"
        "\n"
        R"({{"type":"assistant","requestId":"{0}","uuid":"{0}","parentUuid":"{0}",)"
        R"("sessionId":"{0}","agentId":"{0}","isSidechain":true,"cwd":"{0}","error":"{0}",)"
        R"("timestamp":"2026-09-01T10:00:00Z","message":{{"id":"{0}{1}",)"
        R"("model":"claude-opus-5-5","stop_sequence":"{0}",)"
        R"("content":[{{"type":"text","text":"{0}","{0}":0}}],"usage":{{"output_tokens":4,)"
        R"("service_tier":"{0}","speed":"{0}","inference_geo":"{0}","{0}":1}}}}}}{1})"
        "\n",
        secret, damage);
  }
  text += answer_line(kTimes[1], "m2", 4) + answer_line(kTimes[1], "m3", 4);
  const auto source = read_claude_code({{.name = "p/s1.jsonl", .text = text}});
  std::string said;
  for (ImportedCall call; source->next(call).value();) said += call.request.model + "\n";
  for (const Error& error : source->facts().bad_row_examples) said += error.text() + "\n";
  CHECK(source->facts().bad_row_examples.size() == 4);
  CHECK(said.find(secret) == std::string::npos);
}

TEST_CASE("a tree of logs is read from its folder, in the order of its files' names") {
  namespace fs = std::filesystem;
  const char* const temporary = std::getenv("TMPDIR");
  std::string root = std::string(temporary == nullptr ? "/tmp" : temporary) + "/sluice-cc-XXXXXX";
  REQUIRE(::mkdtemp(root.data()) != nullptr);
  fs::create_directories(root + "/-home-me-work/s1/subagents");
  const auto save = [&](const std::string& path, const std::string& text) {
    std::ofstream(root + "/-home-me-work/" + path, std::ios::binary) << text;
  };
  save("s1.jsonl", answer_line(kTimes[1], "m1", 4));
  save("s1/subagents/agent-a1.jsonl", agent_line("m2", "a1", "a", "none"));
  save("s1/subagents/agent-a1.meta.json", "{}");
  save("s0.jsonl", user_line(kTimes[0]) + answer_line(kTimes[1], "m1", 1));
  fs::create_directory_symlink(root, root + "/-home-me-work/loop");
  ImportOptions options;
  options.paths = {root};
  const auto source = open_claude_code(options);
  REQUIRE(source);
  const RealLog real = read_plainly(**source);
  CHECK(real.error.empty());
  CHECK(real.log.calls.size() == 2);
  CHECK(real.log.duplicates == 1);
  CHECK((*source)->facts().files.size() == 3);
  CHECK((*source)->facts().files.front() == root + "/-home-me-work/s0.jsonl");
  fs::remove_all(root);
  CHECK_FALSE(open_claude_code(options));
}

}  // namespace
}  // namespace sluice::ingest
