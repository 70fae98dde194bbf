// Files that are not ours, not whole or not of this version: said to be so, and left as they are.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history/run_store.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

namespace sluice::history {
namespace {

using testing::TemporaryFolder;
using testing::text_of;

SavedRun plain_run() {
  SavedRun run;
  run.kind = "simulate";
  run.scenario = "quickstart";
  run.scenario_digest = std::string(64, 'a');
  return run;
}

// Text that does not pack, so that a few runs fill many pages.
SavedDocument large_document(unsigned seed = 1) {
  SavedDocument document{.json = {}, .text = "report"};
  for (int i = 0; i < 60'000; ++i) {
    seed = seed * 1'664'525U + 1'013'904'223U;
    document.json += static_cast<char>('!' + (seed >> 24U) % 90);
  }
  return document;
}

std::string database_with_runs(const TemporaryFolder& folder) {
  const std::string path = folder / "runs.db";
  auto store = RunStore::open(path, Missing::kCreate);
  REQUIRE(store);
  for (unsigned i = 0; i < 5; ++i) REQUIRE(store->save(plain_run(), {}, large_document(i)));
  return path;
}

void overwrite(const std::string& path, std::streamoff from, std::size_t size) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(from);
  file << std::string(size, '\x5A');
}

// Opening, reading and saving, as far as it goes; the first error's words.
std::string words_of_use(const std::string& path) {
  auto store = RunStore::open(path, Missing::kCreate);
  if (!store) return store.error().text();
  const auto list = store->list({});
  if (!list) return list.error().text();
  for (const SavedRun& run : *list) {
    const auto document = store->document(run.id);
    if (!document) return document.error().text();
  }
  const auto saved = store->save(plain_run(), {}, large_document());
  return saved ? std::string("saved") : saved.error().text();
}

void check_refused_untouched(const TemporaryFolder& folder, const std::string& path,
                             const std::string& words) {
  const std::string before = text_of(path);
  const std::size_t files = folder.files();
  const std::string said = words_of_use(path);
  INFO(said);
  CHECK(said.find(words) != std::string::npos);
  CHECK(said.find("left as it is") != std::string::npos);
  CHECK((text_of(path) == before));  // too long to be shown
  CHECK(folder.files() == files);    // no journal is left either
}

TEST_CASE("a file that is no database is said to be none and left alone") {
  const TemporaryFolder folder;
  const std::string prose(5000, 'x');
  for (const std::string& text : {std::string("a"), std::string("notes\n"), prose}) {
    check_refused_untouched(folder, folder.write("notes.txt", text), "is not an SQLite database");
  }
}

TEST_CASE("another application's database is left alone") {
  const TemporaryFolder folder;
  for (const char* const mode : {"DELETE", "WAL"}) {
    const std::string path = folder / (std::string(mode) + ".db");
    {
      auto other = Database::open(path);
      REQUIRE(other);
      REQUIRE(other->execute("PRAGMA journal_mode = " + std::string(mode) +
                             "; CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')"));
    }
    check_refused_untouched(folder, path, "another application");
  }
}

TEST_CASE("a file of a newer sluice is refused with a clear word and left alone") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  {
    auto database = Database::open(path);
    REQUIRE(database);
    REQUIRE(database->execute("PRAGMA user_version = 9"));
  }
  check_refused_untouched(folder, path, "newer sluice (form 9, this one knows 1)");
}

TEST_CASE("an older file is brought up to date with all that it holds, once") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  const std::vector<const char*> newer = {schema_steps().front(),
                                          "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL "
                                          "DEFAULT 'old'",
                                          "CREATE TABLE tags (run INTEGER, tag TEXT)"};
  for (int time = 0; time < 2; ++time) {
    const auto store = RunStore::open(path, Missing::kRefuse, newer);
    INFO((store ? std::string() : store.error().text()));
    REQUIRE(store);
    CHECK(store->count({}) == 5);
    CHECK((store->document(3) == large_document(2)));
  }
  const auto database = Database::open(path);
  REQUIRE(database);
  CHECK(database->integer("PRAGMA user_version") == 3);
  CHECK(database->integer("SELECT count(*) FROM runs WHERE note = 'old'") == 5);
  CHECK(database->integer("SELECT count(*) FROM tags") == 0);
}

TEST_CASE("a step that fails leaves the file in its old form") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  const std::string before = text_of(path);
  const std::vector<const char*> broken = {schema_steps().front(), "CREATE TABLE more (x)",
                                           "ALTER TABLE nothing ADD COLUMN x"};
  CHECK_FALSE(RunStore::open(path, Missing::kRefuse, broken));
  CHECK((text_of(path) == before));  // too long to be shown
  CHECK(RunStore::open(path, Missing::kRefuse));
}

TEST_CASE("a database that was cut short is said to be damaged and left alone") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  check_refused_untouched(folder, path, "damaged");
}

TEST_CASE("a database with pages overwritten is said to be damaged and left alone") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  const std::size_t size = std::filesystem::file_size(path);
  SECTION("all but the first") { overwrite(path, 4096, size - 4096); }
  SECTION("the middle, where reports are") {
    overwrite(path, static_cast<std::streamoff>(size / 2), 20'000);
  }
  SECTION("a single byte of a report") {
    overwrite(path, static_cast<std::streamoff>(size / 2), 1);
  }
  check_refused_untouched(folder, path, "damaged");
}

TEST_CASE("an empty file becomes a database, as one that is not there") {
  const TemporaryFolder folder;
  CHECK(words_of_use(folder.write("runs.db", "")) == "saved");
}

TEST_CASE("a folder, or a place where no folder can be made, is one clear error") {
  const TemporaryFolder folder;
  CHECK(words_of_use(folder / ".").find("is a folder") != std::string::npos);
  const std::string file = folder.write("file", "x");
  CHECK(words_of_use(file + "/sub/runs.db").find("cannot be") != std::string::npos);
}

// In a process of its own, so that rights and limits are its own too; 0 if `check` holds there.
template <class Check>
int status_in_child(Check check) {
  const pid_t child = fork();
  if (child == 0) _exit(check() ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST_CASE("a read-only folder or file is one clear error, and what is there can be read") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  const std::string before = text_of(path);
  std::filesystem::permissions(path, std::filesystem::perms(0444));
  std::filesystem::permissions(folder / ".", std::filesystem::perms(0555));
  const int status = status_in_child([&] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && seteuid(kNobody) != 0) return false;
    auto store = RunStore::open(path, Missing::kCreate);
    if (!store || store->count({}) != 5 || store->check_writable()) return false;
    const auto saved = store->save(plain_run(), {}, large_document());
    const auto fresh = RunStore::open(folder / "new.db", Missing::kCreate);
    return !saved && saved.error().message.find("read-only") != std::string::npos && !fresh &&
           fresh.error().message.find("cannot be") != std::string::npos;
  });
  std::filesystem::permissions(folder / ".", std::filesystem::perms(0755));
  CHECK(status == 0);
  CHECK((text_of(path) == before));  // too long to be shown
}

TEST_CASE("a place that cannot be looked at is one clear error, and not taken for an empty one") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  std::filesystem::create_symlink("loop", folder / "loop");
  const auto words = [](const std::string& place) {
    const auto store = RunStore::open(place, Missing::kCreate);
    return store ? std::string("opened") : store.error().message;
  };
  CHECK(is_absent(folder / "none/runs.db"));
  CHECK(is_absent(path + "/runs.db"));
  for (const std::string& place : {folder / "loop", folder / "loop/sub/runs.db",
                                   folder / (std::string(300, 'n') + "/runs.db")}) {
    INFO(place);
    CHECK_FALSE(is_absent(place));
    CHECK(words(place).find("cannot be opened") != std::string::npos);
  }
  std::filesystem::permissions(folder / ".", std::filesystem::perms(0));
  const int status = status_in_child([&] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && seteuid(kNobody) != 0) return false;
    return !is_absent(path) && words(path).find("cannot be opened") != std::string::npos &&
           words(folder / "sub/runs.db").find("cannot be opened") != std::string::npos;
  });
  std::filesystem::permissions(folder / ".", std::filesystem::perms(0755));
  CHECK(status == 0);
}

TEST_CASE("damage in what a saving does not read is seen before it writes") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  std::int64_t page = 0;
  {
    const auto database = Database::open(path);
    REQUIRE(database);
    const auto root =
        database->integer("SELECT rootpage FROM sqlite_schema WHERE name = 'documents'");
    REQUIRE(root);
    page = *root;
  }
  overwrite(path, static_cast<std::streamoff>((page - 1) * 4096 + 200), 3000);
  const std::size_t size = std::filesystem::file_size(path);
  overwrite(path, static_cast<std::streamoff>(size / 2 / 4096 * 4096), 4);  // of a chain of pages
  const std::string before = text_of(path);
  auto store = RunStore::open(path, Missing::kRefuse);
  REQUIRE(store);
  const auto saved = store->save(plain_run(), {}, {.json = "{}", .text = "x"});
  REQUIRE_FALSE(saved);
  INFO(saved.error().text());
  CHECK(saved.error().message.find("is damaged") != std::string::npos);
  CHECK((text_of(path) == before));  // too long to be shown
}

TEST_CASE("a full disk is one clear error and costs nothing of what is there") {
  const TemporaryFolder folder;
  const std::string path = database_with_runs(folder);
  const std::string before = text_of(path);
  const int status = status_in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = before.size() + 8192, .rlim_max = before.size() + 8192};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    auto store = RunStore::open(path, Missing::kCreate);
    const auto saved = store ? store->save(plain_run(), {}, large_document()) : 0;
    return !saved && saved.error().message.find("cannot be") != std::string::npos;
  });
  CHECK(status == 0);
  CHECK((text_of(path) == before));  // too long to be shown
  CHECK(words_of_use(path) == "saved");
}

}  // namespace
}  // namespace sluice::history
