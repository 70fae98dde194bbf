#include "live/secret.hpp"

#include <csignal>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "live/secret_file.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

using namespace sluice;
using live::Secret;

TEST_CASE("a hint shows the kind of a key and its length, and no letter of its own") {
  CHECK(Secret("sk-ant-api03-hidden-part").hint() == "sk-ant-api03-...(24 characters)");
  CHECK(Secret("sk-ant-admin01-x").hint() == "sk-ant-admin01-...(16 characters)");
  CHECK(Secret("hidden").hint() == "...(6 characters)");
  CHECK(Secret("sk-ant-hidden").hint() == "...(13 characters)");
  CHECK(Secret("sk-ant-api03").hint() == "...(12 characters)");
  CHECK(Secret("sk-ant-hiddenhidden01-x").hint() == "...(23 characters)");
  CHECK(Secret().hint() == "...(0 characters)");
}

TEST_CASE("a secret is moved and never copied, and nothing stays where it was") {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  Secret first("short");
  Secret second(std::move(first));
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(first.reveal().empty());
  CHECK(second.reveal() == "short");
  first = std::move(second);
  CHECK(first.reveal() == "short");
  CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("a text that becomes a secret is wiped, also one that is stored in the string itself") {
  for (const std::size_t size : {5U, 500U}) {
    std::string text(size, 'x');
    const char* const bytes = text.data();
    const Secret secret = live::take_secret(text);
    CHECK(secret.reveal() == std::string(size, 'x'));
    CHECK(text.empty());
    REQUIRE(text.data() == bytes);
    for (std::size_t i = 0; i < size; ++i) REQUIRE(bytes[i] == '\0');
  }
}

TEST_CASE("a secret is struck out of a text, or what a cut has left of it") {
  const std::string secret = "hidden-hidden-hidden-and-more";
  std::string text = secret + ", x " + secret + secret + " y hidden-hidden-hidden-an";
  live::strike_out(text, secret);
  CHECK(text == "(not shown), x (not shown)(not shown) y (not shown)");
}

TEST_CASE("what stands for a key where none is wanted is no secret") {
  std::string text = "requests per minute";
  live::strike_out(text, "e");
  live::strike_out(text, "minute");
  live::strike_out(text, "");
  CHECK(text == "requests per minute");
}

TEST_CASE("a short key is struck out where it stands alone") {
  std::string text = "no such key: ab-12, 'ab-12'; request cab-123 of minute 12";
  live::strike_out(text, "ab-12");
  live::strike_out(text, "12");
  CHECK(text == "no such key: (not shown), '(not shown)'; request cab-123 of minute 12");
}

TEST_CASE("a process that forbids core files leaves none and is not readable for others") {
  const pid_t child = fork();
  if (child == 0) {
    live::forbid_core_files();
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    const bool holds = limit.rlim_cur == 0 && limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0;
    _exit(holds ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a file of a secret is one line, whose end does not count") {
  const testing::TemporaryFolder folder;
  for (const char* const text : {"hidden", "hidden\n", "hidden\r\n", " hidden \n\n"}) {
    const auto secret = live::read_secret_line(folder.write("key", text));
    REQUIRE(secret);
    CHECK(secret->reveal() == "hidden");
  }
}

TEST_CASE("a file that holds no secret is refused without a word of what is in it") {
  const testing::TemporaryFolder folder;
  const auto refusal = [&](const std::string& text) {
    const std::string path = folder.write("key", text);
    const auto secret = live::read_secret_line(path);
    REQUIRE_FALSE(secret);
    CHECK(secret.error().where == path);
    CHECK(secret.error().message.find("hidden") == std::string::npos);
    return secret.error().message;
  };
  CHECK(refusal("").starts_with("is empty"));
  CHECK(refusal(" \n\n").starts_with("is empty"));
  CHECK(refusal("hidden\nhidden\n").starts_with("has several lines"));
  CHECK(refusal("hidden hidden").starts_with("holds a character"));
  CHECK(refusal("hidden\thidden").starts_with("holds a character"));
  CHECK(refusal("hidden\xc3\xa9").starts_with("holds a character"));
  CHECK(refusal(std::string("hidden\0hidden", 13)).starts_with("holds a character"));
  CHECK(refusal(std::string(64 * 1024 + 1, 'x')).starts_with("is larger than 64 KiB"));
  CHECK(refusal(std::string(64 * 1024, 'x') + "\nhidden").starts_with("is larger than 64 KiB"));
}

TEST_CASE("a secret's file that is not there, or no file, is one clear error") {
  const testing::TemporaryFolder folder;
  const auto absent = live::read_secret_line(folder / "none");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().text() ==
        (folder / "none") + ": cannot be opened: No such file or directory");
  const auto is_folder = live::read_secret_line(folder / ".");
  REQUIRE_FALSE(is_folder);
  CHECK(is_folder.error().message == "cannot be read: Is a directory");
}
