// Catalogs and overlays as a whole: what an overlay changes, on every command; what reports say of
// where numbers come from and how old they are; `sluice catalog diff` and `check`.
#include <filesystem>
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCatalog = SLUICE_SOURCE_DIR "/scenarios/catalog";
constexpr const char* kPulledLimits = R"({"sluice_overlay": 1,
  "about": ["sluice limits pull, organization acme"],
  "organization": {"limits": {"sonnet-5.5": {"requests_per_minute": 7}}}})";

// Ten requests a minute for five minutes; `more` goes before them.
std::string scenario_text(const std::string& more = "") {
  return R"({"sluice": 1, "duration": "5m", )" + more + R"("workloads": [{"model": "sonnet-5.5",
    "arrivals": {"type": "constant", "rate": "10/min"}, "input": 100, "output": 10}]})";
}

// A copy of the catalog, to be changed.
class CatalogCopy {
 public:
  CatalogCopy() {
    for (const char* name : {"models.json", "limits.json", "prices.json"}) {
      folder_.write(name, text_of(std::string(kCatalog) + "/" + name));
    }
  }
  void replace(const std::string& name, const std::string& old, const std::string& now) const {
    std::string text = text_of(folder_ / name);
    const std::size_t found = text.find(old);
    REQUIRE(found != std::string::npos);
    folder_.write(name, text.replace(found, old.size(), now));
  }
  std::string path() const { return folder_.path().string(); }

 private:
  TemporaryFolder folder_;
};

TEST_CASE("every command that takes a scenario takes overlays") {
  const TemporaryFolder folder;
  const std::string own = folder.write("scenario.json", scenario_text());
  const std::vector<std::vector<std::string>> commands = {{"check", own},
                                                          {"simulate", own},
                                                          {"plan", own},
                                                          {"tune", own},
                                                          {"compare", own},
                                                          {"sweep", own, "--vary", "/seed=1,2"},
                                                          {"mock", own, "--port", "0"},
                                                          {"replay", own, "--dry-run"},
                                                          {"verify", own}};
  for (std::vector<std::string> command : commands) {
    CAPTURE(command[0]);
    command.insert(command.end(), {"--overlay", folder / "absent.json"});
    const Finished run = sluice(command);
    CHECK(run.exit == 2);
    CHECK(contains(run.err, "--overlay " + folder / "absent.json" + ": "));
  }
}

TEST_CASE("a scenario's overlay is in effect, and every report says so") {
  const TemporaryFolder folder;
  folder.write("limits.json", kPulledLimits);
  const std::string own =
      folder.write("scenario.json", scenario_text(R"("overlays": ["limits.json"], )"));
  const std::string note = "overlay limits.json: sluice limits pull, organization acme";
  for (const char* format : {"text", "json", "markdown"}) {
    CAPTURE(format);
    const Finished run = sluice({"simulate", own, "--format", format});
    CHECK(run.exit == 0);
    CHECK(contains(run.out, note));
  }
  const Finished json = sluice({"simulate", own, "--format", "json"});
  CHECK(contains(json.out, "\"requests_per_minute\": 7"));
  CHECK(sluice({"simulate", own, "--fail-if", "attempts.rate_limited < 1"}).exit == 0);
  for (const std::string command : {"plan", "compare"}) {
    CAPTURE(command);
    CHECK(contains(sluice({command, own, "--format", "json"}).out, note));
  }
}

TEST_CASE("variants of a scenario keep its overlays") {
  const TemporaryFolder folder;
  folder.write("limits.json", kPulledLimits);
  const std::string own =
      folder.write("scenario.json", scenario_text(R"("overlays": ["limits.json"], )"));
  const Finished run = sluice({"sweep", own, "--vary", "/organization/tier=start,build", "--metric",
                               "attempts.rate_limited", "--replications", "1", "--format", "csv"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit == 0);
  // Seven in the bucket and seven a minute, for fifty requests in five minutes, in any tier.
  const std::string plain =
      sluice({"sweep", folder.write("plain.json", scenario_text()), "--vary",
              "/organization/tier=start,build", "--metric", "attempts.rate_limited",
              "--replications", "1", "--format", "csv"})
          .out;
  CHECK(contains(plain, "start,attempts.rate_limited,attempts,1,0,"));
  CHECK_FALSE(contains(run.out, "start,attempts.rate_limited,attempts,1,0,"));
  CHECK_FALSE(contains(run.out, "build,attempts.rate_limited,attempts,1,0,"));
}

TEST_CASE("a report on an old catalog says so, and its digest does not depend on the day") {
  const TemporaryFolder folder;
  const std::string own = folder.write("scenario.json", scenario_text());
  const auto on = [&own](const char* seconds) {
    return sluice({"simulate", own}, {{"SOURCE_DATE_EPOCH", seconds}}).out;
  };
  const std::string now = on("1795219200");
  const std::string later = on("1830000000");  // 2027-12-28
  CHECK_FALSE(contains(now, "last compared with its sources"));
  CHECK(contains(later, "last compared with its sources"));
  const auto digest = [](const std::string& text) {
    const std::size_t line = text.find("Result");
    return text.substr(line, text.find('\n', line) - line);
  };
  CHECK(contains(digest(now), "sha256"));
  CHECK(digest(now) == digest(later));
}

TEST_CASE("the project's catalog passes its check, and a wrong one is said to be so line by line") {
  const Finished good = sluice({"catalog", "check", kCatalog, "--npm", "/nonexistent"});
  CAPTURE(good.out);
  CHECK(good.exit == 0);
  CHECK(contains(good.out, "nothing wrong"));
  CHECK(contains(good.out, "@pydantic/genai-prices: not compared: "));
  CHECK(sluice({"catalog", "check"}).exit == 0);

  const CatalogCopy copy;
  copy.replace("prices.json", "\"cache_write_5m\": 5, \"cache_write_1h\": 8",
               "\"cache_write_5m\": 7, \"cache_write_1h\": 8");
  const Finished wrong = sluice({"catalog", "check", copy.path()});
  CHECK(wrong.exit == 3);
  CHECK(contains(wrong.out, copy.path() + "/prices.json:"));
  CHECK(contains(wrong.out, "cache_write_5m: is $7, but 1.25 x the input is $5"));
  copy.replace("prices.json", "\"batch\": 0.5", "\"bacth\": 0.5");
  const Finished broken = sluice({"catalog", "check", copy.path()});
  CHECK(broken.exit == 2);
  CHECK(contains(broken.err, "did you mean \"batch\"?"));
}

TEST_CASE("two catalogs are told apart row by row") {
  const CatalogCopy copy;
  const Finished same = sluice({"catalog", "diff", "embedded", copy.path()});
  CHECK(same.exit == 0);
  CHECK(contains(same.out, "no row differs"));
  copy.replace("prices.json", "\"cache_write_5m\": 5, \"cache_write_1h\": 8",
               "\"cache_write_5m\": 7, \"cache_write_1h\": 8");
  const Finished changed = sluice({"catalog", "diff", "embedded", copy.path()});
  CHECK(changed.exit == 0);
  CHECK(
      contains(changed.out, "  ~ claude-opus-5-5, from 2026-09-22: bands/0/cache_write_5m 5 -> 7"));
  CHECK(sluice({"catalog", "diff", "embedded"}).exit == 2);
  CHECK(sluice({"catalog", "diff", "embedded", "/no/such/folder"}).exit == 2);
}

}  // namespace
}  // namespace sluice::testing
