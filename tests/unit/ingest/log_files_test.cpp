#include "ingest/log_files.hpp"

#include <array>
#include <filesystem>
#include <sys/stat.h>

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

constexpr std::array<std::string_view, 2> kEndings = {".jsonl", ".csv"};

std::vector<std::string> names_in(const TemporaryFolder& folder,
                                  std::vector<std::string>& left_aside) {
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
  std::vector<std::string> left_aside;
  const std::vector<std::string> wanted = {"a/b/c.jsonl", "a/z.csv", "b.jsonl", "c.csv"};
  CHECK(names_in(folder, left_aside) == wanted);
  REQUIRE(left_aside.size() == 1);
  CHECK(left_aside[0].find("1 files in it do not end in .jsonl or .csv") != std::string::npos);
}

TEST_CASE("loops of links, pipes and links to files are passed over and said") {
  const TemporaryFolder folder;
  write_file(folder, "logs/a.jsonl", "x");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "logs/loop");
  std::filesystem::create_symlink(folder.path() / "logs/a.jsonl", folder.path() / "logs/b.jsonl");
  REQUIRE(::mkfifo((folder.path() / "logs/pipe.jsonl").c_str(), 0600) == 0);
  std::vector<std::string> left_aside;
  CHECK(names_in(folder, left_aside) == std::vector<std::string>{"logs/a.jsonl"});
  CHECK(left_aside.size() == 3);
}

TEST_CASE("a path that was named is taken whatever its name, and a link is followed") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "log.of.mine", "x");
  const std::string link = (folder.path() / "link").string();
  std::filesystem::create_symlink(file, link);
  std::vector<std::string> left_aside;
  const auto files = log_files({file, link}, kEndings, left_aside);
  REQUIRE(files.has_value());
  CHECK(*files == std::vector<std::string>{file, link});
}

TEST_CASE("a file that two paths lead to is read once") {
  const TemporaryFolder folder;
  const std::string file = write_file(folder, "a.csv", "x");
  std::vector<std::string> left_aside;
  const auto files = log_files({folder.path().string() + "/./a.csv", folder.path().string()},
                               kEndings, left_aside);
  REQUIRE(files.has_value());
  CHECK(files->size() == 1);
}

TEST_CASE("a missing path, a pipe and a folder without a log are errors that say so") {
  const TemporaryFolder folder;
  write_file(folder, "a.txt", "x");
  const std::string pipe = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::vector<std::string> left_aside;
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
