#include "app/cli.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/cli_parts.hpp"
#include "app/commands.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

// What the options of all commands are read into, and which command was named.
struct CommandLine {
  SimulateArguments simulate;
  std::vector<std::string> scenarios_to_check;
  ScenarioArguments check;
  SchemaArguments schema;
  AllCatalogArguments catalog;
  SelftestArguments selftest;
  MockArguments mock;
  ReplayArguments replay;
  VerifyArguments verify;
  CalibrateArguments calibrate;
  PlanArguments plan;
  InitArguments init;
  ImportArguments import_logs;
  TuneArguments tune;
  CompareArguments compare;
  SweepArguments sweep;
  AllRunsArguments runs;
  ShowArguments report;
  UiArguments ui;
  LimitsPullArguments limits;
  UsagePullArguments usage;
  Chosen command;
};

constexpr const char* kAbout =
    "sluice: does your workload fit your Claude API rate limits, what will it cost, and how "
    "should\n"
    "your clients back off? Answered before a request is sent.\n";

constexpr const char* kExamples =
    "\nExamples:\n"
    "  sluice simulate scenarios/quickstart.json\n"
    "  sluice simulate scenarios/retry-storm.json --set /duration=10m --replications 10 --threads "
    "2\n"
    "  sluice simulate scenarios/quickstart.json --fail-if 'attempts.rate_limited_share > 1%'\n"
    "  sluice mock --tier build\n"
    "  sluice replay scenarios/quickstart.json --speed 60\n"
    "  sluice verify scenarios/quickstart.json\n"
    "  sluice catalog --as-of 2026-05-01\n"
    "  sluice ui\n"
    "\nExit codes: 0 fine, 1 failure, 2 wrong usage or scenario, 3 an expectation was not met,\n"
    "simulation and replay do not agree, a client failed its grade or a catalog its check,\n"
    "4 stopped by --max-cost, 5 a load run was too late itself for what it would claim,\n"
    "130 interrupted (the report then covers what ran). A mock and the explorer end with Ctrl-C: "
    "0.\n";

void add_report(CLI::App& sub, ReportArguments& arguments) {
  sub.add_option("--format", arguments.format,
                 "text, json, csv, csv-series, html, markdown, junit, openmetrics, trace")
      ->capture_default_str();
  sub.add_option("--output", arguments.outputs, "Also write a report to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option(
         "--fail-if", arguments.fail_if,
         "Exit with 3 if this holds of the result, as 'latency.success.p99 > 20s'; may be repeated")
      ->type_name("EXPR")
      ->take_all()
      ->allow_extra_args(false);
  add_save(sub, arguments.save);
}

void add_simulate(CLI::App& app, CommandLine& line) {
  auto* sub = app.add_subcommand("simulate", "Run a scenario in virtual time and report");
  SimulateArguments& arguments = line.simulate;
  add_scenario(*sub, arguments.scenario);
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  sub->add_option("--replications", arguments.replications,
                  "Independent runs; the report gives means with 95 % intervals")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  sub->add_option("--threads", arguments.threads,
                  "Replications run at once; never changes a result")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_report(*sub, arguments.report);
  sub->add_flag("--skip-bad-rows", arguments.skip_bad_rows,
                "Count malformed rows of a trace instead of stopping at the first");
  sub->add_option("--event-queue", arguments.event_queue,
                  "radix or heap: the same result, by another order of work")
      ->check(CLI::IsMember({"radix", "heap"}))
      ->capture_default_str();
  sub->footer(
      "\nExamples:\n"
      "  sluice simulate scenarios/quickstart.json\n"
      "  sluice simulate scenarios/quickstart.json --replications 20 --threads 2\n"
      "  sluice simulate scenarios/retry-storm.json --set /clients/jobs/retry/policy=full-jitter\n"
      "  sluice simulate scenarios/quickstart.json --fail-if 'attempts.rate_limited_share > 1%'\n");
  sub->callback([&line] { line.command = [&line] { return simulate(line.simulate); }; });
}

void add_check(CLI::App& app, CommandLine& line) {
  auto* sub =
      app.add_subcommand("check", "Say whether scenario files would run, with all errors at once");
  sub->add_option("scenarios", line.scenarios_to_check, "Scenario files")->required();
  add_overrides(*sub, line.check);
  sub->callback([&line] {
    line.command = [&line] {
      std::vector<ScenarioArguments> all;
      for (const std::string& scenario : line.scenarios_to_check) {
        all.push_back(line.check);
        all.back().scenario = scenario;
      }
      return check(all);
    };
  });
}

void add_selftest(CLI::App& app, CommandLine& line) {
  auto* sub =
      app.add_subcommand("selftest", "Hold the engine against closed forms of queueing theory");
  SelftestArguments& arguments = line.selftest;
  sub->add_option("--rows", arguments.rows, "Only rows whose name contains this");
  sub->add_option("--threads", arguments.threads, "Replications run at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sub->add_option("--seed", arguments.seed, "Seed of all draws")
      ->check(whole_number())
      ->capture_default_str();
  sub->add_option("--format", arguments.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  sub->add_flag("--machine", arguments.machine,
                "Measure instead what this machine can honestly send, in about ten seconds; replay "
                "and verify go by it");
  sub->callback([&line] { line.command = [&line] { return selftest(line.selftest); }; });
}

void add_mock_server(CLI::App& sub, MockArguments& arguments) {
  const auto on_off = CLI::IsMember({"on", "off"});
  const auto set = [](bool& flag, const char* true_word) {
    return [&flag, true_word](const std::string& word) { flag = word == true_word; };
  };
  sub.add_option("--port", arguments.port, "Port to listen on; 0: any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  sub.add_option("--host", arguments.host, "Address to listen on")->capture_default_str();
  sub.add_option(
         "--tls", arguments.tls,
         "self-signed: serve https with a certificate made on the spot, which is written to "
         "--tls-cert if that is given")
      ->check(CLI::IsMember({"self-signed"}));
  sub.add_option("--tls-cert", arguments.tls_certificate, "Certificate chain, PEM")
      ->type_name("FILE");
  sub.add_option("--tls-key", arguments.tls_key, "Its private key, PEM")->type_name("FILE");
  sub.add_option_function<std::string>("--keys", set(arguments.strict_keys, "strict"),
                                       "any (default): every key is accepted; strict: only those "
                                       "printed at the start and created since")
      ->check(CLI::IsMember({"any", "strict"}));
  sub.add_option_function<std::string>("--limits", set(arguments.limits, "on"),
                                       "on (default), or off: no rate and no spend limits")
      ->check(on_off);
  sub.add_option_function<std::string>("--latency", set(arguments.latency, "on"),
                                       "on (default), or off: every answer comes at once, whole")
      ->check(on_off);
  sub.add_option_function<std::string>(
         "--clock", set(arguments.manual_clock, "manual"),
         "real (default), or manual: time stands still but for POST /_sluice/clock")
      ->check(CLI::IsMember({"real", "manual"}));
}

void add_mock(CLI::App& app, CommandLine& line) {
  auto* sub = app.add_subcommand("mock", "Serve a Claude API that keeps its limits, on loopback");
  MockArguments& arguments = line.mock;
  sub->add_option("scenario", arguments.scenario.scenario,
                  "Scenario file whose organization is served (default: one in the Start tier)");
  add_overrides(*sub, arguments.scenario);
  sub->add_option("--tier", arguments.tier,
                  "Usage tier: start, build, scale, ... (sluice catalog)");
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  sub->add_option("--speed", arguments.speed,
                  "Time runs so many times faster, for limits and answers alike")
      ->capture_default_str();
  add_mock_server(*sub, arguments);
  sub->add_flag("--log", arguments.log, "One line a request on stderr, without keys or contents");
  sub->add_flag("--grade", arguments.grade,
                "Judge how the client treats refusals; exit with 3 if it fails");
  sub->footer(
      "\nExamples:\n"
      "  sluice mock\n"
      "  sluice mock scenarios/mixed-fleet.json --speed 60 --log\n"
      "  sluice mock --tier build --tls self-signed --tls-cert ca.pem --port 0\n"
      "\nA request can ask for trouble by itself: header 'sluice-fault: 429; retry-after=7', 529,\n"
      "500, 504, disconnect, truncate, stall, malformed-sse, error-in-stream,\n"
      "'slow; tokens-per-second=5', refusal. docs/mock-control.md has the whole reference.\n");
  sub->callback([&line] { line.command = [&line] { return serve_mock(line.mock); }; });
}

void add_replay_target(CLI::App& sub, ReplayArguments& arguments) {
  sub.add_option("--target", arguments.target,
                 "mock: one that is started for this run; live: the real API; or an address, as "
                 "http://127.0.0.1:8010")
      ->type_name("TARGET")
      ->capture_default_str();
  sub.add_option("--api", arguments.api, "What the target speaks: messages or openai")
      ->check(CLI::IsMember({"messages", "openai"}))
      ->capture_default_str();
  sub.add_option("--speed", arguments.speed, "Time runs so many times faster; against a mock only")
      ->capture_default_str();
  sub.add_option("--ca", arguments.ca_file,
                 "Trust these certificates (PEM) instead of the system's")
      ->type_name("FILE");
  sub.add_option("--header", arguments.headers,
                 "Send this with every request, instead of sluice's own of that name (a key's "
                 "included); may be repeated")
      ->type_name("NAME: VALUE")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option("--env-file", arguments.env_file,
                 "Read variables such as ANTHROPIC_API_KEY from this file where the environment "
                 "has none")
      ->type_name("FILE");
  sub.add_option("--api-key-file", arguments.key_files,
                 "Read the key from this file; KEY=FILE for one of the scenario's several keys")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
}

void add_replay_safety(CLI::App& sub, ReplayArguments& arguments) {
  sub.add_option("--max-cost", arguments.max_cost,
                 "Stop before more than this is spent; needed for a live run")
      ->type_name("USD");
  sub.add_option("--leave-headroom", arguments.leave_headroom,
                 "Hold back so that this share of every limit stays free for others")
      ->type_name("PERCENT");
  sub.add_flag("--yes", arguments.yes, "Do not ask before a live run");
  sub.add_flag("--dry-run", arguments.dry_run, "Say what would be sent and spent; send nothing");
  sub.add_flag("--debug", arguments.debug, "Send one request and show it, secrets masked");
}

void add_replay(CLI::App& app, CommandLine& line) {
  auto* sub = app.add_subcommand(
      "replay", "Send a scenario's traffic for real, to a mock or to the live API, and measure");
  ReplayArguments& arguments = line.replay;
  add_scenario(*sub, arguments.scenario);
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  add_replay_target(*sub, arguments);
  add_replay_safety(*sub, arguments);
  sub->add_option("--late-policy", arguments.late_policy,
                  "What becomes of requests that this machine cannot send on time: send (late, and "
                  "counted) or drop (100 ms late, and counted)")
      ->check(CLI::IsMember({"send", "drop"}))
      ->capture_default_str();
  sub->add_flag("--spin", arguments.spin,
                "Poll instead of sleeping just before a send: a core for a few microseconds");
  sub->add_option("--records", arguments.records, "Write one JSON line per attempt")
      ->type_name("FILE");
  sub->add_option("--ui", arguments.ui,
                  "While it runs: auto (a view on a terminal, else lines), plain, none, web (a "
                  "page too; stderr says where)")
      ->check(CLI::IsMember({"auto", "plain", "none", "web"}))
      ->capture_default_str();
  add_report(*sub, arguments.report);
  sub->footer(
      "\nExamples:\n"
      "  sluice replay scenarios/quickstart.json --set /duration=30s\n"
      "  sluice replay scenarios/quickstart.json --speed 20 --records attempts.jsonl\n"
      "  sluice replay scenarios/quickstart.json --target live --max-cost 5 --leave-headroom 20%\n"
      "\nKeys come from ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, federation variables or files, as "
      "for\nthe official SDKs, never from the command line. Exit codes: 4 stopped by --max-cost, 5 "
      "this\nmachine was too slow for what the run would claim, 130 interrupted.\n");
  sub->callback([&line] { line.command = [&line] { return replay(line.replay); }; });
}

void add_verify(CLI::App& app, CommandLine& line) {
  auto* sub = app.add_subcommand(
      "verify", "Simulate a scenario, replay it against the mock, and say whether they agree");
  VerifyArguments& arguments = line.verify;
  add_scenario(*sub, arguments.scenario);
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  sub->add_option("--speed", arguments.speed,
                  "Time runs so many times faster (default: as little as makes the replay a minute "
                  "long, two where attempts are refused, and no more than this machine keeps up "
                  "with)")
      ->type_name("FACTOR");
  sub->add_option("--records", arguments.records,
                  "Compare with this file of an earlier replay, live or not, instead: the error of "
                  "the prediction, and exit code 0 whatever it is")
      ->type_name("FILE");
  sub->add_option("--max-error", arguments.max_error,
                  "With --records: exit with 3 if any metric is off by more than this (counts by "
                  "more than 3 standard deviations as well)")
      ->type_name("PERCENT");
  sub->add_option("--format", arguments.format, "On stdout: text, json, html, markdown or junit")
      ->capture_default_str();
  sub->add_option("--output", arguments.outputs, "Also write a report to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  sub->add_flag("--all", arguments.all, "Show every metric, not only the main ones");
  add_save(*sub, arguments.save);
  sub->footer(
      "\nExamples:\n"
      "  sluice verify scenarios/quickstart.json --set /duration=2m\n"
      "  sluice verify scenarios/quickstart.json --records live.jsonl --max-error 10%\n"
      "\nExit codes: 3 they do not agree, 5 the replay was late by itself, so that nothing is "
      "proved.\n");
  sub->callback([&line] { line.command = [&line] { return verify(line.verify); }; });
}

// CLI11's words, and a suggestion where a word was meant to be a command, as "limits pul" is.
Error usage_error(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = &root;
  std::string where = "sluice";
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    where.append(" ").append(app->get_name());
  }
  std::string message = std::string(error.what()) + "; see --help";
  std::vector<std::string> names;
  for (const CLI::App* command : app->get_subcommands({})) names.push_back(command->get_name());
  const std::vector<std::string> rest = app->remaining();
  if (!names.empty() && !rest.empty() && !rest.front().starts_with('-')) {
    message =
        in_quotes(rest.front()) + " is not one of " + join(names) + suggestion(rest.front(), names);
  } else if (!names.empty() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    message = "lacks a command: " + join(names) + "; see --help";
  }
  return {.code = ErrorCode::kUsage, .where = std::move(where), .message = std::move(message)};
}

}  // namespace

Exit run_command_line(int argc, char** argv) {
  CLI::App app{kAbout, "sluice"};
  CommandLine line;
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Version, commit, compiler and catalog date");
  app.require_subcommand(0, 1);
  add_simulate(app, line);
  add_check(app, line);
  add_schema(app, line.schema, line.command);
  add_catalog(app, line.catalog, line.command);
  add_selftest(app, line);
  add_mock(app, line);
  add_replay(app, line);
  add_verify(app, line);
  add_sweep(app, line.sweep, line.command);
  add_plan(app, line.plan, line.command);
  add_compare(app, line.compare, line.command);
  add_init(app, line.init, line.command);
  add_import(app, line.import_logs, line.command);
  add_calibrate(app, line.calibrate, line.command);
  add_tune(app, line.tune, line.command);
  add_policies(app, line.command);
  add_runs(app, line.runs, line.command);
  add_report_command(app, line.report, line.command);
  add_ui(app, line.ui, line.command);
  add_limits(app, line.limits, line.command);
  add_usage(app, line.usage, line.command);
  app.footer(kExamples);  // last: commands would take it over
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app.exit(error);  // help
      return Exit::kOk;
    }
    return report(usage_error(app, error));
  }
  if (wants_version) return print(stdout, version_text()) ? Exit::kOk : Exit::kFailure;
  if (line.command) return line.command();
  print(stdout, app.help());
  return Exit::kOk;
}

}  // namespace sluice::app
