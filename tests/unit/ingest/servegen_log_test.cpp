#include "ingest/servegen_log.hpp"

#include <cmath>
#include <map>

#include "import_fixtures.hpp"
#include "ingest/servegen_client.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

constexpr std::string_view kSizes =
    "{\n  \"0\": {\n    \"input_tokens\": \"{100: 0.25, 200: 0.75}\",\n"
    "    \"output_tokens\": \"{7: 1.0}\"\n  },\n"
    "  \"1200\": {\n    \"input_tokens\": \"{}\",\n    \"output_tokens\": \"{}\"\n  },\n"
    "  \"1800\": {\n    \"input_tokens\": \"{5000: 1.0}\",\n    \"output_tokens\": \"{9: 1.0}\",\n"
    "    \"reason_ratio\": \"{0.0: 0.5, 1.0: 0.5}\"\n  }\n}\n";
constexpr std::string_view kWindows =
    "0,0.5,1.2,Gamma,0.7,3.0\n"
    "600,0,0,,0,0\n"
    "1200,0.1,3.0,Weibull,0.5,1.0\n"
    "1800,0.25,1.0,Weibull,1.0,4.0\n";

void write_client(const TemporaryFolder& folder, int number, std::string_view windows = kWindows,
                  std::string_view sizes = kSizes) {
  write_file(folder, fmt::format("chunk-{}-trace.csv", number), windows);
  write_file(folder, fmt::format("chunk-{}-dataset.json", number), sizes);
}

Imported import_folder(const TemporaryFolder& folder, ImportOptions options = {}) {
  options.paths = {folder.path().string()};
  return import_all(options);
}

// Coefficient of variation of the gaps of many windows that are wide in numbers.
double variation(bool is_weibull, double shape) {
  const RandomSource random(7, 0);
  double sum = 0;
  double squares = 0;
  std::int64_t gaps = 0;
  for (std::uint64_t window = 0; window < 20; ++window) {
    const ArrivalWindow of = {
        .length = 1000, .count = 20'000, .shape = shape, .is_weibull = is_weibull};
    WindowArrivals arrivals(of, random.stream(Purpose::kTest, {.session = window}));
    Duration before{};
    while (const auto at = arrivals.next()) {
      const double gap = static_cast<double>(ns(*at - before));
      before = *at;
      sum += gap;
      squares += gap * gap;
      ++gaps;
    }
  }
  const double mean = sum / static_cast<double>(gaps);
  return std::sqrt(squares / static_cast<double>(gaps) - mean * mean) / mean;
}

}  // namespace

TEST_CASE("a window has as many calls as its rate says, in order, and no others") {
  const TemporaryFolder folder;
  write_client(folder, 3);
  const Imported imported = import_folder(folder);
  CHECK(imported.error.empty());
  CHECK(imported.facts.format == LogFormat::kServeGen);
  CHECK(imported.facts.in_order);
  CHECK(!imported.facts.has_dates);
  std::map<std::int64_t, int> calls_in;
  Duration before{};
  for (const ImportedCall& call : imported.calls) {
    CHECK(call.request.at >= before);
    before = call.request.at;
    ++calls_in[call.request.at / seconds(600)];
  }
  CHECK(calls_in == std::map<std::int64_t, int>{{0, 300}, {2, 60}, {3, 150}});
}

TEST_CASE("sizes are drawn from the client's window, or the last one that has sizes") {
  const TemporaryFolder folder;
  write_client(folder, 3);
  const Imported imported = import_folder(folder);
  int large = 0;
  int thinking = 0;
  for (const ImportedCall& call : imported.calls) {
    if (call.request.at < seconds(1800)) {
      CHECK(call.request.output_tokens == 7);
      CHECK((call.request.input_tokens == 100 || call.request.input_tokens == 200));
      large += call.request.input_tokens == 200 ? 1 : 0;
    } else {
      CHECK(call.request.input_tokens == 5000);
      CHECK(call.request.output_tokens + call.request.thinking_tokens == 9);
      thinking += call.request.thinking_tokens == 9 ? 1 : 0;
    }
  }
  // 360 and 150 draws: five standard deviations.
  CHECK(std::abs(large - 270) < 42);
  CHECK(std::abs(thinking - 75) < 31);
}

TEST_CASE("clients are composed: each one's calls are what it has alone") {
  const TemporaryFolder both;
  const TemporaryFolder alone;
  write_client(both, 3);
  write_client(both, 4, "0,0.2,1.0,Gamma,1.0,5.0\n600,0,0,,0,0\n");
  write_client(alone, 4, "0,0.2,1.0,Gamma,1.0,5.0\n600,0,0,,0,0\n");
  const Imported all = import_folder(both);
  const Imported one = import_folder(alone);
  REQUIRE(one.calls.size() == 120);
  std::vector<TraceRequest> of_four;
  for (const ImportedCall& call : all.calls) {
    if (all.facts.files[call.file].find("chunk-4-") != std::string::npos) {
      of_four.push_back(call.request);
    }
  }
  REQUIRE(of_four.size() == one.calls.size());
  for (std::size_t index = 0; index < of_four.size(); ++index) {
    CHECK(of_four[index] == one.calls[index].request);
  }
}

TEST_CASE("a part of the weeks is that part of the whole, and a seed is another draw") {
  const TemporaryFolder folder;
  write_client(folder, 3);
  write_client(folder, 5);
  const Imported whole = import_folder(folder);
  const Imported part =
      import_folder(folder, {.window_start = seconds(100), .window_length = seconds(1300)});
  std::vector<TraceRequest> expected;
  for (const ImportedCall& call : whole.calls) {
    if (call.request.at >= seconds(100) && call.request.at < seconds(1400)) {
      expected.push_back(call.request);
    }
  }
  REQUIRE(part.calls.size() == expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    CHECK(part.calls[index].request == expected[index]);
  }
  const Imported other = import_folder(folder, {.seed = 2});
  REQUIRE(other.calls.size() == whole.calls.size());
  CHECK(!(other.calls[0].request == whole.calls[0].request));
}

TEST_CASE("gaps have the variation of their distribution") {
  // Of a gamma 1/sqrt(k); of a Weibull from its moments. 400,000 gaps a case.
  CHECK(variation(false, 4) == Approx(0.5).epsilon(0.01));
  CHECK(variation(false, 1) == Approx(1).epsilon(0.01));
  CHECK(variation(false, 0.25) == Approx(2).epsilon(0.02));
  CHECK(variation(true, 1) == Approx(1).epsilon(0.01));
  const double ratio = std::tgamma(1 + 2 / 0.6) / std::pow(std::tgamma(1 + 1 / 0.6), 2);
  CHECK(variation(true, 0.6) == Approx(std::sqrt(ratio - 1)).epsilon(0.02));
}

TEST_CASE("images add their tokens to a prompt") {
  const TemporaryFolder folder;
  write_client(folder, 1, "0,0.1,1,Gamma,1,1\n600,0,0,,0,0\n",
               "{\"0\": {\"text_tokens\": \"{41: 1.0}\", \"image_tokens\": \"{1000: 1.0}\", "
               "\"image_count\": \"{2: 1.0}\", \"audio_tokens\": \"{0: 1.0}\", \"audio_count\": "
               "\"{0: 1.0}\", \"output_tokens\": \"{3: 1.0}\"}}");
  const Imported imported = import_folder(folder);
  REQUIRE(imported.calls.size() == 60);
  CHECK(imported.calls[0].request.input_tokens == 2041);
}

TEST_CASE("rows that cannot be read are bad rows, clients without sizes are left aside") {
  const TemporaryFolder folder;
  write_client(folder, 1,
               "0,0.1,1,Gamma,1,1\n600,x,1,Gamma,1,1\n300,0.1,1,Gamma,1,1\n"
               "300,0.1,1,Gamma,1,1\n900,0.1,1,Weibull,1,1\n1200,0.1,1,Gamma,1,1\n");
  write_client(folder, 2, kWindows, "{\"0\": {\"input_tokens\": \"{hunter2: 1}\"");
  write_file(folder, "chunk-9-trace.csv", kWindows);
  const Imported imported = import_folder(folder);
  CHECK(imported.error.empty());
  CHECK(imported.facts.bad_rows == 2);
  CHECK(imported.facts.left_aside.files == 2);
  CHECK(imported.calls.size() == 30 + 60 + 30 + 30);
  CHECK(all_words(imported).find("hunter2") == std::string::npos);
}

TEST_CASE("tables of sizes are refused where they are not what Python writes") {
  for (const std::string_view text :
       {"", "{", "{1}", "{1: }", "{1: 0.5", "{-1: 0.5}", "{1: -0.5}", "{1: nan}", "{1: 1e99}",
        "{99999999: 1}", "{1: 0.5}}", "{1: 0.5 2: 0.5}", "[1, 2]"}) {
    INFO(text);
    CHECK(!SizeTable::parse(text, 1000).has_value());
  }
  CHECK(SizeTable::parse("{}", 1000)->empty());
  CHECK(SizeTable::parse("{1: 0.0}", 1000)->empty());
  CHECK(!SizeTable::parse("{1: 0.5, 2: 1e-05}", 1000)->empty());
}
