// The commands, one function and one file each: what the command line asked for in, exit code out.
// cli.cpp fills the structs in; nothing here knows how options are spelt on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/terminal.hpp"
#include "base/error.hpp"

namespace sluice::app {

// How a scenario is loaded: shared by the commands that take one.
struct ScenarioArguments {
  std::string scenario;
  std::vector<std::string> overrides;  // POINTER=VALUE
  std::optional<std::string> catalog;  // folder
  std::vector<std::string> overlays;   // files
};

// Whether the result is kept in the history (save_run.hpp).
struct SaveArguments {
  bool wanted = false;
  std::string database;  // --db; empty: where history_path says
};

// What becomes of a run's result (run_report.hpp).
struct ReportArguments {
  std::string format = "text";
  std::vector<std::string> outputs;  // FORMAT=PATH
  std::vector<std::string> fail_if;  // expressions
  SaveArguments save;
};

struct SimulateArguments {
  ScenarioArguments scenario;
  std::optional<std::uint64_t> seed;
  std::int64_t replications = 1;
  std::int64_t threads = 1;
  ReportArguments report;
  std::string event_queue = "radix";
  bool skip_bad_rows = false;
};
Exit simulate(const SimulateArguments& arguments);

Exit check(const std::vector<ScenarioArguments>& scenarios);

struct SchemaArguments {
  std::string what = "scenario";  // one of schema_names()
};
std::vector<std::string> schema_names();
Exit schema(const SchemaArguments& arguments);

struct SelftestArguments {
  std::int64_t threads = 1;
  std::string rows;
  std::uint64_t seed = 1;
  std::string format = "text";
  bool machine = false;  // measure this machine instead
};
Exit selftest(const SelftestArguments& arguments);

struct MockArguments {
  ScenarioArguments scenario;  // an empty name: the default organization
  std::optional<std::string> tier;
  std::optional<std::uint64_t> seed;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8010;
  std::string speed = "1";  // model seconds in a second
  std::string tls;          // "self-signed", or empty
  std::string tls_certificate;
  std::string tls_key;
  bool limits = true;
  bool latency = true;
  bool strict_keys = false;
  bool manual_clock = false;
  bool log = false;
  bool grade = false;
};
Exit serve_mock(const MockArguments& arguments);

struct ReplayArguments {
  ScenarioArguments scenario;
  std::optional<std::uint64_t> seed;
  std::string target = "mock";  // "mock" (embedded), "live", or an address
  std::string api = "messages";
  std::string speed = "1";
  std::string ca_file;
  std::vector<std::string> headers;  // "name: value"
  std::string env_file;
  std::vector<std::string> key_files;  // PATH or KEY=PATH
  std::string max_cost;                // dollars
  std::string leave_headroom;          // "20%"
  bool yes = false;
  bool dry_run = false;
  bool debug = false;
  std::string late_policy = "send";
  bool spin = false;
  std::string records;
  std::string ui = "auto";
  ReportArguments report;
};
Exit replay(const ReplayArguments& arguments);

struct VerifyArguments {
  ScenarioArguments scenario;
  std::optional<std::uint64_t> seed;
  std::string speed;                 // empty: verify picks one
  std::string records;               // of an earlier run, instead of a replay
  std::string max_error;             // "10%": of such a run
  std::string format = "text";       // or "json"
  std::vector<std::string> outputs;  // FORMAT=PATH
  bool all = false;                  // every row of the table
  SaveArguments save;
};
Exit verify(const VerifyArguments& arguments);

// "sluice 0.1.0 (commit, compiler, catalog date)".
std::string version_text();

// One line per error on stderr; the exit code for bad input, or for a failing disk.
Exit report(const Errors& errors);
Exit report(const Error& error);

}  // namespace sluice::app
