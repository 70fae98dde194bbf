#include "scenario/read_file.hpp"

#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::scenario {
namespace {

TEST_CASE("a file is read anew every time, a pipe once") {
  const testing::TemporaryFolder folder;
  CHECK(read_file(folder.write("text", "first")) == "first");
  CHECK(read_file(folder.write("text", "second")) == "second");

  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&pipe] { std::ofstream(pipe) << "said once"; });
  const Result<std::string> text = read_file(pipe);
  writer.join();
  CHECK(text == "said once");
  CHECK(read_file(pipe) == "said once");  // where nobody writes any more
}

TEST_CASE("what cannot be read is named, with the system's reason") {
  const testing::TemporaryFolder folder;
  const Result<std::string> missing = read_file(folder / "nowhere");
  REQUIRE_FALSE(missing);
  const std::string text = missing.error().text();
  CAPTURE(text);
  CHECK(text.find("nowhere") != std::string::npos);
  CHECK(text.find("cannot be opened: No such file or directory") != std::string::npos);
}

}  // namespace
}  // namespace sluice::scenario
