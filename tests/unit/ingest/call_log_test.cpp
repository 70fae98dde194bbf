#include "ingest/call_log.hpp"

#include <algorithm>

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

constexpr std::string_view kHeader = "at,input_tokens,output_tokens\n";

std::string mooncake_row(std::int64_t at_ms, std::int64_t input) {
  return fmt::format("{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": 1}}\n", at_ms,
                     input);
}

Imported import_csv(const std::string& rows, bool strict = false) {
  return import_text(std::string(kHeader) + rows, {.format = LogFormat::kCsv, .strict = strict});
}

const std::string& first_problem(const Imported& imported) {
  REQUIRE(!imported.facts.bad_row_examples.empty());
  return imported.facts.bad_row_examples.front().message;
}

}  // namespace

TEST_CASE("ordered files are merged in the order of time, ties by file") {
  const TemporaryFolder folder;
  write_file(folder, "a.jsonl", mooncake_row(0, 1) + mooncake_row(20, 2) + mooncake_row(90, 3));
  write_file(folder, "b.jsonl", mooncake_row(10, 4) + mooncake_row(20, 5));
  write_file(folder, "c.jsonl", mooncake_row(5, 6));
  const Imported imported = import_all({.paths = {folder.path().string()}});
  CHECK(imported.error.empty());
  CHECK(imported.facts.in_order);
  CHECK(imported.facts.files.size() == 3);
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{1, 6, 4, 2, 5, 3});
  CHECK(imported.calls[1].file == 2);
}

TEST_CASE("more files than can be merged are read one by one and not called ordered") {
  const TemporaryFolder folder;
  for (std::size_t index = 0; index <= kMaxMerged; ++index) {
    write_file(folder, fmt::format("{:04}.jsonl", index),
               mooncake_row(1000 - std::int64_t(index), 7));
  }
  const Imported imported = import_all({.paths = {folder.path().string()}});
  CHECK(imported.error.empty());
  CHECK(!imported.facts.in_order);
  CHECK(imported.calls.size() == kMaxMerged + 1);
}

TEST_CASE("CSV rows need not be in order, and then the source does not say so") {
  const Imported imported = import_csv("5,1,1\n3,2,1\n4,3,1\n");
  CHECK(!imported.facts.in_order);
  CHECK(imported.facts.bad_rows == 0);
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("in an ordered format a row that goes back in time is left out and counted") {
  const Imported imported =
      import_text(mooncake_row(10, 1) + mooncake_row(5, 2) + mooncake_row(10, 3));
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{1, 3});
  CHECK(imported.facts.bad_rows == 1);
  CHECK(first_problem(imported).find("goes back by 0.005 s") != std::string::npos);
}

TEST_CASE("a bad row is counted and shown with file and line, and strict stops at it") {
  const std::string rows = "1,2,3\n2,two,3\n3,4,5\n";
  const Imported lenient = import_csv(rows);
  CHECK(lenient.error.empty());
  CHECK(lenient.facts.rows == 2);
  CHECK(lenient.facts.bad_rows == 1);
  CHECK(lenient.facts.bad_row_examples[0].where.find("log:3") != std::string::npos);
  const Imported strict = import_csv(rows, true);
  CHECK(strict.calls.size() == 1);
  CHECK(strict.error.find("log:3: input_tokens is") != std::string::npos);
}

TEST_CASE("more bad rows than good ones is an error at the end") {
  const Imported imported = import_csv("1,2,3\nx,2,3\ny,2,3\n");
  CHECK(imported.calls.size() == 1);
  CHECK(imported.error.find("2 of 3 rows cannot be read") != std::string::npos);
}

TEST_CASE("hostile rows are bad rows and nothing worse") {
  struct Row {
    std::string_view text;
    std::string_view problem;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"1,2"sv, "the row has 2 cells; expected 3"sv},
      {"1,2\0,3"sv, "NUL byte"sv},
      {"1,\xff,3"sv, "not UTF-8"sv},
      {"1,99999999999999999999999,3"sv, "expected a whole number from 0 to 10000000"sv},
      {"1,-2,3"sv, "expected a whole number"sv},
      {"1e300,2,3"sv, "expected a number of seconds"sv},
      {"99999999999999999999,2,3"sv, "expected a time before 2200"sv},
      {"nan,2,3"sv, "expected a number of seconds"sv},
      {"2026-02-30 00:00:00,2,3"sv, "expected a date and time"sv},
      {"2026-02-20 00:00:00,2,3"sv, "not of the kind of the rows before"sv},
      {"\"1,2,3"sv, "no closing quote"sv},
  };
  for (const Row& row : rows) {
    const Imported imported = import_csv("1,2,3\n" + std::string(row.text) + "\n4,5,6\n");
    INFO(row.problem);
    CHECK(imported.error.empty());
    CHECK(imported.calls.size() == 2);
    REQUIRE(imported.facts.bad_rows == 1);
    CHECK_THAT(first_problem(imported), Catch::Contains(std::string(row.problem)));
  }
}

TEST_CASE("a line of eight megabytes and more is a bad row") {
  const Imported imported =
      import_csv("1,2,3\n" + std::string(kMaxLineBytes + 10, '7') + "\n4,5,6\n");
  CHECK(imported.calls.size() == 2);
  CHECK_THAT(first_problem(imported), Catch::Contains("longer than"));
}

TEST_CASE("UTF-16, compressed and empty files are errors that say so") {
  using namespace std::string_view_literals;
  CHECK_THAT(import_text("\xff\xfe\x61\0"sv, {.format = LogFormat::kCsv}).error,
             Catch::Contains("UTF-16"));
  CHECK_THAT(import_text("\x1f\x8b\x08"sv, {.format = LogFormat::kLiteLlm}).error,
             Catch::Contains("compressed"));
  CHECK_THAT(import_text("", {.format = LogFormat::kMooncake}).error, Catch::Contains("is empty"));
  CHECK_THAT(import_text("\n \n", {.format = LogFormat::kCsv}).error, Catch::Contains("is empty"));
  CHECK_THAT(import_text(kHeader, {.format = LogFormat::kCsv}).error,
             Catch::Contains("has no row that is a call"));
}

TEST_CASE("in a folder what is not of the format is left aside, and said") {
  const TemporaryFolder folder;
  write_file(folder, "a.csv", "name,age\nx,3\n");
  write_file(folder, "b.csv", std::string(kHeader) + "1,2,3\n");
  write_file(folder, "empty.csv", "");
  const Imported imported = import_all({.paths = {folder.path().string()}});
  CHECK(imported.error.empty());
  CHECK(imported.facts.format == LogFormat::kCsv);
  CHECK(imported.calls.size() == 1);
  CHECK(imported.facts.left_aside.files == 2);
}

TEST_CASE("files with dates and files without are not mixed") {
  const TemporaryFolder folder;
  write_file(folder, "a.csv", std::string(kHeader) + "1,2,3\n");
  write_file(folder, "b.csv", std::string(kHeader) + "2026-01-01 00:00:00,2,3\n");
  const Imported imported = import_all({.paths = {folder.path().string()}});
  CHECK_THAT(imported.error, Catch::Contains("import them apart"));
}

TEST_CASE("five thousand small files are read with a few descriptors") {
  const TemporaryFolder folder;
  constexpr int kFiles = 5000;
  for (int index = 0; index < kFiles; ++index) {
    write_file(folder, fmt::format("{}/{}.csv", index % 50, index),
               std::string(kHeader) + "1,2,3\n");
  }
  const Imported imported = import_all({.paths = {folder.path().string()}});
  CHECK(imported.error.empty());
  CHECK(imported.calls.size() == kFiles);
}

TEST_CASE("an error of an import is final") {
  const TemporaryFolder folder;
  const auto source = open_import(
      {.paths = {write_file(folder, "a.csv", std::string(kHeader) + "1,2,3\nx,2,3\n4,5,6\n")},
       .strict = true});
  REQUIRE(source.has_value());
  ImportedCall call;
  REQUIRE((*source)->next(call).has_value());
  const auto once = (*source)->next(call);
  const auto again = (*source)->next(call);
  REQUIRE(!once.has_value());
  REQUIRE(!again.has_value());
  CHECK(once.error() == again.error());
}
