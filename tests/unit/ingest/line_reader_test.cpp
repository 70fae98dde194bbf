#include "ingest/line_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::ingest {
namespace {

// All lines at once: cut at LF, drop one CR, no line after a final LF.
std::vector<std::string> obvious_lines(std::string_view text) {
  std::vector<std::string> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (std::string& line : lines) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
  }
  return lines;
}

std::vector<std::string> read_lines(LineReader& reader) {
  std::vector<std::string> lines;
  for (Line line;;) {
    const Result<bool> more = reader.next(line);
    REQUIRE(more);
    if (!*more) return lines;
    CHECK_FALSE(line.too_long);
    lines.emplace_back(line.text);
    CHECK(line.number == static_cast<std::int64_t>(lines.size()));
  }
}

TEST_CASE(
    "every text of up to seven of four bytes has the lines that splitting gives, in any block "
    "size") {
  constexpr std::string_view kBytes = "a\n\rb";
  for (std::size_t length = 0; length <= 7; ++length) {
    for (std::size_t index = 0; index < (1U << (2 * length)); ++index) {
      std::string text;
      for (std::size_t i = 0; i < length; ++i) text += kBytes[(index >> (2 * i)) & 3];
      const std::vector<std::string> expected = obvious_lines(text);
      for (const std::size_t block : {1U, 3U, 64U}) {
        LineReader reader = LineReader::over(text, block);
        if (read_lines(reader) != expected) FAIL("lines of " << text << ", block " << block);
      }
    }
  }
}

TEST_CASE("a file gives the same lines as its text, and again after a rewind") {
  const std::string text = mooncake_fixture(500, 3);
  const TemporaryFile file(text);
  auto reader = LineReader::open(file.path(), 100);
  REQUIRE(reader);
  CHECK(read_lines(*reader) == obvious_lines(text));
  REQUIRE(reader->rewind());
  CHECK(read_lines(*reader) == obvious_lines(text));
}

TEST_CASE("a line of the greatest length is given, and a longer one skipped in bounded memory") {
  const std::string longest(kMaxLineBytes, 'x');
  const std::string text = longest + "\r\n" + longest + "y\n" +
                           std::string(5 * kMaxLineBytes, 'z') + "\nshort\n" + longest + longest;
  LineReader reader = LineReader::over(text);
  std::vector<std::size_t> lengths;
  std::vector<bool> too_long;
  for (Line line; reader.next(line).value();) {
    lengths.push_back(line.text.size());
    too_long.push_back(line.too_long);
  }
  CHECK(lengths == std::vector<std::size_t>{kMaxLineBytes, 0, 0, 5, 0});
  CHECK(too_long == std::vector<bool>{false, true, true, false, true});
  CHECK(reader.capacity() <= kMaxLineBytes + 2 + kLinePadding);
}

TEST_CASE("a missing file and a folder are refused by name") {
  const auto missing = LineReader::open("no/such/trace.csv");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kIo);
  CHECK(missing.error().text() == "no/such/trace.csv: cannot be opened: No such file or directory");
  const auto folder = LineReader::open("/");
  REQUIRE_FALSE(folder);
  CHECK(folder.error().text() == "/: is a folder; expected a file");
}

TEST_CASE("a pipe and a device are no files, and nobody waits for what they would give") {
  const testing::TemporaryFolder folder;
  const std::string path = (folder.path() / "log").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(writer >= 0);
  const auto reader = LineReader::open(path);
  ::close(writer);
  REQUIRE_FALSE(reader);
  CHECK(reader.error().code == ErrorCode::kIo);
  CHECK(reader.error().text() == path + ": is a pipe; expected a file");
  REQUIRE_FALSE(LineReader::open(path));  // which nobody writes to now
  const auto device = LineReader::open("/dev/zero");
  REQUIRE_FALSE(device);
  CHECK(device.error().text() == "/dev/zero: is a device; expected a file");
}

}  // namespace
}  // namespace sluice::ingest
