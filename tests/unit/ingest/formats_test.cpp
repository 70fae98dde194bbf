#include "fixtures.hpp"
#include "ingest/fields.hpp"
#include "ingest/trace_reader.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

std::int64_t number_after(const std::string& line, const std::string& key) {
  return std::stoll(line.substr(line.find(key) + key.size()));
}

TEST_CASE("an Azure trace reads as splitting its cells says") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    std::string text = azure_fixture(2000, seed);
    text.resize(text.size() - 2);  // the published file's last line may have no end
    const std::vector<std::string> lines = split(text, '\n');
    const ReadAll all = read_all(text);
    CHECK(all.error.empty());
    REQUIRE(all.requests.size() == lines.size() - 1);
    std::int64_t first = 0;
    for (std::size_t i = 0; i < all.requests.size(); ++i) {
      const std::vector<std::string> cells = split(lines[i + 1], ',');
      const std::int64_t at =
          ((std::stoll(cells[0].substr(11, 2)) * 60 + std::stoll(cells[0].substr(14, 2))) * 60 +
           std::stoll(cells[0].substr(17, 2))) *
              1'000'000'000 +
          std::stoll(cells[0].substr(20, 7)) * 100;
      if (i == 0) first = at;
      TraceRequest expected;
      expected.at = nanoseconds(at - first);
      expected.input_tokens = std::stoll(cells[1]);
      expected.output_tokens = std::stoll(cells[2]);
      expected.line = static_cast<std::int64_t>(i) + 2;
      REQUIRE(all.requests[i] == expected);
    }
  }
}

TEST_CASE("a Mooncake trace reads as searching its keys says") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    const std::string text = mooncake_fixture(1000, seed);
    const std::vector<std::string> lines = split(text, '\n');
    const ReadAll all = read_all(text, {.spread = Duration{}});
    CHECK(all.error.empty());
    REQUIRE(all.requests.size() == lines.size() - 1);
    const std::int64_t first = number_after(lines[0], "\"timestamp\": ");
    for (std::size_t i = 0; i < all.requests.size(); ++i) {
      TraceRequest expected;
      expected.at = milliseconds(number_after(lines[i], "\"timestamp\": ") - first);
      expected.input_tokens = number_after(lines[i], "\"input_length\": ");
      expected.output_tokens = number_after(lines[i], "\"output_length\": ");
      const std::size_t open = lines[i].find('[');
      for (const std::string& id :
           split(lines[i].substr(open + 1, lines[i].find(']') - open - 1), ',')) {
        expected.block_ids.push_back(std::stoull(id));
      }
      expected.line = static_cast<std::int64_t>(i) + 1;
      REQUIRE(all.requests[i] == expected);
    }
  }
}

TEST_CASE("our CSV and our JSON lines say the same, whatever the order of the columns") {
  const ReadAll csv = read_all(
      "\xef\xbb\xbfmodel,at_ms,output_tokens,input_tokens,session,x_note,max_tokens,thinking_"
      "tokens,"
      "cached_prefix_id,cached_prefix_tokens,block_ids\r\n"
      "\"claude-\"\"x\"\"\",1.5,20,1000,7,\"any, thing\",4096,30,tools,500,1 2 3\r\n"
      "\r\n"
      ",2,0,0,,,,,,,\r\n");
  const ReadAll jsonl = read_all(
      "\n{\"at_ms\":1.5,\"input_tokens\":1000,\"output_tokens\":20,\"session\":\"7\",\"max_"
      "tokens\":4096,"
      "\"thinking_tokens\":30,\"cached_prefix_id\":\"tools\",\"cached_prefix_tokens\":500,"
      "\"model\":\"claude-\\\"x\\\"\",\"block_ids\":[1,2,3],\"x_note\":{\"any\":[\"thing\"]}}\n\n"
      "{\"at_ms\":2,\"input_tokens\":0,\"output_tokens\":0,\"session\":null,\"model\":null}");
  CHECK(csv.error.empty());
  CHECK(jsonl.error.empty());
  REQUIRE(csv.requests.size() == 2);
  CHECK(csv.requests == jsonl.requests);
  const TraceRequest& first = csv.requests[0];
  CHECK(first.model == "claude-\"x\"");
  CHECK(first.session == 7);
  CHECK(first.max_tokens == 4096);
  CHECK(first.thinking_tokens == 30);
  CHECK(first.cached_prefix_id.has_value());
  CHECK(first.cached_prefix_tokens == 500);
  CHECK(first.block_ids == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(csv.requests[1].at == nanoseconds(500'000));
  CHECK_FALSE(csv.requests[1].session.has_value());
}

TEST_CASE("at is seconds or a date with a time") {
  const ReadAll plain = read_all("at,input_tokens,output_tokens\n10.25,1,1\n11,1,1\n");
  const ReadAll dated = read_all(
      "{\"at\":\"2026-01-31T23:59:59.25Z\",\"input_tokens\":1,\"output_tokens\":1}\n"
      "{\"at\":\"2026-02-01 00:00:00\",\"input_tokens\":1,\"output_tokens\":1}\n");
  REQUIRE(plain.requests.size() == 2);
  REQUIRE(dated.requests.size() == 2);
  CHECK(plain.requests[1].at == milliseconds(750));
  CHECK(dated.requests[1].at == milliseconds(750));
}

TEST_CASE("a format is found by the first line unless it is named") {
  const auto format = [](std::string_view text, TraceFormat asked) {
    return TraceReader::read_text(text, {.path = "t", .format = asked}).value()->format();
  };
  CHECK(format(azure_fixture(1, 1), TraceFormat::kDetect) == TraceFormat::kAzure);
  CHECK(format(mooncake_fixture(1, 1), TraceFormat::kDetect) == TraceFormat::kMooncake);
  CHECK(format("at,input_tokens,output_tokens\n", TraceFormat::kDetect) == TraceFormat::kCsv);
  CHECK(format("{\"at\":0}", TraceFormat::kDetect) == TraceFormat::kJsonl);
  CHECK(format("{\"timestamp\":0}", TraceFormat::kMooncake) == TraceFormat::kMooncake);
  const std::vector<std::pair<TraceFormat, std::string_view>> names = {
      {TraceFormat::kDetect, "detect"},
      {TraceFormat::kAzure, "azure"},
      {TraceFormat::kMooncake, "mooncake"},
      {TraceFormat::kCsv, "csv"},
      {TraceFormat::kJsonl, "jsonl"}};
  for (const auto& entry : names) CHECK(name(entry.first) == entry.second);
}

TEST_CASE("foreign formats may carry columns that sluice does not read") {
  const ReadAll azure = read_all(
      "Region,TIMESTAMP,ContextTokens,GeneratedTokens\nx,2024-05-10 00:00:00.009930+00:00,1,2\n");
  CHECK(azure.error.empty());
  CHECK(azure.requests.size() == 1);
  const ReadAll mooncake = read_all(
      "{\"timestamp\":0,\"type\":\"text\",\"turn\":[1],\"input_length\":5,\"output_length\":6}");
  CHECK(mooncake.error.empty());
  CHECK(mooncake.requests.size() == 1);
}

struct Refused {
  std::string text;
  std::string error;
};

TEST_CASE("a malformed file is refused with its line, what is wrong and what would be right") {
  const std::string csv = "at,input_tokens,output_tokens\n";
  const std::string own = "{\"at\":0,\"input_tokens\":1,";
  const std::vector<Refused> table = {
      {"", "t: the file is empty; expected a CSV header or a JSON object a line"},
      {"\n \n", "t: the file is empty; expected a CSV header or a JSON object a line"},
      {csv, "t: the trace holds no requests"},
      {"hello\n", "t:1: the first line is \"hello\"; expected a CSV header"},
      {std::string("\xff\xfe"
                   "a\0t\0",
                   6),
       "t:1: the file is UTF-16; save it as UTF-8"},
      {"\x1f\x8b\x08", "t:1: the file is compressed or binary"},
      {std::string("a\0b", 3), "t:1: the row contains a NUL byte; expected text"},
      {"at,input_tokens\n", "t:1: the header is malformed: output_tokens is missing"},
      {"input_tokens,output_tokens\n",
       "t:1: the header is malformed: the time is missing; expected at"},
      {"at,at_ms,input_tokens,output_tokens\n", "t:1: the header is malformed: both at and at_ms"},
      {"at,input_tokens,output_tokens,sesion\n",
       "t:1: column \"sesion\" is not one of at, at_ms, "},
      {"at,input_tokens,output_tokens,at\n", "t:1: column \"at\" appears twice"},
      {"TIMESTAMP,ContextTokens\n", "t:1: the header is malformed: GeneratedTokens is missing"},
      {csv + "1,2\n", "t:2: the row has 2 cells; expected 3, as the header"},
      {csv + "1,2,3,4\n", "t:2: the row has 4 cells; expected 3, as the header"},
      {csv + "1,-2,3\n", "t:2: input_tokens is \"-2\"; expected a whole number from 0 to 10000000"},
      {csv + "1,2,10000001\n", "t:2: output_tokens is \"10000001\"; expected a whole number"},
      {csv + "1,99999999999999999999999,1\n", "t:2: input_tokens is \"99999999999999999999999\""},
      {csv + "1,2.5,3\n", "t:2: input_tokens is \"2.5\""},
      {csv + "1,,3\n", "t:2: input_tokens is \"\""},
      {csv + "1,2,3\n\n0.5,2,3\n", "t:4: the row's time goes back by 0.5 s from the row before it"},
      {csv + "1,\"2,3\n", "t:2: a quoted cell has no closing quote on its line"},
      {csv + "1,\"2\"x,3\n", "t:2: \"x\" follows a closing quote; expected a comma"},
      {csv + std::string("1,2\0,3\n", 7), "t:2: the row contains a NUL byte; expected text"},
      {csv + "1,2,3\xff\n", "t:2: the row is not UTF-8; save the file as UTF-8"},
      {"TIMESTAMP,ContextTokens,GeneratedTokens\n5,1,1\n",
       "t:2: TIMESTAMP is \"5\"; expected a date"},
      {own, "t:1: the row is not valid JSON ("},
      {own + "\"output_tokens\":1}}\n", "t:1: "},
      {own + "\"output_tokens\":1} {}\n", "t:1: text follows the row's object"},
      {own + "\"output_tokens\":-1}\n", "t:1: output_tokens is \"-1\"; expected a whole number"},
      {own + "\"output_tokens\":1e3}\n", "t:1: output_tokens is \"1e3\"; expected a whole number"},
      {own + "\"output_tokens\":\"1\"}\n", "t:1: output_tokens is not a number"},
      {own + "\"output_tokens\":[1]}\n", "t:1: output_tokens is not a number"},
      {own + "\"output_tokens\":nul}\n", "t:1: the row is not valid JSON"},
      {own + "\"at\":1}\n", "t:1: at appears twice in the row"},
      {own + "\"out\":1}\n", "t:1: key \"out\" is not one of at, at_ms, "},
      {own + "\"output_tokens\":1,\"model\":5}\n", "t:1: model is not a text"},
      {own + "\"output_tokens\":1,\"cached_prefix_tokens\":1}\n",
       "t:1: cached_prefix_tokens has no cached_prefix_id beside it"},
      {own + "\"output_tokens\":1,\"cached_prefix_id\":1,\"cached_prefix_tokens\":2}\n",
       "t:1: cached_prefix_tokens is 2; expected at most the row's input_tokens, 1"},
      {own + "\"output_tokens\":5,\"max_tokens\":4}\n", "t:1: max_tokens is 4; expected at least"},
      {own + "\"output_tokens\":5,\"block_ids\":[1,-1]}\n",
       "t:1: block_ids is not a list of whole"},
      {own + "\"output_tokens\":5,\"block_ids\":7}\n", "t:1: block_ids is not a list of whole"},
      {"{\"timestamp\":0,\"input_length\":1}\n", "t:1: output_length is missing"},
      {own + "\"output_tokens\":1,\"model\":\"" + std::string(257, 'm') + "\"}\n",
       "t:1: model is \"mmmm"},
      {csv + "99999999999999999999999999999999999999999,1,1\n", "t:2: at is \"9999999999"},
      {csv + "1970-01-01 00:00:00,1,1\n2199-01-01 00:00:00,1,1\n",
       "t:3: the row is more than a hundred years after the first"},
      {"{\"input_length\":1,\"output_length\":1}\n",
       "t:1: the time is missing; expected timestamp"},
      {own + "\"output_tokens\":5}\n[1]\n", "t:2: the row is not valid JSON"},
      {std::string(kMaxTokensPerRow, 'x'), "t:1: the line is longer than 8000000 bytes"},
      {csv + std::string(kMaxTokensPerRow, '1') + "\n",
       "t:2: the line is longer than 8000000 bytes"},
  };
  for (const Refused& row : table) {
    const ReadAll all = read_all(row.text);
    INFO(row.text.substr(0, 200));
    CHECK(all.error.substr(0, row.error.size()) == row.error);
  }
}

TEST_CASE("a row with more blocks than the longest prompt has is malformed") {
  std::string row = "{\"timestamp\":0,\"input_length\":1,\"output_length\":1,\"hash_ids\":[0";
  for (int block = 1; block < 20'000; ++block) row += ",1";
  CHECK(read_all(row + "]}").error.empty());
  CHECK(read_all(row + ",1]}").error == "t:1: the row has 20001 block ids; expected at most 20000");
}

TEST_CASE("a trace cut off at any byte gives the rows before the cut and at most one error") {
  for (const std::string& text : {azure_fixture(6, 9), mooncake_fixture(6, 9)}) {
    const ReadAll whole = read_all(text, {.spread = Duration{}});
    for (std::size_t length = 0; length < text.size(); ++length) {
      const ReadAll cut = read_all(text.substr(0, length), {.spread = Duration{}});
      REQUIRE(cut.requests.size() <= whole.requests.size());
      for (std::size_t i = 0; i + 1 < cut.requests.size(); ++i) {
        REQUIRE(cut.requests[i] == whole.requests[i]);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::ingest
