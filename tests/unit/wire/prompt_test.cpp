#include "wire/prompt.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "unit/wire/parsed.hpp"
#include "wire/cache_blocks.hpp"

namespace sluice::wire {
namespace {

constexpr std::string_view kEphemeral = R"(,"cache_control":{"type":"ephemeral"})";
constexpr std::string_view kHour = R"(,"cache_control":{"type":"ephemeral","ttl":"1h"})";

std::string text(std::string_view words, std::string_view more = {}) {
  return R"({"type":"text","text":")" + std::string(words) + "\"" + std::string(more) + "}";
}

std::vector<std::uint64_t> chains(const Parsed& parsed) {
  REQUIRE(parsed.message().empty());
  std::vector<std::uint64_t> all;
  for (const PromptBlock& block : parsed.request.blocks) all.push_back(block.chain);
  return all;
}

// Tools, system, and a conversation with a tool call, as an agent sends it.
const std::string kAgent =
    R"({"model":"m","max_tokens":50,"tools":[{"name":"look","description":"Looks \"there\".",)"
    R"("input_schema":{"type":"object","properties":{"where":{"type":"string"}}}}],)"
    R"("system":[{"type":"text","text":"Line one.\nLine two: é, 漢字, 😀"}],)"
    R"("messages":[{"role":"user","content":"Go"},{"role":"assistant","content":[)"
    R"({"type":"tool_use","id":"toolu_1","name":"look","input":{"where":"a/b","n":1.5}}]},)"
    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"},)"
    R"({"type":"text","text":"Next?"}]}]})";

TEST_CASE("white space and escapes do not change a prefix") {
  const std::vector<std::uint64_t> expected = chains(Parsed(kAgent));
  REQUIRE(expected.size() == 6);
  const auto json = nlohmann::ordered_json::parse(kAgent);
  CHECK(chains(Parsed(json.dump(4))) == expected);
  CHECK(chains(Parsed(json.dump(-1, ' ', true))) == expected);  // \u escapes of all but ASCII
  CHECK(chains(Parsed(json.dump(1, '\t', true))) == expected);
  std::string slashes = kAgent;
  slashes.replace(slashes.find("a/b"), 3, R"(\u0061\/b)");
  CHECK(chains(Parsed(slashes)) == expected);
}

TEST_CASE("the order of keys matters inside a tool's input and nowhere else") {
  const auto agent = [](std::string_view block) {
    return chains(Parsed(body_with(R"([{"role":"user","content":"x"},{"role":"assistant",)"
                                   R"("content":[)" +
                                   std::string(block) + "]}]")));
  };
  const auto one = agent(R"({"type":"tool_use","id":"a","name":"t","input":{"x":1,"y":2}})");
  CHECK(one == agent(R"({"input":{"x":1,"y":2},"name":"t","id":"a","type":"tool_use"})"));
  CHECK(one != agent(R"({"type":"tool_use","id":"a","name":"t","input":{"y":2,"x":1}})"));
}

TEST_CASE("a text and a list of that one text are the same content") {
  CHECK(chains(Parsed(body_with(R"([{"role":"user","content":"Hi"}])"))) ==
        chains(Parsed(body_of_blocks(text("Hi")))));
}

TEST_CASE("cache_control is no part of the content") {
  CHECK(chains(Parsed(body_of_blocks(text("a") + "," + text("b")))) ==
        chains(Parsed(body_of_blocks(text("a", kHour) + "," + text("b", kEphemeral)))));
}

TEST_CASE("an appended message keeps the prefixes before it") {
  const auto before = chains(Parsed(kAgent));
  auto json = nlohmann::ordered_json::parse(kAgent);
  json["messages"].push_back({{"role", "assistant"}, {"content", "Done."}});
  auto after = chains(Parsed(json.dump()));
  REQUIRE(after.size() == before.size() + 1);
  after.pop_back();
  CHECK(after == before);
}

TEST_CASE("who says something belongs to the prefix") {
  const auto said = [](std::string_view role) {
    return chains(Parsed(body_with(R"([{"role":"user","content":"a"},{"role":")" +
                                   std::string(role) + R"(","content":"b"}])")));
  };
  CHECK(said("user")[0] == said("assistant")[0]);
  CHECK(said("user")[1] != said("assistant")[1]);
  const auto joined = chains(Parsed(body_of_blocks(text("a") + "," + text("b"))));
  CHECK(said("user")[1] != joined[1]);
}

TEST_CASE("what changes invalidates its level and those behind it") {
  // How many of tools, system and messages keep their prefix, from the front.
  const auto kept = [](std::string_view more) {
    const auto before = chains(Parsed(kAgent));
    std::string body = kAgent;
    body.pop_back();
    const auto after = chains(Parsed(body + std::string(more) + "}"));
    std::size_t equal = 0;
    while (equal < before.size() && before[equal] == after[equal]) ++equal;
    return equal;
  };
  CHECK(kept(R"(,"stream":true)") == 6);
  CHECK(kept(R"(,"speed":"fast")") == 1);
  CHECK(kept(R"(,"tool_choice":{"type":"any"})") == 2);
  CHECK(kept(R"(,"tool_choice":{"type":"auto"})") == 6);
  CHECK(kept(R"(,"thinking":{"type":"adaptive"})") == 2);
  CHECK(kept(R"(,"output_config":{"effort":"low"})") == 2);

  const auto json = nlohmann::ordered_json::parse(kAgent);
  const auto common = [&](const nlohmann::ordered_json& changed) {
    const auto before = chains(Parsed(json.dump()));
    const auto after = chains(Parsed(changed.dump()));
    return (before[0] == after[0]) + (before[1] == after[1]) + (before[2] == after[2]);
  };
  auto image = json;
  image["messages"][2]["content"].push_back(
      {{"type", "image"}, {"source", {{"type", "url"}, {"url", "u"}}}});
  CHECK(common(image) == 2);
  auto tool = json;
  tool["tools"][0]["description"] = "Other";
  CHECK(common(tool) == 0);
  auto system = json;
  system["system"][0]["text"] = "Other";
  CHECK(common(system) == 1);
  auto cited = json;
  cited["messages"][2]["content"].push_back(
      {{"type", "document"},
       {"source", {{"type", "text"}, {"media_type", "text/plain"}, {"data", "d"}}},
       {"citations", {{"enabled", true}}}});
  CHECK(common(cited) == 1);
}

TEST_CASE("sizes ascend along the prompt and end with the whole") {
  const Parsed parsed(kAgent);
  std::int64_t before = 0;
  for (const PromptBlock& block : parsed.request.blocks) {
    CHECK(block.size_to_here.milli_tokens > before);
    before = block.size_to_here.milli_tokens;
  }
  CHECK(parsed.request.blocks.back().size_to_here == parsed.request.size);
}

TEST_CASE("at most four blocks are marked") {
  const std::string marked = text("x", kEphemeral);
  const std::string four = marked + "," + marked + "," + marked + "," + marked;
  CHECK(Parsed(body_of_blocks(four)).message().empty());
  CHECK(Parsed(body_of_blocks(four + "," + marked)).message() ==
        "A maximum of 4 blocks with cache_control may be provided. Found 5.");
  CHECK(Parsed(body_of_blocks(four + "," + text("y"), kEphemeral)).message() ==
        "A maximum of 4 blocks with cache_control may be provided. Found 5.");
  const std::string inside =
      R"({"type":"tool_result","tool_use_id":"toolu_1","content":[)" + four + "," + marked + "]}";
  CHECK(Parsed(body_of_results(inside)).message() ==
        "A maximum of 4 blocks with cache_control may be provided. Found 5.");
}

TEST_CASE("automatic caching marks the last block that may be marked") {
  const Parsed plain(body_of_blocks(text("a") + "," + text("b"), kHour));
  REQUIRE(plain.message().empty());
  CHECK(!plain.request.blocks[0].breakpoint);
  CHECK(plain.request.blocks[1].breakpoint == CacheTtl::kOneHour);

  const Parsed thought(body_with(R"([{"role":"user","content":"x"},{"role":"assistant",)"
                                 R"("content":[{"type":"thinking","thinking":"t",)"
                                 R"("signature":"s"}]}])",
                                 kEphemeral));
  REQUIRE(thought.message().empty());
  CHECK(thought.request.blocks[0].breakpoint == CacheTtl::kFiveMinutes);
  CHECK(!thought.request.blocks[1].breakpoint);

  CHECK(Parsed(body_of_blocks(text("a", kEphemeral), kEphemeral)).message().empty());
  CHECK(Parsed(body_of_blocks(text("a", kEphemeral), kHour)).error);
}

TEST_CASE("a longer lifetime stands before a shorter one") {
  CHECK(Parsed(body_of_blocks(text("a", kHour) + "," + text("b", kEphemeral))).message().empty());
  const std::string wrong =
      Parsed(body_of_blocks(text("a", kEphemeral) + "," + text("b", kHour))).message();
  CHECK(wrong.substr(0, wrong.find(": ")) == "messages.0.content.1.cache_control.ttl");
  // The order is the prompt's, whatever order the keys of the body have.
  const std::string body = R"({"messages":[{"role":"user","content":[)" + text("a", kEphemeral) +
                           R"(]}],"model":"m","max_tokens":1,"system":[)" + text("s", kHour) + "]}";
  CHECK(Parsed(body).message().empty());
  const std::string turned = R"({"messages":[{"role":"user","content":"a"},)"
                             R"({"role":"user","content":[)" +
                             text("a", kHour) +
                             R"(]}],"model":"m","max_tokens":1,"tools":[{"name":"t",)"
                             R"("input_schema":{"type":"object"})" +
                             std::string(kEphemeral) + "}]}";
  const std::string message = Parsed(turned).message();
  CHECK(message.substr(0, message.find(": ")) == "messages.1.content.0.cache_control.ttl");
}

TEST_CASE("thinking cannot be marked") {
  CHECK(Parsed(body_with(R"([{"role":"user","content":"x"},{"role":"assistant","content":[)"
                         R"({"type":"thinking","thinking":"t","signature":"s")" +
                         std::string(kEphemeral) + "}]}]"))
            .message() ==
        "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted");
}

// Positions as the documentation tells it: each breakpoint and the 19 blocks before it.
std::vector<CacheBlock> obvious_positions(const std::vector<PromptBlock>& blocks) {
  std::vector<CacheBlock> positions;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t at = i; at < blocks.size() && at < i + 20; ++at) {
      if (!blocks[at].breakpoint) continue;
      positions.push_back({.chain = blocks[i].chain,
                           .prefix_tokens = tokens_of(blocks[i].size_to_here, 1300),
                           .ttl = *blocks[at].breakpoint,
                           .is_breakpoint = at == i});
      break;
    }
  }
  return positions;
}

TEST_CASE("a breakpoint looks at twenty positions, itself counted") {
  std::uint64_t bits = 88172645463325252U;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<PromptBlock> blocks(static_cast<std::size_t>(trial % 70));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      bits ^= bits << 13U, bits ^= bits >> 7U, bits ^= bits << 17U;
      blocks[i].chain = bits;
      blocks[i].size_to_here.milli_tokens = static_cast<std::int64_t>(i + 1) * 3500;
      if (bits % 17 == 0) blocks[i].breakpoint = static_cast<CacheTtl>(bits >> 32U & 1U);
    }
    std::vector<CacheBlock> positions;
    make_cache_blocks(positions, blocks, {.tokenizer_permille = 1300});
    INFO(trial);
    CHECK(positions == obvious_positions(blocks));
  }
}

TEST_CASE("without a breakpoint there is nothing to look at") {
  std::vector<CacheBlock> positions(3);
  make_cache_blocks(positions, Parsed(kAgent).request.blocks, {});
  CHECK(positions.empty());
}

TEST_CASE("a prompt in sluice's own vocabulary counts its words") {
  const Parsed parsed(body_of_blocks(text("one two three", kEphemeral)));
  std::vector<CacheBlock> positions;
  make_cache_blocks(positions, parsed.request.blocks, {.counts_words = true});
  REQUIRE(positions.size() == 1);
  CHECK(positions[0].prefix_tokens == 3);
}

}  // namespace
}  // namespace sluice::wire
