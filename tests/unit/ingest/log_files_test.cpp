#include "ingest/log_files.hpp"

#include <array>
#include <filesystem>
#include <sys/stat.h>

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

constexpr std::array<std::string_view, 2> kEndings = {".jsonl", ".csv"};

std::vector<std::string> names_in(const TemporaryFolder& folder, LeftAside& left_aside) {
  const auto files = log_files({folder.path().string()}, kEndings, left_aside);
  REQUIRE(files.has_value());
  std::vector<std::string> names;
  for (const std::string& file : *files) {
    names.push_back(std::filesystem::relative(file, folder.path()).string());
  }
  return names;
}

}  // namespace

TEST_CASE("a folder is its files with a log's ending, in the order of their names") {
  const TemporaryFolder folder;
  for (const char* name : {"b.jsonl", "a/z.csv", "a/b/c.jsonl", "notes.txt", "c.csv"}) {
    write_file(folder, name, "x");
  }
  LeftAside left_aside;
  const std::vector<std::string> wanted = {"a/b/c.jsonl", "a/z.csv", "b.jsonl", "c.csv"};
  CHECK(names_in(folder, left_aside) == wanted);
  REQUIRE(left_aside.examples.size() == 1);
  CHECK(left_aside.examples[0].find("1 file in it does not end in .jsonl or .csv") !=
        std::string::npos);
  CHECK(left_aside.files == 1);
}

TEST_CASE("loops of links, pipes and links to files are passed over and said") {
  const TemporaryFolder folder;
  write_file(folder, "logs/a.jsonl", "x");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "logs/loop");
  std::filesystem::create_symlink(folder.path() / "logs/a.jsonl", folder.path() / "logs/b.jsonl");
  REQUIRE(::mkfifo((folder.path() / "logs/pipe.jsonl").c_str(), 0600) == 0);
  LeftAside left_aside;
  CHECK(names_in(folder, left_aside) == std::vector<std::string>{"logs/a.jsonl"});
  CHECK(left_aside.examples.size() == 3);
  CHECK(left_aside.files == 3);
}

TEST_CASE("of many files that are left aside ten lines are said and all are counted") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "a.jsonl", "x");
  for (int i = 0; i < 50; ++i) {
    std::filesystem::create_symlink(file, folder.path() / fmt::format("link{}.jsonl", i));
  }
  for (int i = 0; i < 70; ++i) write_file(folder, fmt::format("note{}.txt", i), "x");
  LeftAside left_aside;
  CHECK(names_in(folder, left_aside) == std::vector<std::string>{"a.jsonl"});
  CHECK(left_aside.examples.size() == kMaxLeftAside);
  CHECK(left_aside.files == 120);
  CHECK(left_aside.untold == 110);
}

TEST_CASE("the name of a file that is left aside cannot command a terminal") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "a.jsonl", "x");
  std::filesystem::create_symlink(file, folder.path() / "b\x1b[2J\nerror: \xc2\x9b\xff.jsonl");
  LeftAside left_aside;
  names_in(folder, left_aside);
  REQUIRE(left_aside.examples.size() == 1);
  CHECK(left_aside.examples[0].find("/b\\x1b[2J\\x0aerror: \\xc2\\x9b\\xff.jsonl: is a symlink") !=
        std::string::npos);
}

TEST_CASE("a path that was named is taken whatever its name, and a link is followed") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "log.of.mine", "x");
  const std::string link = (folder.path() / "link").string();
  std::filesystem::create_symlink(file, link);
  LeftAside left_aside;
  const auto files = log_files({link}, kEndings, left_aside);
  REQUIRE(files.has_value());
  CHECK(*files == std::vector<std::string>{link});
}

TEST_CASE("a file is read once, at its first place, whatever names lead to it") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "a.csv", "x");
  const std::string other = write_file(folder, "b.csv", "x");
  const std::string link = (folder.path() / "link").string();
  const std::string hard = (folder.path() / "hard.csv").string();
  std::filesystem::create_symlink(file, link);
  std::filesystem::create_hard_link(file, hard);
  const std::string root = folder.path().string();
  const std::string relative = std::filesystem::relative(file).string();
  const auto read = [](const std::vector<std::string>& paths) {
    LeftAside left_aside;
    return log_files(paths, kEndings, left_aside).value();
  };
  using Names = std::vector<std::string>;
  CHECK(read({file, link}) == Names{file});
  CHECK(read({link, file}) == Names{link});
  CHECK(read({relative, file, other}) == Names{relative, other});
  CHECK(read({root + "/./a.csv", root}) == Names{root + "/./a.csv", other});
  CHECK(read({root}) == Names{file, other});  // not its hard link
}

TEST_CASE("a missing path, a pipe and a folder without a log are errors that say so") {
  const TemporaryFolder folder;
  write_file(folder, "a.txt", "x");
  const std::string pipe = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  LeftAside left_aside;
  const auto problem = [&](const std::string& path) {
    const auto files = log_files({path}, kEndings, left_aside);
    REQUIRE(!files.has_value());
    return files.error().message;
  };
  CHECK(problem(folder.path().string() + "/nothing") == "does not exist");
  CHECK(problem(pipe) == "is neither a regular file nor a folder");
  CHECK(problem(folder.path().string()) ==
        "is a folder without a file that ends in .jsonl or .csv");
}
