#include <fcntl.h>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "describe/json.hpp"
#include "live/record_writer.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "unit/live/recorded_attempt.hpp"

namespace {

using namespace sluice;
using describe::Value;
using live::RecordClock;
using live::RecordWriter;
using namespace sluice::testing;

Value parsed(const std::string& line) {
  auto value = describe::parse_json(line, "line");
  INFO(line);
  REQUIRE(value.has_value());
  return *value;
}

// Member by member: what the schema requires is there, and nothing that it does not know.
void check_keys(const Value& schema, const Value& value, std::set<std::string>& seen,
                const std::string& where) {
  const Value* const properties = schema.find("properties");
  if (properties == nullptr || !value.is(Value::Kind::kObject)) return;
  if (const Value* const required = schema.find("required")) {
    for (const Value& name : required->items()) {
      INFO(where + "/" + name.as_string());
      CHECK(value.find(name.as_string()) != nullptr);
    }
  }
  for (const describe::Member& member : value.members()) {
    const std::string path = where + "/" + member.name;
    INFO(path);
    const Value* const known = properties->find(member.name);
    REQUIRE(known != nullptr);
    seen.insert(path);
    check_keys(*known, member.value, seen, path);
  }
}

void all_keys(const Value& schema, std::set<std::string>& keys, const std::string& where) {
  const Value* const properties = schema.find("properties");
  if (properties == nullptr) return;
  for (const describe::Member& member : properties->members()) {
    keys.insert(where + "/" + member.name);
    all_keys(member.value, keys, where + "/" + member.name);
  }
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("records have the keys of their schema and no others, and all of them occur") {
  const Value schema = parsed(live::record_schema_json());
  std::set<std::string> seen;
  check_keys(schema, parsed(line_of(Attempt())), seen, "");
  check_keys(schema, parsed(line_of(refused())), seen, "");
  std::set<std::string> all;
  all_keys(schema, all, "");
  CHECK(seen == all);
}

TEST_CASE("a record says when in model time and on the calendar") {
  const Value record = parsed(line_of(Attempt()));
  CHECK(record.find("planned")->number_text() == "1.000000000");
  CHECK(record.find("sent")->number_text() == "1.500000001");
  CHECK(record.find("sent_at")->as_string() == "2026-11-21T05:21:14.750000001Z");
  CHECK(record.find("ended_at")->as_string() == "2026-11-21T05:21:16.000000000Z");
  CHECK(record.find("date")->as_string() == "2026-11-21T05:21:13Z");
}

TEST_CASE("at a speed the calendar stays that of the wall") {
  RecordClock clock = kClock;
  clock.speed_permille = 10'000;
  const Value record = parsed(line_of(Attempt(), clock));
  CHECK(record.find("ended")->number_text() == "2.750000000");
  CHECK(record.find("ended_at")->as_string() == "2026-11-21T05:21:13.525000000Z");
}

TEST_CASE("money stands in a record to its last digit") {
  Attempt attempt;
  const Value cost = *parsed(line_of(attempt)).find("cost");
  CHECK(cost.find("total")->number_text() == "4.800000000001");
  CHECK(cost.find("cache_read")->number_text() == "0.000000000001");
  CHECK(parsed(line_of(attempt)).find("saved_by_cache")->number_text() == "-0.25");
  attempt.exchange.cost.by_category[0] = Money::from_dollars(123'456'789);  // beyond 64 bits
  CHECK(parsed(line_of(attempt)).find("cost")->find("input")->number_text() == "123456789");
}

TEST_CASE("an attempt that never left says so") {
  Attempt attempt;
  attempt.sent_wall = 0;
  attempt.status = 0;
  attempt.exchange.outcome.error = ErrorKind::kConnection;
  attempt.transport = "connection refused";
  const Value record = parsed(line_of(attempt));
  for (const char* const name : {"sent", "sent_at", "status"}) {
    CHECK(record.find(name)->is(Value::Kind::kNull));
  }
  CHECK(record.find("outcome")->as_string() == "connection");
  CHECK(record.find("transport")->as_string() == "connection refused");
}

TEST_CASE("the words of others are cut at a character and stay valid JSON whatever they are") {
  Attempt attempt = refused();
  attempt.answer.error->message = std::string(299, 'x') + "\xc3\xa9";  // ends beyond 300 bytes
  CHECK(parsed(line_of(attempt)).find("error_message")->as_string() == std::string(299, 'x'));
  for (const char* const bad :
       {"\xff", "a\xc3", "\xe2\x82", "\xed\xa0\x80", "\xc0\x80", "\xf5\x80"}) {
    attempt.answer.error->message = bad;
    CHECK(parsed(line_of(attempt)).find("error_message")->as_string().find('?') !=
          std::string::npos);
  }
  attempt.answer.error->message = "a\n\"\x01\xe2\x82\xac";
  CHECK(parsed(line_of(attempt)).find("error_message")->as_string() == "a\n\"\x01\xe2\x82\xac");
}

TEST_CASE("records are written as whole lines, and what was flushed is in the file") {
  const TemporaryFolder folder;
  const std::string path = folder.write("records.jsonl", "what was there before");
  const RunPlan plan = some_plan();
  const Attempt attempt;
  {
    auto writer = RecordWriter::open(path, plan, kClock);
    REQUIRE(writer.has_value());
    CHECK(read(path).empty());
    for (int i = 0; i < 2000; ++i) (*writer)->write(attempt.facts());  // more than is kept back
    const std::string before = read(path);
    CHECK(!before.empty());
    CHECK(before.back() == '\n');
    (*writer)->flush();
    CHECK(read(path).size() == 2000 * line_of(attempt).size());
    (*writer)->write(attempt.facts());
    CHECK(!(*writer)->failure());
  }
  CHECK(read(path).size() == 2001 * line_of(attempt).size());
}

TEST_CASE("a full disk is told and does not end the run") {
  const RunPlan plan = some_plan();
  auto writer = RecordWriter::open("/dev/full", plan, kClock);
  REQUIRE(writer.has_value());
  (*writer)->write(Attempt().facts());
  (*writer)->flush();
  REQUIRE((*writer)->failure().has_value());
  CHECK((*writer)->failure()->text() == "/dev/full: cannot be written: No space left on device");
  (*writer)->write(Attempt().facts());
  (*writer)->flush();
}

TEST_CASE("a folder that is not there is an error before the run") {
  const RunPlan plan = some_plan();
  const auto writer = RecordWriter::open("/nowhere/records.jsonl", plan, kClock);
  REQUIRE_FALSE(writer.has_value());
  CHECK(writer.error().code == ErrorCode::kIo);
}

TEST_CASE("a pipe that nobody reads is an error before the run, one that is read is written") {
  const TemporaryFolder folder;
  const std::string path = folder.write("is_here", "") + ".pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const RunPlan plan = some_plan();
  const auto alone = RecordWriter::open(path, plan, kClock);
  REQUIRE_FALSE(alone.has_value());
  CHECK(alone.error().message ==
        "cannot be opened for writing: nobody reads from this pipe; start its reader first");

  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(reader >= 0);
  auto writer = RecordWriter::open(path, plan, kClock);
  REQUIRE(writer.has_value());
  (*writer)->write(Attempt().facts());
  (*writer)->flush();
  CHECK_FALSE((*writer)->failure());
  std::string line(2 * line_of(Attempt()).size(), ' ');
  const ssize_t count = ::read(reader, line.data(), line.size());
  CHECK(count == static_cast<ssize_t>(line_of(Attempt()).size()));
  ::close(reader);
}
