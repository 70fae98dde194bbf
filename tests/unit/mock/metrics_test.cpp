#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock/metrics_endpoint.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"
#include "unit/mock/small_talk.hpp"

namespace sluice::mock {
namespace {

using testing::kShortMessage;
using testing::kTwoAMinute;
struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};
struct Family {
  std::string type;
  std::vector<Sample> samples;
};

// Reads OpenMetrics text by its grammar; a line that does not fit fails the test.
class Exposition {
 public:
  explicit Exposition(std::string_view text) {
    constexpr std::string_view kEnd = "\n# EOF\n";
    REQUIRE(text.ends_with(kEnd));
    text.remove_suffix(kEnd.size() - 1);
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      rest_ = text.substr(0, end);
      text.remove_prefix(end + 1);
      CAPTURE(std::string(rest_));
      line();
    }
  }
  const Family& family(const std::string& name) const {
    CAPTURE(name);
    REQUIRE(families.count(name) == 1);
    return families.at(name);
  }
  // The one sample with these labels.
  double value(const std::string& family_name, std::map<std::string, std::string> labels,
               const std::string& suffix = "") const {
    for (const Sample& sample : family(family_name).samples) {
      if (sample.name == family_name + suffix && sample.labels == labels) return sample.value;
    }
    FAIL("no such sample of " << family_name);
    return 0;
  }

  std::map<std::string, Family> families;

 private:
  static bool is_name_character(char c, bool is_first) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    return is_letter || (!is_first && c >= '0' && c <= '9');
  }
  std::string name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_name_character(rest_[size], size == 0)) ++size;
    REQUIRE(size > 0);
    std::string found(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return found;
  }
  void take(std::string_view expected) {
    REQUIRE(rest_.starts_with(expected));
    rest_.remove_prefix(expected.size());
  }
  std::string quoted() {
    take("\"");
    std::string text;
    while (!rest_.starts_with('"')) {
      REQUIRE(!rest_.empty());
      if (rest_.front() == '\\') {
        rest_.remove_prefix(1);
        REQUIRE((rest_.starts_with('\\') || rest_.starts_with('"') || rest_.starts_with('n')));
        text += rest_.front() == 'n' ? '\n' : rest_.front();
      } else {
        text += rest_.front();
      }
      rest_.remove_prefix(1);
    }
    take("\"");
    return text;
  }
  void line() {
    if (rest_.starts_with("# TYPE ")) {
      take("# TYPE ");
      current_ = name();
      REQUIRE(families.count(current_) == 0);  // one family, one place
      take(" ");
      families[current_].type = std::string(rest_);
    } else if (rest_.starts_with("# UNIT ")) {
      take("# UNIT ");
      REQUIRE(name() == current_);
      take(" ");
      REQUIRE(current_.ends_with("_" + std::string(rest_)));
    } else if (rest_.starts_with("# HELP ")) {
      take("# HELP ");
      REQUIRE(name() == current_);
      take(" ");
      REQUIRE(!rest_.empty());
    } else {
      sample();
    }
  }
  void sample() {
    Sample one{.name = name(), .labels = {}};
    REQUIRE(one.name.starts_with(current_));
    if (rest_.starts_with('{')) {
      do {
        rest_.remove_prefix(1);
        const std::string label = name();
        take("=");
        REQUIRE(one.labels.emplace(label, quoted()).second);
      } while (rest_.starts_with(','));
      take("}");
    }
    take(" ");
    std::size_t used = 0;
    one.value = std::stod(std::string(rest_), &used);
    REQUIRE(used == rest_.size());
    REQUIRE(seen_.emplace(one.name, one.labels).second);
    families[current_].samples.push_back(std::move(one));
  }

  std::string_view rest_;
  std::string current_;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
};

struct Served {
  explicit Served(int calls) : client(test::mock_plan(kTwoAMinute)) {
    for (int i = 0; i < calls; ++i) client.message(kShortMessage);
    client.run_for(minutes(10));
  }
  std::string text() {
    return metrics_text(
        {client.state().plan, client.state().api, client.state().counters, client.timers().now()});
  }
  test::MockClient client;
};

TEST_CASE("the metrics are text that Prometheus reads, before and after serving") {
  const int calls = GENERATE(0, 5);
  Served served(calls);
  const Exposition metrics(served.text());
  const std::set<std::string> types{"counter", "gauge", "histogram"};
  for (const auto& [name, family] : metrics.families) {
    CAPTURE(name);
    CHECK(types.count(family.type) == 1);
    CHECK(name.starts_with("sluice_mock_"));
    for (const Sample& sample : family.samples) {
      if (family.type == "counter") CHECK(sample.name == name + "_total");
    }
  }
}

TEST_CASE("the metrics endpoint says which format it speaks") {
  Served served(0);
  const auto& reply = served.client.call("GET", "/metrics", "", {});
  CHECK(reply.status == 200);
  CHECK(reply.fields.find("application/openmetrics-text; version=1.0.0") != std::string::npos);
  CHECK(Exposition(reply.body).families.size() > 10);
}

TEST_CASE("requests, refusals and limiters are in the metrics") {
  Served served(5);
  const Exposition metrics(served.text());
  const std::string route = "POST /v1/messages";
  CHECK(metrics.value("sluice_mock_requests", {{"route", route}, {"status", "200"}}, "_total") ==
        2);
  CHECK(metrics.value("sluice_mock_requests", {{"route", route}, {"status", "429"}}, "_total") ==
        3);
  CHECK(metrics.value("sluice_mock_rate_limited", {{"cause", "requests"}}, "_total") == 3);
  CHECK(metrics.value("sluice_mock_rate_limited", {{"cause", "spend"}}, "_total") == 0);
  CHECK(metrics.value("sluice_mock_in_flight", {}) == 0);
  const auto& limits = metrics.family("sluice_mock_limiter_limit").samples;
  REQUIRE(limits.size() == 1);
  CHECK(limits[0].labels.at("scope") == "organization");
  CHECK(limits[0].labels.at("type") == "requests_per_minute");
  CHECK(limits[0].value == 2);
  CHECK(metrics.value("sluice_mock_limiter_level", limits[0].labels) == 2);
}

TEST_CASE("tokens and money add up by model and kind") {
  Served served(2);
  const Exposition metrics(served.text());
  const auto& tokens = metrics.family("sluice_mock_tokens").samples;
  CHECK(tokens.size() == 5);
  CHECK(tokens.front().labels.at("kind") == "input");
  CHECK(tokens.front().value > 0);
  double cost = 0;
  for (const Sample& sample : metrics.family("sluice_mock_cost_dollars").samples) {
    cost += sample.value;
  }
  const Money booked =
      served.client.state().api.spend().month_to_date(served.client.timers().now());
  CHECK(cost == Approx(std::stod(booked.exact())));
}

TEST_CASE("histograms are cumulative and end with all there is") {
  Served served(2);
  const Exposition metrics(served.text());
  for (const char* name : {"sluice_mock_ttft_seconds", "sluice_mock_duration_seconds"}) {
    CAPTURE(name);
    double last = 0;
    double last_bound = 0;
    for (const Sample& sample : metrics.family(name).samples) {
      if (!sample.name.ends_with("_bucket")) continue;
      CHECK(sample.value >= last);
      last = sample.value;
      const std::string& le = sample.labels.at("le");
      if (le == "+Inf") continue;
      CHECK(std::stod(le) > last_bound);
      last_bound = std::stod(le);
    }
    CHECK(metrics.value(name, {{"le", "+Inf"}}, "_bucket") == 2);
    CHECK(metrics.value(name, {}, "_count") == 2);
    CHECK(metrics.value(name, {}, "_sum") > 0);
  }
}

TEST_CASE("names with quotes, backslashes and line ends are escaped") {
  Served served(0);
  MockPlan plan = served.client.state().plan;
  plan.run.groups[0] = "a\"b\\c\nd";
  const Exposition metrics(metrics_text(
      {plan, served.client.state().api, served.client.state().counters, kRunStart + hours(1)}));
  CHECK(metrics.family("sluice_mock_limiter_limit").samples[0].labels.at("group") == "a\"b\\c\nd");
}

}  // namespace
}  // namespace sluice::mock
