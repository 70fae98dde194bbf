#include "ingest/record_log.hpp"

#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

// As live/append_record.cpp writes it: an answer that was billed.
const std::string kGood =
    R"({"workload":"chat","session":18446744073709551615,"turn":3,"attempt":1,)"
    R"("model":"haiku-4.5","key":"key-1","workspace":"default","speed":60,"planned":1.000000000,)"
    R"("due":1.500000000,"sent":1.500000001,"first_token":2.000000000,"first_answer":2.250000000,)"
    R"("ended":6.000000000,"sent_at":"2026-11-21T05:21:13.000000001Z",)"
    R"("ended_at":"2026-11-21T05:21:13.100000000Z","stream":true,"planned_prompt_tokens":1000,)"
    R"("planned_output_tokens":10,"max_tokens":20,"status":200,"outcome":"ok","cause":null,)"
    R"("error_type":null,"error_code":null,"error_message":null,"transport":null,)"
    R"("reused_connection":true,"request_id":"req_011","date":"2026-11-21T05:21:13Z",)"
    R"("retry_after":null,"should_retry":null,"rate_limits":{"requests":{"limit":50,)"
    R"("remaining":49,"reset":"2026-11-21T05:21:14Z"}},"usage":{"input_tokens":900,)"
    R"("cache_creation_5m_input_tokens":3,"cache_creation_1h_input_tokens":4,)"
    R"("cache_read_input_tokens":100,"output_tokens":11,"thinking_tokens":2},)"
    R"("stop_reason":"end_turn","priced":true,"cost":{"total":0.5,"input":0.1,"write_5m":0,)"
    R"("write_1h":0,"cache_read":0,"output":0.4,"tools":0},"saved_by_cache":-0.25})";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

std::string refused() {
  std::string line = with(kGood, R"("status":200,"outcome":"ok","cause":null)",
                          R"("status":429,"outcome":"rate_limit_error","cause":"input_tokens")");
  line = with(line, R"("retry_after":null)", R"("retry_after":12.000000000)");
  line = with(line, "-0.25", "null");
  const std::size_t cost = line.find(R"({"total")");
  return line.replace(cost, line.find('}', cost) + 1 - cost, "null");
}

ImportOptions options_for(const std::string& path) {
  ImportOptions options;
  options.paths = {path};
  return options;
}

Result<RecordRow> read_record(const std::string& text) {
  RecordLog log = RecordLog::over(text, "run.jsonl");
  RecordRow row;
  SLUICE_TRY(const bool more, log.next(row));
  if (!more) return invalid("", "nothing there");
  return row;
}

std::string problem_with(const std::string& line) {
  const auto row = read_record(line + "\n");
  REQUIRE_FALSE(row);
  CHECK(row.error().where == "run.jsonl:1");
  return row.error().message;
}

class RecordFile {
 public:
  explicit RecordFile(const std::string& text)
      : path((std::filesystem::temp_directory_path() /
              ("sluice_records_" + std::to_string(getpid()) + ".jsonl"))
                 .string()) {
    std::ofstream(path, std::ios::binary) << text;
  }
  ~RecordFile() { std::filesystem::remove(path); }
  const std::string path;
};

TEST_CASE("a record is read back with every member") {
  const auto row = read_record(kGood + "\n");
  REQUIRE(row);
  CHECK(row->line == 1);
  CHECK(row->workload == "chat");
  CHECK(row->session == 18446744073709551615U);
  CHECK(row->turn == 3);
  CHECK(row->speed_permille == 60'000);
  CHECK(row->due == milliseconds(1500));
  CHECK(row->sent == nanoseconds(1'500'000'001));
  CHECK(row->first_answer == milliseconds(2250));
  CHECK(row->ended == seconds(6));
  CHECK(row->ended_at.text() == "2026-11-21T05:21:13.1Z");
  CHECK(row->stream);
  CHECK(row->status == 200);
  CHECK(row->ok());
  CHECK_FALSE(row->cause);
  CHECK(row->error_message.empty());
  CHECK(row->date->text() == "2026-11-21T05:21:13Z");
  REQUIRE(row->rate_limits.requests);
  CHECK(row->rate_limits.requests->limit == 50);
  CHECK(row->rate_limits.requests->remaining == 49);
  CHECK(row->rate_limits.requests->reset.text() == "2026-11-21T05:21:14Z");
  CHECK_FALSE(row->rate_limits.input_tokens);
  CHECK(row->usage == Usage{900, 3, 4, 100, 11});
  CHECK(row->thinking_tokens == 2);
  REQUIRE(row->cost);
  CHECK(row->cost->total() == Money::from_decimal("0.5").value());
  CHECK(row->saved_by_cache == Money::from_decimal("-0.25").value());
}

TEST_CASE("a refused attempt has its cause and its wait, and was not billed") {
  const auto row = read_record(refused() + "\n");
  REQUIRE(row);
  CHECK(row->outcome == ErrorKind::kRateLimit);
  CHECK(row->cause == LimitCause::kInputTokens);
  CHECK(row->retry_after == seconds(12));
  CHECK_FALSE(row->was_billed());
}

TEST_CASE("a row is empty of what the row before it had") {
  const std::string text = refused() + "\n" + kGood + "\n";
  RecordLog log = RecordLog::over(text, "run.jsonl");
  RecordRow row;
  REQUIRE(log.next(row).value());
  REQUIRE(log.next(row).value());
  CHECK(row.line == 2);
  CHECK_FALSE(row.retry_after);
  CHECK_FALSE(row.cause);
  CHECK(row.was_billed());
  CHECK_FALSE(log.next(row).value());
}

TEST_CASE("a member of a later version is passed over") {
  const auto row = read_record(with(kGood, R"("turn":3)", R"("news":{"a":[1,2]},"turn":3)") + "\n");
  REQUIRE(row);
  CHECK(row->turn == 3);
}

TEST_CASE("a member that is not as it was written is an error with file and line") {
  CHECK(problem_with(with(kGood, R"("turn":3,)", "")) == "\"turn\" is not there");
  CHECK(problem_with(with(kGood, R"("turn":3)", R"("turn":3,"turn":3)")) ==
        "\"turn\" is not there once only");
  CHECK(problem_with(with(kGood, R"("turn":3)", R"("turn":"3")")) ==
        "\"turn\" is not a whole number");
  CHECK(problem_with(with(kGood, R"("speed":60)", R"("speed":0)")) ==
        "\"speed\" is not more than nothing");
  CHECK(problem_with(with(kGood, R"("outcome":"ok")", R"("outcome":"fine")")) ==
        "\"outcome\" is not an outcome, such as ok or rate_limit_error");
  CHECK(problem_with(with(kGood, R"("total":0.5)", R"("total":0.6)")) ==
        "\"total\" of the cost is not the sum of its parts");
  CHECK(problem_with(with(kGood, "2026-11-21T05:21:13Z", "yesterday")) ==
        "\"date\" is not an instant of RFC 3339");
  CHECK(problem_with(with(kGood, R"("max_tokens":20)", R"("max_tokens":1e300)")) ==
        "\"max_tokens\" is not a whole number from 0 to 1000000000000");
  CHECK_THAT(problem_with("[1, 2]"), Catch::Contains("expected one line of --records"));
  CHECK_THAT(problem_with(""), Catch::Contains("expected one line of --records"));
  CHECK_THAT(problem_with(kGood + kGood), Catch::Contains("is not a whole JSON object"));
}

TEST_CASE("however a last line is cut, it is left out and counted") {
  for (std::size_t size = 1; size < kGood.size(); ++size) {
    const std::string text = kGood + "\n" + kGood.substr(0, size);
    RecordLog log = RecordLog::over(text, "run.jsonl");
    RecordRow row;
    REQUIRE(log.next(row).value());
    const auto more = log.next(row);
    INFO(kGood.substr(0, size));
    REQUIRE(more);
    CHECK_FALSE(*more);
    CHECK(log.truncated_lines() == 1);
  }
}

TEST_CASE("records are read from a pipe, once") {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "records";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(writer >= 0);
  const std::string text = kGood + "\n";
  REQUIRE(::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  auto log = RecordLog::open(path);
  ::close(writer);
  REQUIRE(log);
  RecordRow row;
  CHECK(log->next(row).value());
  CHECK_FALSE(log->next(row).value());
}

TEST_CASE("a cut line in the middle is an error, and the line after it can still be read") {
  const std::string text = kGood.substr(0, 100) + "\n" + kGood + "\n";
  RecordLog log = RecordLog::over(text, "run.jsonl");
  RecordRow row;
  CHECK_FALSE(log.next(row));
  CHECK(log.next(row).value());
  CHECK(log.truncated_lines() == 0);
}

TEST_CASE("attempts that were billed are calls at the calendar's time") {
  const RecordFile file(kGood + "\n" + refused() + "\nnonsense\n" + kGood + "\n");
  const auto source = open_records(options_for(file.path));
  REQUIRE(source);
  ImportedCall call;
  REQUIRE((*source)->next(call).value());
  // The run began 0.1 s of wall time, 6 s of model time, before the attempt ended.
  CHECK(UnixTime{ns(call.request.at)}.text() == "2026-11-21T05:21:14.5Z");
  CHECK(call.request.input_tokens == 1007);
  CHECK(call.request.output_tokens == 9);
  CHECK(call.request.thinking_tokens == 2);
  CHECK(call.request.max_tokens == 20);
  CHECK(call.request.model == "haiku-4.5");
  CHECK(call.request.session.value() >= 0);
  CHECK(call.usage == Usage{900, 3, 4, 100, 11});
  REQUIRE((*source)->next(call).value());
  CHECK(call.request.line == 4);
  CHECK_FALSE((*source)->next(call).value());
  const ImportFacts& facts = (*source)->facts();
  CHECK(facts.rows == 3);
  CHECK(facts.not_calls == 1);
  CHECK(facts.bad_rows == 1);
  REQUIRE(facts.bad_row_examples.size() == 1);
  CHECK(facts.bad_row_examples[0].where == file.path + ":3");
  CHECK(facts.has_dates);
  CHECK_FALSE(facts.in_order);
}

TEST_CASE("a last line that is cut is a bad row with its place, and no file is left aside") {
  const RecordFile file(kGood + "\n" + kGood.substr(0, kGood.size() / 2));
  auto options = options_for(file.path);
  options.strict = true;
  const auto source = open_records(options);
  REQUIRE(source);
  ImportedCall call;
  REQUIRE((*source)->next(call).value());
  CHECK_FALSE((*source)->next(call).value());
  REQUIRE((*source)->facts().bad_row_examples.size() == 1);
  CHECK((*source)->facts().bad_row_examples[0].where == file.path + ":2");
  CHECK((*source)->facts().left_aside.files == 0);
}

TEST_CASE("strictly read, the first bad record ends an import; more bad than good always do") {
  const RecordFile file(kGood + "\nnonsense\nnonsense\n");
  ImportedCall call;
  ImportOptions options = options_for(file.path);
  options.strict = true;
  const auto strict = open_records(options);
  REQUIRE((*strict)->next(call).value());
  CHECK((*strict)->next(call).error().where == file.path + ":2");
  const auto lax = open_records(options_for(file.path));
  REQUIRE((*lax)->next(call).value());
  CHECK_THAT((*lax)->next(call).error().message, Catch::Contains("2 of 3 rows cannot be read"));
}

}  // namespace
