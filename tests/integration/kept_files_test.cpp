// What no output may be: a file that the command reads, a link, what it writes besides. All of it
// is said before anything runs.
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

namespace fs = std::filesystem;

// A scenario that is made of all that one can be made of, and records of a run of it.
class Studied {
 public:
  Studied() {
    fs::copy(SLUICE_SOURCE_DIR "/scenarios/catalog", folder_ / "catalog",
             fs::copy_options::recursive);
    folder_.write("calls.csv", "at,input_tokens,output_tokens\n1,100,10\n2,100,10\n");
    folder_.write("overlay.json", R"({"sluice_overlay": 1, "organization": {"burst": "1s"}})");
    folder_.write("option.json", R"({"sluice_overlay": 1, "organization": {"burst": "2s"}})");
    folder_.write("test.json", R"({"sluice": 1, "duration": "10s", "overlays": "overlay.json",
      "organization": {"tier": "start"},
      "workloads": [{"name": "w", "model": "haiku-4.5",
                     "arrivals": {"type": "trace", "path": "calls.csv"}}]})");
  }

  std::string path(const std::string& name) const { return folder_ / name; }
  const TemporaryFolder& folder() const { return folder_; }
  std::vector<std::string> files_read() const {
    return {path("test.json"), path("calls.csv"), path("overlay.json"), path("option.json"),
            path("catalog/prices.json")};
  }
  std::vector<std::string> call(const std::string& command) const {
    return {command,     path("test.json"), "--overlay", path("option.json"),
            "--catalog", path("catalog")};
  }
  // Ends in code 2, with nothing printed, `says` in its error, and `file` as it was.
  void is_refused(std::vector<std::string> words, const std::vector<std::string>& more,
                  const std::string& file, const std::string& says) const {
    words.insert(words.end(), more.begin(), more.end());
    const std::string before = text_of(file);
    const std::size_t files = folder_.files();
    const Finished run = sluice(words);
    CAPTURE(words, run.out, run.err);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, says));
    CHECK(text_of(file) == before);
    CHECK(folder_.files() == files);
  }

 private:
  TemporaryFolder folder_;
};

constexpr const char* kIsRead = ": is a file that is read, and would be lost";

}  // namespace

TEST_CASE("no command writes its report over a file that it reads") {
  const Studied study;
  for (const char* const command :
       {"simulate", "replay", "verify", "plan", "tune", "compare", "sweep"}) {
    std::vector<std::string> call = study.call(command);
    if (call.front() == "sweep") call.insert(call.end(), {"--vary", "/seed=1,2"});
    for (const std::string& file : study.files_read()) {
      study.is_refused(call, {"--output", "json=" + file}, file, file + kIsRead);
    }
  }
  const std::string result = study.folder().write("result.json", "{}");
  study.is_refused({"report", result}, {"--output", "markdown=" + result}, result,
                   result + kIsRead);
}

TEST_CASE("a file that is read is known by a link and by another name, too") {
  const Studied study;
  const std::string trace = study.path("calls.csv");
  fs::create_symlink(trace, study.path("link.csv"));
  for (const std::string& name : {study.path("link.csv"), study.path("./catalog/../calls.csv")}) {
    study.is_refused(study.call("simulate"), {"--output", "csv=" + name}, trace, name + kIsRead);
  }
}

TEST_CASE("a trace that only one cell of a sweep reads is kept") {
  const Studied study;
  const std::string other =
      study.folder().write("other.csv", "at,input_tokens,output_tokens\n1,100,10\n");
  study.is_refused(
      study.call("sweep"),
      {"--vary", "/workloads/0/arrivals/path=calls.csv,other.csv", "--output", "json=" + other},
      other, other + kIsRead);
}

TEST_CASE("the records of a load run are neither what it reads nor one of its reports") {
  const Studied study;
  for (const std::string& file : study.files_read()) {
    study.is_refused(study.call("replay"), {"--records", file}, file, file + kIsRead);
  }
  const std::string key = study.folder().write("key", "made-up");
  study.is_refused(study.call("replay"), {"--api-key-file", key, "--records", key}, key,
                   key + kIsRead);
  const std::string records = study.folder().write("records.jsonl", "precious\n");
  study.is_refused(study.call("verify"), {"--records", records, "--output", "json=" + records},
                   records, records + kIsRead);
  study.is_refused(study.call("replay"), {"--records", records, "--output", "json=" + records},
                   records, "is written by this command already");
  const std::string to_come = study.path("to_come.jsonl");
  study.is_refused(study.call("replay"), {"--records", to_come, "--output", "json=" + to_come},
                   to_come, "is written by this command already");
}

TEST_CASE("key sets that an overlay names are kept, and an overlay may be a pipe") {
  const Studied study;
  const std::string keys = study.folder().write("keys.json", R"({"keys": []})");
  study.folder().write("overlay.json", R"({"sluice_overlay": 1, "organization": {"federation":
      {"issuers": [{"issuer": "https://ci.example", "jwks_file": "keys.json"}], "rules": []}}})");
  study.is_refused(study.call("simulate"), {"--output", "json=" + keys}, keys, keys + kIsRead);

  const std::string pipe = study.path("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::string call = "cat \"$1\" > \"$2\" & shift 2; timeout 20 \"$@\"";
  const std::string overlay = study.path("option.json");
  const Finished run = run_process(
      {"/bin/sh", "-c", call, "sh", overlay, pipe, SLUICE_BINARY, "simulate",
       study.path("test.json"), "--overlay", pipe, "--output", "json=" + study.path("result.json")},
      {});
  CAPTURE(run.err, run.out);
  CHECK(run.exit == 0);
  CHECK(nlohmann::json::accept(text_of(study.path("result.json"))));
}

TEST_CASE("where a command prints, it writes nothing else") {
  const Studied study;
  const std::string printed = study.path("printed.txt");
  const std::string call = "out=$1; shift; exec \"$@\" >> \"$out\"";
  const std::vector<std::string> printing{"/bin/sh", "-c", call, "sh", printed, SLUICE_BINARY};
  const auto run = [&](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.begin(), printing.begin(), printing.end());
    words.insert(words.end(), more.begin(), more.end());
    return run_process(words, {});
  };
  study.folder().write("printed.txt", "precious\n");
  for (const std::string option : {"--output", "--records"}) {
    const std::string value = (option == "--output" ? "json=" : "") + printed;
    const Finished refused = run(study.call("replay"), {option, value});
    CAPTURE(refused.err);
    CHECK(refused.exit == 2);
    CHECK(contains(refused.err, "is where this command prints"));
    CHECK(text_of(printed) == "precious\n");
  }
  // By the name that says so all of it is there, one behind the other.
  const Finished both =
      run(study.call("replay"), {"--speed", "60", "--ui", "none", "--records", "/dev/stdout"});
  CAPTURE(both.err);
  CHECK((both.exit == 0 || both.exit == 5));
  const std::string text = text_of(printed);
  CHECK(text.starts_with("precious\n"));
  CHECK(contains(text, R"("workload":"w")"));
  CHECK(contains(text, "Load generator"));
}

TEST_CASE("what the Admin API's answers are written to is no file that is read") {
  const Studied study;
  const std::string key = study.folder().write("admin.key", "made-up");
  study.is_refused({"limits", "pull"}, {"--admin-key-file", key, "-o", key, "--force"}, key,
                   key + kIsRead);
  study.is_refused({"usage", "pull"}, {"--admin-key-file", key, "-o", key, "--force"}, key,
                   key + kIsRead);
}

TEST_CASE("an overlay from records replaces nothing that the scenario is made of") {
  const Studied study;
  const std::string records = study.folder().write("run.jsonl", "");
  for (const std::string& file : {study.path("calls.csv"), study.path("overlay.json")}) {
    study.is_refused({"calibrate", records},
                     {"--scenario", study.path("test.json"), "-o", file, "--force"}, file,
                     file + kIsRead);
  }
}

TEST_CASE("a sweep keeps its runs in a file, which a pipe or a device is not") {
  const Studied study;
  study.is_refused(study.call("sweep"), {"--vary", "/seed=1,2", "--out", "/dev/full"},
                   study.path("test.json"), "/dev/full: is no file");
}

TEST_CASE("an import's files are as many as their names") {
  const Studied study;
  const std::string log = study.folder().write(
      "log.csv", "at,model,input_tokens,output_tokens\n1,sonnet-5.5,100,10\n2,haiku-4.5,100,10\n");
  const std::string made = study.folder().write("made.json", "{}");
  for (const char* const lane : {"made.sonnet-5.5.csv", "made.haiku-4.5.csv"}) {
    fs::create_symlink(made, study.path(lane));
  }
  study.is_refused({"import", "csv", log}, {"-o", made, "--force"}, made,
                   "leads to the same file as");
}

TEST_CASE("a certificate that a mock makes replaces no file but one of those") {
  const Studied study;
  const std::string file = study.path("test.json");
  study.is_refused({"mock", file, "--port", "0"}, {"--tls", "self-signed", "--tls-cert", file},
                   file, "holds no certificate of a mock's own");
}

TEST_CASE("a file that is replaced keeps its mode") {
  const Studied study;
  const std::string file = study.folder().write("private.json", "{}");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(sluice({"simulate", study.path("test.json"), "--output", "json=" + file}).exit == 0);
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("the runs of a sweep and the history are no place for a report") {
  const Studied study;
  const std::string runs = study.path("runs.jsonl");
  study.is_refused(study.call("sweep"),
                   {"--vary", "/seed=1,2", "--out", runs, "--output", "json=" + runs}, runs,
                   "is written by this command already");
  const std::string history = study.path("history.db");
  std::vector<std::string> saved = study.call("simulate");
  saved.insert(saved.end(), {"--save", "--db", history});
  REQUIRE(sluice(saved).exit == 0);
  study.is_refused(saved, {"--output", "json=" + history}, history,
                   "is written by this command already");
}

TEST_CASE("a link that is named as an output stays, and what it leads to is written") {
  const Studied study;
  const TemporaryFolder elsewhere;
  fs::create_symlink(elsewhere.write("stale.json", "stale"), study.path("link.json"));
  fs::create_symlink(elsewhere / "new.json", study.path("dangling.json"));
  for (const char* const name : {"link.json", "dangling.json"}) {
    CAPTURE(name);
    CHECK(sluice({"simulate", study.path("test.json"), "--output", "json=" + study.path(name)})
              .exit == 0);
    CHECK(fs::is_symlink(study.path(name)));
    CHECK(nlohmann::json::accept(text_of(study.path(name))));
  }
  CHECK(elsewhere.files() == 2);
}

TEST_CASE("a link to the standard output is written behind what is printed, wherever that goes") {
  const Studied study;
  fs::create_symlink("/proc/self/fd/1", study.path("so"));
  const Finished run = sluice({"simulate", study.path("test.json"), "--format", "markdown",
                               "--output", "json=" + study.path("so")});
  CAPTURE(run.err, run.out);
  CHECK(run.exit == 0);
  CHECK(fs::read_symlink(study.path("so")) == "/proc/self/fd/1");
  REQUIRE(contains(run.out, "\n{"));
  CHECK(contains(run.out.substr(0, run.out.find("\n{")), "## "));
  CHECK(nlohmann::json::accept(run.out.substr(run.out.find("\n{"))));
}

TEST_CASE("an output's name may be as long as a name can be, and no longer") {
  const Studied study;
  const std::string longest = study.path(std::string(255, 'x'));
  CHECK(sluice({"simulate", study.path("test.json"), "--output", "json=" + longest}).exit == 0);
  CHECK(nlohmann::json::accept(text_of(longest)));
  const std::string longer = study.path(std::string(256, 'x'));
  study.is_refused(study.call("simulate"), {"--output", "json=" + longer}, longer,
                   "cannot be written: File name too long");
}

}  // namespace sluice::testing
