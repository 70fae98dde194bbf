// Files that are there whole or not at all, by whatever name they are asked for.
#include "base/staged_file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using testing::contains;
using testing::TemporaryFolder;
using testing::text_of;

std::unique_ptr<StagedFile> staged(const std::string& path, const std::string& text) {
  auto file = StagedFile::create(path);
  REQUIRE(file);
  REQUIRE((*file)->write(text));
  REQUIRE((*file)->finish());
  return std::move(*file);
}

TEST_CASE("a file that is not put leaves nothing, one that is put nothing but itself") {
  const TemporaryFolder folder;
  folder.write("a.json", "old");
  staged(folder / "a.json", "new");
  CHECK(text_of(folder / "a.json") == "old");
  CHECK(folder.files() == 1);
  CHECK(staged(folder / "a.json", "new")->put());
  CHECK(text_of(folder / "a.json") == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that is taken back gives its place to what was there before") {
  const TemporaryFolder folder;
  folder.write("a.json", "old");
  for (const char* const name : {"a.json", "b.json"}) {
    const auto file = staged(folder / name, "new");
    REQUIRE(file->put());
    CHECK(text_of(folder / name) == "new");
    file->take_back();
  }
  CHECK(text_of(folder / "a.json") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that cannot be put leaves what was there") {
  const TemporaryFolder folder;
  folder.write("a.json", "old");
  auto file = staged(folder / "a.json", "new");
  REQUIRE(fs::remove(file->temporary()));
  CHECK_FALSE(file->put());
  file.reset();
  CHECK(text_of(folder / "a.json") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a link stays, and what it leads to is replaced or made") {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  fs::create_symlink(elsewhere.write("old.json", "old"), folder / "link.json");
  fs::create_symlink("link.json", folder / "second.json");
  fs::create_symlink(elsewhere / "new.json", folder / "dangling.json");
  for (const char* const name : {"second.json", "dangling.json"}) {
    CHECK(staged(folder / name, "new")->put());
    CHECK(fs::is_symlink(folder / name));
  }
  CHECK(text_of(elsewhere / "old.json") == "new");
  CHECK(text_of(elsewhere / "new.json") == "new");
  CHECK(folder.files() == 3);
  CHECK(elsewhere.files() == 2);
}

TEST_CASE("an open file, a device and a pipe are written in place, by any name") {
  const TemporaryFolder folder;
  const int open_file = open(folder.write("out.txt", "").c_str(), O_WRONLY | O_CLOEXEC);
  const std::string number = std::to_string(open_file);
  fs::create_symlink("/proc/self/fd/" + number, folder / "link");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  for (const std::string& path : {"/proc/self/fd/" + number, "/dev/fd/" + number, folder / "link",
                                  folder / "pipe", std::string("/dev/null")}) {
    CAPTURE(path);
    const auto place = output_place(path);
    REQUIRE(place);
    CHECK_FALSE(place->is_replaced);
    CHECK_FALSE(StagedFile::create(path));
  }
  CHECK(close(open_file) == 0);
}

TEST_CASE("what can be no file is said before anything is written") {
  const TemporaryFolder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  const auto error = [](const std::string& path) {
    const auto place = output_place(path);
    return place ? std::string{} : place.error().text();
  };
  CHECK(contains(error(folder / "none/a.json"), "cannot be written: there is no folder"));
  CHECK(contains(error(folder.path().string()), "is a folder; name a file to write"));
  CHECK(contains(error(folder / std::string(305, 'x')), "File name too long"));
  CHECK(contains(error(folder / "a"), "Too many levels of symbolic links"));
}

TEST_CASE("a name may be as long as the folder can have it") {
  const TemporaryFolder folder;
  const std::string name(255, 'x');
  CHECK(staged(folder / name, "new")->put());
  CHECK(text_of(folder / name) == "new");
}

}  // namespace
}  // namespace sluice
