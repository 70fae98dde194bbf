#include "experiment/sweep_journal.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

using testing::contains;
using testing::TemporaryFolder;
using testing::text_of;

const SweepIdentity kIdentity{.version = "0.1.0 abc",
                              .scenario = "s",
                              .catalog = "c",
                              .traces = "",
                              .metrics = {"cost.total", "ttft.p95"}};
const std::string kHeader =
    R"({"format":"sluice-sweep-runs","format_version":1,"version":"0.1.0 abc","scenario":"s",)"
    R"("catalog":"c","traces":"","metrics":["cost.total","ttft.p95"]})"
    "\n";
const std::string kRun = R"({"cell":"x","replication":3,"values":[0.25,null]})"
                         "\n";

std::string refusal(const std::string& path, const SweepIdentity& identity = kIdentity) {
  const auto journal = SweepJournal::open(path, identity);
  REQUIRE_FALSE(journal.has_value());
  return journal.error().text();
}

TEST_CASE("a run is in the file before adding it returns") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  const auto journal = SweepJournal::open(path, kIdentity);
  REQUIRE(journal.has_value());
  CHECK(text_of(path) == kHeader);
  REQUIRE((*journal)->add("x", 3, {0.25, std::nullopt}).has_value());
  CHECK(text_of(path) == kHeader + kRun);
  CHECK(*(*journal)->find("x", 3) == Sample{0.25, std::nullopt});
  CHECK((*journal)->find("x", 2) == nullptr);
  CHECK((*journal)->find("y", 3) == nullptr);
}

TEST_CASE("every double comes back from the file as it was") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  const Sample sample{1.0 / 3, std::numeric_limits<double>::denorm_min()};
  const Sample large{-1e300, 12345678901234567.0};
  {
    const auto journal = SweepJournal::open(path, kIdentity);
    REQUIRE((*journal)->add("a", 0, sample).has_value());
    REQUIRE((*journal)->add("a", 1, large).has_value());
  }
  const auto again = SweepJournal::open(path, kIdentity);
  REQUIRE(again.has_value());
  CHECK(*(*again)->find("a", 0) == sample);
  CHECK(*(*again)->find("a", 1) == large);
}

TEST_CASE("wherever a file was torn off, it goes on with the runs that were whole") {
  const std::string whole =
      kHeader + kRun + R"({"cell":"y","replication":0,"values":[1,2]})" + "\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const TemporaryFolder folder;
    folder.write("runs.jsonl", whole.substr(0, length));
    const std::string path = folder / "runs.jsonl";
    INFO("torn at " << length);
    {
      const auto journal = SweepJournal::open(path, kIdentity);
      REQUIRE(journal.has_value());
      const std::size_t first = kHeader.size() + kRun.size();
      CHECK((*journal)->runs() == (length >= first ? 1U : 0U) + (length == whole.size() ? 1U : 0U));
      if ((*journal)->find("x", 3) == nullptr) {
        REQUIRE((*journal)->add("x", 3, {0.25, std::nullopt}).has_value());
      }
      if ((*journal)->find("y", 0) == nullptr) {
        REQUIRE((*journal)->add("y", 0, {1.0, 2.0}).has_value());
      }
    }
    CHECK(text_of(path) == whole);
  }
}

TEST_CASE("a file of another sweep is refused, with what is different, and left alone") {
  const TemporaryFolder folder;
  folder.write("runs.jsonl", kHeader + kRun);
  const std::string path = folder / "runs.jsonl";
  SweepIdentity other = kIdentity;
  other.scenario = "t";
  CHECK(contains(refusal(path, other), R"(its scenario is "s", here it is "t")"));
  other = kIdentity;
  other.version = "0.2.0";
  CHECK(contains(refusal(path, other), R"(its version is "0.1.0 abc")"));
  other = kIdentity;
  other.metrics.pop_back();
  CHECK(contains(refusal(path, other), "its metrics is"));
  CHECK(text_of(path) == kHeader + kRun);
}

TEST_CASE("a file that is not of a sweep is never written to") {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string("my notes"), std::string("my notes\n"),
                                  std::string("{\"a\": 1}\n"), std::string("\n")}) {
    folder.write("notes", text);
    CHECK(contains(refusal(folder / "notes"), "will not be overwritten"));
    CHECK(text_of(folder / "notes") == text);
  }
}

TEST_CASE("a damaged line is named") {
  const TemporaryFolder folder;
  for (const std::string& line :
       {std::string("nonsense"), std::string(R"({"cell":"x","replication":3,"values":[1]})"),
        std::string(R"({"cell":"x","replication":"3","values":[1,2]})"),
        std::string(R"({"cell":"x","replication":3,"values":[1,"2"]})"), std::string("[]")}) {
    folder.write("runs.jsonl", kHeader + kRun + line + "\n" + kRun);
    CHECK(contains(refusal(folder / "runs.jsonl"), "runs.jsonl:3: is damaged"));
  }
}

TEST_CASE("a file in use by one sweep is refused to another") {
  const TemporaryFolder folder;
  const auto first = SweepJournal::open(folder / "runs.jsonl", kIdentity);
  REQUIRE(first.has_value());
  CHECK(contains(refusal(folder / "runs.jsonl"), "in use by another sweep"));
}

TEST_CASE("the finished file has its runs in order, however they ended") {
  SweepJournal one(kIdentity);
  SweepJournal two(kIdentity);
  REQUIRE(one.add("a", 0, {1.0, 2.0}).has_value());
  REQUIRE(one.add("x", 3, {0.25, std::nullopt}).has_value());
  REQUIRE(two.add("x", 3, {0.25, std::nullopt}).has_value());
  REQUIRE(two.add("a", 0, {1.0, 2.0}).has_value());
  CHECK(one.text() == two.text());
  CHECK(one.text() == kHeader + R"({"cell":"a","replication":0,"values":[1,2]})" + "\n" + kRun);
}

}  // namespace
}  // namespace sluice
