#include "live/request_writer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/draw.hpp"
#include "base/hash.hpp"
#include "live/prompt_words.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/live/mock_talk.hpp"
#include "wire/chat_request.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::live {
namespace {

using Json = nlohmann::json;
using test::MockTalk;

constexpr const char* kConversations = R"([
  {"name": "chat", "model": "haiku-4.5", "stream": false,
   "input": {"p50": 600, "p95": 3000, "max": 5000},
   "output": {"p50": 300, "p95": 900, "max": 2000},
   "thinking": {"p50": 100, "p95": 2000, "max": 3000}, "prefix": {"tokens": 5000, "variants": 3},
   "cache": {"prefix": "1h", "conversation": "5m"},
   "conversation": {"turns": {"p50": 4, "p95": 9, "min": 1, "max": 12},
                    "calls_per_turn": {"p50": 1, "p95": 3, "min": 1, "max": 2},
                    "tool_result_tokens": 700},
   "arrivals": {"type": "poisson", "rate": "1/min"}},
  {"name": "plain", "model": "haiku-4.5", "stream": false, "input": 900, "output": 40,
   "prefix": 6000, "cache": {"prefix": "5m"}, "arrivals": {"type": "poisson", "rate": "1/min"}},
  {"name": "hour", "model": "haiku-4.5", "stream": false, "input": 5000, "output": 400,
   "cache": {"prefix": "1h", "conversation": "1h"}, "conversation": {"turns": 6},
   "arrivals": {"type": "poisson", "rate": "1/min"}}])";

std::uint64_t random_below(std::uint64_t& state, std::uint64_t most) {
  state += 0x9e3779b97f4a7c15U;
  return mix64(state) % most;
}

std::int64_t words_in(std::string_view text) { return wire::text_size(text).words; }

// All of a body's texts, in the order of the prompt, as its words.
std::vector<std::string> words_of(const std::string& body) {
  const Json json = Json::parse(body);
  std::string text;
  const auto add = [&text](const Json& blocks) {
    for (const Json& block : blocks) text += block["text"].get<std::string>() + " ";
  };
  if (json.contains("system")) add(json["system"]);
  for (const Json& message : json["messages"]) add(message["content"]);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find(' ', at);
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

RunPlan two_turns(std::int64_t prefix = 200) {
  RunPlan plan = testing::small_plan();
  WorkloadSpec& workload = plan.workloads[0];
  workload.arrivals = ArrivalSpec{};
  workload.input = SizeFixed{100};
  workload.output = SizeFixed{50};
  workload.prefix_tokens = prefix;
  workload.prefix_ttl = CacheTtl::kOneHour;
  workload.conversation_ttl = CacheTtl::kFiveMinutes;
  workload.conversation.turns = SizeFixed{5};
  return plan;
}

// A session's requests; each valid until the next.
class Session {
 public:
  Session(const RunPlan& plan, std::uint64_t number, std::size_t workload = 0)
      : generator_(plan.workloads[workload], RandomSource(plan.seed, 0)),
        conversation_(generator_, number),
        number_(number),
        workload_(workload),
        messages_(generator_.turns(number)) {}
  Session(const Session&) = delete;  // the conversation knows the generator by its place
  Session& operator=(const Session&) = delete;

  bool is_over() const { return messages_ == 0; }
  RequestSpec next() {
    if (calls_ == 0) calls_ = generator_.calls(number_, turn_);
    const bool in_loop = in_loop_;
    RequestSpec spec = conversation_.next(turn_, generator_.sizes(number_, turn_, in_loop));
    spec.workload = static_cast<WorkloadId>(workload_);
    conversation_.answered();
    ++turn_;
    in_loop_ = --calls_ > 0;
    if (!in_loop_) --messages_;
    return spec;
  }

 private:
  WorkloadGenerator generator_;
  Conversation conversation_;
  std::uint64_t number_;
  std::size_t workload_;
  std::int64_t messages_;
  std::int64_t calls_ = 0;
  bool in_loop_ = false;
  std::uint32_t turn_ = 0;
};

std::string body_of(const RequestWriter& writer, const RequestSpec& spec) {
  std::string body;
  writer.write_body(spec, body);
  return body;
}

std::string fields_of(const RequestWriter& writer, const RequestSpec& spec,
                      std::int32_t attempt = 1) {
  std::string fields;
  writer.write_fields(spec, attempt, fields);
  return fields;
}

}  // namespace

TEST_CASE("a mock counts and caches what the simulator does") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  CAPTURE(seed);
  MockTalk talk(kConversations);
  std::vector<std::unique_ptr<Session>> sessions;
  std::uint64_t state = seed;
  std::int64_t reads = 0;
  std::uint64_t last_session = 0;
  for (int step = 0; step < 300; ++step) {
    if (sessions.size() < 8) {
      // Each once, as a workload has them: a conversation that began anew would find what the later
      // turns of the first one have kept alive.
      const std::size_t workload = random_below(state, 3);
      sessions.push_back(std::make_unique<Session>(talk.plan(), ++last_session, workload));
    }
    const std::size_t which = random_below(state, sessions.size());
    const RequestSpec spec = sessions[which]->next();
    const Usage wanted = talk.by_model(spec);
    REQUIRE(talk.by_mock(spec) == wanted);
    reads += wanted.cache_read_input_tokens;
    if (sessions[which]->is_over()) sessions.erase(sessions.begin() + static_cast<long>(which));
    talk.wait(seconds(static_cast<std::int64_t>(random_below(state, 90))));
  }
  CHECK(reads > 0);
}

TEST_CASE("a trace's blocks are cached as the simulator caches them") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  CAPTURE(seed);
  MockTalk talk(R"([{"name": "trace", "model": "haiku-4.5", "stream": false,
    "cache": {"prefix": "5m"}, "arrivals": {"type": "trace", "path": "x.csv"}}])");
  std::uint64_t state = seed;
  std::int64_t reads = 0;
  for (std::uint64_t session = 0; session < 200; ++session) {
    std::vector<CacheBlock> blocks;
    std::uint64_t chain = 0;
    const std::uint64_t count = random_below(state, 5);
    for (std::uint64_t i = 0; i < count; ++i) {
      chain = hash_combine(chain, random_below(state, 2));
      blocks.push_back(
          {.chain = chain, .prefix_tokens = static_cast<std::int64_t>(3000 * i + 3000)});
    }
    RequestSpec spec;
    spec.id = {.workload_hash = talk.plan().workloads[0].hash, .session = session};
    spec.model = talk.plan().workloads[0].model;
    spec.prompt_tokens = static_cast<std::int64_t>(3000 * count + 1 + random_below(state, 500));
    spec.output_tokens = 10;
    spec.max_tokens = 10;
    spec.stream = false;
    spec.cache_blocks = blocks;
    const Usage wanted = talk.by_model(spec);
    REQUIRE(talk.by_mock(spec) == wanted);
    reads += wanted.cache_read_input_tokens;
    talk.wait(seconds(static_cast<std::int64_t>(random_below(state, 60))));
  }
  CHECK(reads > 0);
}

TEST_CASE("a turn's prompt begins with the words of the turn before") {
  const RunPlan plan = two_turns();
  const RequestWriter writer(plan, {.target_is_mock = true});
  Session session(plan, 7);
  std::vector<std::string> before;
  for (int turn = 0; turn < 5; ++turn) {
    const RequestSpec spec = session.next();
    const std::vector<std::string> words = words_of(body_of(writer, spec));
    REQUIRE(static_cast<std::int64_t>(words.size()) == spec.prompt_tokens);
    REQUIRE(words.size() > before.size());
    CHECK(std::equal(before.begin(), before.end(), words.begin()));
    before = words;
  }
}

TEST_CASE("sessions share their prefix and nothing else") {
  const RunPlan plan = two_turns();
  const RequestWriter writer(plan, {.target_is_mock = true});
  const auto one = words_of(body_of(writer, Session(plan, 1).next()));
  const auto other = words_of(body_of(writer, Session(plan, 2).next()));
  CHECK(std::equal(one.begin(), one.begin() + 200, other.begin()));
  CHECK_FALSE(std::equal(one.begin() + 200, one.end(), other.begin() + 200));
}

TEST_CASE("a prompt that is its prefix alone still has a message") {
  RunPlan plan = two_turns();
  plan.workloads[0].input = SizeFixed{0};
  plan.workloads[0].prefix_tokens = GENERATE(0, 1, 2, 200);
  const RequestWriter writer(plan, {.target_is_mock = true});
  const RequestSpec spec = Session(plan, 1).next();
  const std::string body = body_of(writer, spec);
  CHECK(static_cast<std::int64_t>(words_of(body).size()) == spec.prompt_tokens);
  CHECK(Json::parse(body)["messages"][0]["content"].size() == 1);
}

TEST_CASE("of many blocks the first and the last three are marked") {
  RunPlan plan = testing::small_plan();
  const RequestWriter writer(plan, {.target_is_mock = true});
  RequestSpec spec;
  spec.prompt_tokens = 1000;
  std::vector<CacheBlock> blocks;
  for (std::int64_t i = 1; i <= 9; ++i) {
    blocks.push_back({.chain = static_cast<std::uint64_t>(i),
                      .prefix_tokens = 100 * i,
                      .ttl = CacheTtl::kOneHour});
  }
  spec.cache_blocks = blocks;
  std::string marked;
  const Json json = Json::parse(body_of(writer, spec));
  for (const Json& block : json["messages"][0]["content"]) {
    marked += block.contains("cache_control") ? "x" : "-";
    if (block.contains("cache_control")) CHECK(block["cache_control"]["ttl"] == "1h");
  }
  CHECK(marked == "x-----xxx-");
}

TEST_CASE("only a mock is told who a request is") {
  RunPlan plan = testing::small_plan();
  RequestSpec spec;
  spec.id = {.turn = 3, .session = 12};
  spec.prompt_tokens = 10;
  spec.output_tokens = 250;
  spec.thinking_tokens = 50;
  const RequestWriter mock(plan, {.target_is_mock = true});
  CHECK(fields_of(mock, spec, 2)
            .find("sluice-request: workload/12/3/2; output=200; thinking=50\r\n") !=
        std::string::npos);
  for (const auto format : {wire::AnswerFormat::kMessages, wire::AnswerFormat::kChat}) {
    const RequestWriter other(plan, {.format = format});
    CHECK(fields_of(other, spec).find("sluice-request") == std::string::npos);
  }
}

TEST_CASE("a request's fields are those of an SDK, and the user's own") {
  const RunPlan plan = testing::small_plan();
  const RequestWriter writer(plan, {.headers = {"x-team: load"}, .user_agent = "sluice/1.2.3"});
  CHECK(fields_of(writer, {}, 3) ==
        "accept: text/event-stream\r\ncontent-type: application/json\r\n"
        "user-agent: sluice/1.2.3\r\nanthropic-version: 2023-06-01\r\nx-team: load\r\n"
        "x-stainless-retry-count: 2\r\n");
}

TEST_CASE("a line of one's own replaces that of the same name, and credentials are others' part") {
  const RunPlan plan = testing::small_plan();
  const RequestWriter writer(
      plan, {.target_is_mock = true,
             .headers = {"User-Agent: mine", "ANTHROPIC-VERSION: 2024-01-01", "accept: text/plain",
                         "Content-Type: text/json", "X-Stainless-Retry-Count: 7",
                         "sluice-request: x", "x-api-key: hidden", "Authorization: Bearer y"}});
  CHECK(fields_of(writer, {}, 3) ==
        "User-Agent: mine\r\nANTHROPIC-VERSION: 2024-01-01\r\naccept: text/plain\r\n"
        "Content-Type: text/json\r\nX-Stainless-Retry-Count: 7\r\nsluice-request: x\r\n");
}

TEST_CASE("another target is asked for the planned output and cut off there") {
  RunPlan plan = two_turns();
  const RequestWriter writer(plan, {.model_ids = {"claude-x"}});
  RequestSpec spec = Session(plan, 1).next();
  spec.max_tokens = 9000;
  const std::string body = body_of(writer, spec);
  const Json json = Json::parse(body);
  CHECK(json["model"] == "claude-x");
  CHECK(json["max_tokens"] == 50);
  CHECK(static_cast<std::int64_t>(words_of(body).size()) == spec.prompt_tokens);
  const std::string last = json["messages"][0]["content"].back()["text"];
  CHECK(last.ends_with("Now write at least 50 words of plain prose and do not stop before."));
  CHECK_FALSE(json.contains("thinking"));
}

TEST_CASE("thinking is switched on where the plan has some and there is room") {
  RunPlan plan = testing::small_plan();
  const RequestWriter writer(plan, {});
  RequestSpec spec;
  spec.prompt_tokens = 10;
  spec.thinking_tokens = 3000;
  spec.output_tokens = 3500;
  CHECK(Json::parse(body_of(writer, spec))["thinking"]["budget_tokens"] == 3000);
  spec.thinking_tokens = 10;
  CHECK(Json::parse(body_of(writer, spec))["thinking"]["budget_tokens"] == 1024);
  spec.output_tokens = 1024;
  CHECK_FALSE(Json::parse(body_of(writer, spec)).contains("thinking"));
  plan.workloads[0].conversation_ttl = CacheTtl::kFiveMinutes;
  spec.thinking_tokens = 3000;
  spec.output_tokens = 3500;
  CHECK(Json::parse(body_of(writer, spec))["thinking"]["budget_tokens"] == 1024);
}

TEST_CASE("a chat request has the planned words, as strings") {
  const RunPlan plan = two_turns();
  const RequestWriter writer(plan, {.format = wire::AnswerFormat::kChat, .target_is_mock = true});
  Session session(plan, 1);
  session.next();
  const RequestSpec spec = session.next();
  std::string body = body_of(writer, spec);
  const Json json = Json::parse(body);
  CHECK(writer.path() == "/v1/chat/completions");
  CHECK(json["stream_options"]["include_usage"] == true);
  CHECK(json["messages"].size() == 2);
  wire::MessagesParser parser;
  wire::MessagesRequest request;
  wire::ChatExtras extras;
  const std::size_t size = body.size();
  body.append(64, '\0');
  REQUIRE_FALSE(parser.parse_chat(std::string_view(body).substr(0, size), request, extras));
  CHECK(request.size.words == spec.prompt_tokens);
}

TEST_CASE("a prompt has no more tokens than its bounds, even at a byte each") {
  const std::int64_t rate = GENERATE(700, 1000, 1300);
  RunPlan plan = two_turns(GENERATE(0, 1, 40, 5000));
  plan.workloads[0].output = SizeFixed{20'000};
  RequestWriter writer(plan, {});
  writer.set_words_per_kilotoken(ModelId{}, rate);
  Session session(plan, 3);
  for (int turn = 0; turn < 5; ++turn) {
    const RequestSpec spec = session.next();
    std::size_t bytes = 0;
    const Json json = Json::parse(body_of(writer, spec));
    const auto add = [&bytes](const Json& blocks) {
      for (const Json& block : blocks) bytes += block["text"].get<std::string>().size();
    };
    if (json.contains("system")) add(json["system"]);
    add(json["messages"][0]["content"]);
    CHECK(static_cast<std::int64_t>(bytes) <= writer.bounds(spec).prompt);
    CHECK(writer.bounds(spec).output == json["max_tokens"].get<std::int64_t>());
  }
}

TEST_CASE("words fit the tokens of the model") {
  const RunPlan plan = two_turns();
  RequestWriter writer(plan, {});
  writer.set_words_per_kilotoken(ModelId{}, 800);
  Session session(plan, 1);
  const auto first = words_of(body_of(writer, session.next()));
  const auto second = words_of(body_of(writer, session.next()));
  CHECK(first.size() == 240);
  CHECK(second.size() == 360);
  CHECK(std::equal(first.begin(), first.end(), second.begin()));
}

TEST_CASE("a count has the words that it was asked for") {
  const RunPlan plan = testing::small_plan();
  const RequestWriter writer(plan, {});
  std::string body = "before";
  writer.write_count_body(ModelId{}, 123, body);
  const Json json = Json::parse(body);
  CHECK(words_in(json["messages"][0]["content"].get<std::string>()) == 123);
  CHECK_FALSE(json.contains("max_tokens"));
}

TEST_CASE("any part of a stream is the same text") {
  std::string whole;
  append_words(whole, 5, 0, 100);
  for (std::int64_t from = 0; from < 100; ++from) {
    std::string part;
    append_words(part, 5, from, 100);
    CHECK(part == whole.substr(static_cast<std::size_t>(from * kWordBytes)));
  }
}

}  // namespace sluice::live
