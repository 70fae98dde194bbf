#include "app/replay_wishes.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/output_file.hpp"
#include "app/replay_run.hpp"
#include "app/taken_files.hpp"
#include "app/version.hpp"
#include "base/rate.hpp"
#include "base/text.hpp"
#include "live/given_headers.hpp"
#include "live/target_probe.hpp"
#include "net/event_loop.hpp"

namespace sluice::app {
namespace {

constexpr const char* kLiveAddress = "https://api.anthropic.com";
constexpr Duration kDropAfter = milliseconds(100);
constexpr Duration kSpin = nanoseconds(100'000);

bool is_embedded(const ReplayArguments& arguments) { return arguments.target == "mock"; }

// A run in which keys are taken away on purpose goes on after a 401.
bool takes_keys_away(const RunPlan& plan) {
  const auto is_about_keys = [](const ScheduledEvent& event) {
    return std::holds_alternative<KeyRevoked>(event.action) ||
           std::holds_alternative<KeyRotated>(event.action);
  };
  const auto revokes = [](const SpendAlert& alert) { return alert.action == AlertAction::kRevoke; };
  return std::any_of(plan.events.begin(), plan.events.end(), is_about_keys) ||
         std::any_of(plan.spend.alerts.begin(), plan.spend.alerts.end(), revokes);
}

// Collects what is wrong instead of stopping at the first.
class Reading {
 public:
  template <class T>
  void take(T& to, Result<T> value) {
    if (value) {
      to = std::move(*value);
    } else {
      errors.push_back(std::move(value).error());
    }
  }
  Errors errors;
};

Result<std::optional<Money>> max_cost(const std::string& text) {
  if (text.empty()) return std::optional<Money>{};
  const auto money = Money::from_decimal(text);
  if (money && *money > Money{}) return std::optional(*money);
  return invalid("--max-cost",
                 fmt::format("{} is not an amount above 0, as in 5 or 2.50", in_quotes(text)));
}

Result<std::optional<std::int64_t>> headroom(const std::string& text) {
  if (text.empty()) return std::optional<std::int64_t>{};
  const auto share = Fraction::parse(text);
  const std::int64_t permille = share ? static_cast<std::int64_t>(share->of(1000)) : 0;
  if (permille > 0 && permille < 1000) return std::optional(permille);
  return invalid("--leave-headroom",
                 fmt::format("{} is not a share between 0 and 100 %, as in 20%", in_quotes(text)));
}

// A word that was meant as one of the two is shown; any other text may hold a password or a key.
tl::unexpected<Error> no_target(const std::string& text) {
  const std::string meant = suggestion(text, std::vector<std::string>{"mock", "live"});
  const std::string shown = meant.empty() ? "what was given" : in_quotes(text);
  return invalid("--target", shown +
                                 " is neither mock nor live nor an address, as "
                                 "http://127.0.0.1:8010" +
                                 meant);
}

// The files that a replay reads are not what it writes; the file of records is written besides the
// reports.
TakenFiles taken_by(const ReplayArguments& arguments, const scenario::LoadedScenario& scenario) {
  TakenFiles taken = taken_files(arguments.scenario, scenario, arguments.report.save);
  taken.read.insert(taken.read.end(), {arguments.env_file, arguments.ca_file});
  for (const std::string& file : arguments.key_files) {
    taken.read.push_back(file);
    taken.read.push_back(file.substr(file.find('=') + 1));  // KEY=PATH
  }
  return taken;
}

Result<void> find_target(const ReplayArguments& arguments, ReplayWishes& wishes) {
  live::ReplayOptions& options = wishes.options;
  if (is_embedded(arguments)) return {};
  const bool is_live = arguments.target == "live";
  if (!is_live && arguments.target.find("://") == std::string::npos) {
    return no_target(arguments.target);
  }
  SLUICE_TRY(options.http.target,
             net::parse_url(is_live ? kLiveAddress : arguments.target, "--target"));
  options.http.ca_file = arguments.ca_file;
  SLUICE_TRY(options.http.proxy, net::proxy_for(options.http.target, [](const char* name) {
               return static_cast<const char*>(std::getenv(name));
             }));
  if (!options.http.target.is_loopback()) {
    wishes.kind = TargetKind::kMoney;
    return {};
  }
  // Nothing is sent, not even to ask who is there: it is taken for what allows all options.
  if (arguments.dry_run) {
    wishes.kind = TargetKind::kMock;
    return {};
  }
  wishes.kind = TargetKind::kServer;
  return {};
}

Result<void> probe(ReplayWishes& wishes) {
  live::ReplayOptions& options = wishes.options;
  if (wishes.kind != TargetKind::kServer) return {};
  SLUICE_TRY(const auto mock, live::probe_target(options.http));
  wishes.kind = mock ? TargetKind::kMock : TargetKind::kServer;
  options.writer.target_is_mock = mock.has_value();
  if (mock && mock->speed_permille != options.speed_permille) {
    return invalid("--speed", fmt::format("the mock runs at --speed {}, which the replay has to "
                                          "share",
                                          static_cast<double>(mock->speed_permille) / 1000));
  }
  return {};
}

// What --header says comes before all that could be found.
Result<live::CredentialPlan> credentials(const ReplayArguments& arguments, const RunPlan& plan) {
  if (auto given = live::given_credentials(arguments.headers)) return std::move(*given);
  return live::find_credentials(plan.keys,
                                {.env_file = arguments.env_file, .key_files = arguments.key_files},
                                live::process_environment);
}

Result<void> may_write_records(const std::string& path, const TakenFiles& taken) {
  if (auto writable = check_writable(path); !writable) return writable;
  return check_free(path, "--records", taken);
}

void check_together(const ReplayArguments& arguments, const ReplayWishes& wishes, Errors& errors) {
  const live::ReplayOptions& options = wishes.options;
  const bool is_mock = wishes.kind == TargetKind::kEmbedded || wishes.kind == TargetKind::kMock;
  if (!is_mock && options.speed_permille != 1000) {
    errors.push_back(invalid("--speed", "only a mock's time can run faster").value());
  }
  const bool sends = !arguments.dry_run;
  if (wishes.kind == TargetKind::kMoney && sends && !options.guard.max_cost) {
    errors.push_back(
        invalid("--max-cost", fmt::format("{} may cost real money: say how much it may be at most, "
                                          "as in --max-cost 5",
                                          options.http.target.text()))
            .value());
  }
  std::error_code ignored;
  if (wishes.kind == TargetKind::kMoney && sends &&
      std::filesystem::is_regular_file(options.records, ignored)) {
    errors.push_back(
        invalid(options.records,
                "is there already, and records may have cost real money; write to another file")
            .value());
  }
}

}  // namespace

Checked<scenario::LoadedScenario> load_for_replay(const ReplayArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  if (arguments.seed) options.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  // The embedded mock's calendar is the scenario's, as in a simulation.
  if (!is_embedded(arguments)) options.default_start = net::wall_clock_now();
  return scenario::load_scenario(arguments.scenario.scenario, options);
}

Checked<ReplayWishes> read_wishes(const ReplayArguments& arguments,
                                  const scenario::LoadedScenario& scenario) {
  ReplayWishes wishes;
  Reading reading;
  live::ReplayOptions& options = wishes.options;
  reading.take(options.speed_permille, parse_speed(arguments.speed));
  reading.take(options.guard.max_cost, max_cost(arguments.max_cost));
  reading.take(options.guard.headroom_permille, headroom(arguments.leave_headroom));
  options.writer.headers = arguments.headers;
  if (auto fits = live::check_headers(arguments.headers); !fits) {
    reading.errors.push_back(std::move(fits).error());
  }
  options.guard.error_share_permille = scenario.stop_at_error_share_permille;
  options.guard.stops_on_refusal = !takes_keys_away(scenario.plan);
  options.writer.format =
      arguments.api == "openai" ? wire::AnswerFormat::kChat : wire::AnswerFormat::kMessages;
  options.writer.model_ids = model_ids(scenario);
  options.writer.user_agent = fmt::format("sluice/{}", version());
  if (arguments.late_policy == "drop") options.drop_after = kDropAfter;
  if (arguments.spin) options.spin = kSpin;
  options.records = arguments.records;
  TakenFiles taken = taken_by(arguments, scenario);
  if (!options.records.empty() && options.records != "-") {
    if (auto may = may_write_records(options.records, taken); !may) {
      reading.errors.push_back(std::move(may).error());
    }
    taken.written.push_back(options.records);
  }
  auto report = plan_report(arguments.report, arguments.scenario.scenario, scenario, taken);
  if (report) {
    wishes.report = std::move(*report);
  } else {
    const Errors& more = report.error();
    reading.errors.insert(reading.errors.end(), more.begin(), more.end());
  }
  if (auto found = find_target(arguments, wishes); !found) {
    reading.errors.push_back(std::move(found).error());
  } else if (!is_embedded(arguments)) {
    reading.take(wishes.credentials, credentials(arguments, scenario.plan));
  }
  if (wishes.kind != TargetKind::kServer) check_together(arguments, wishes, reading.errors);
  if (!reading.errors.empty()) return tl::unexpected(std::move(reading.errors));
  return wishes;
}

Checked<void> meet_target(const ReplayArguments& arguments, ReplayWishes& wishes) {
  live::ReplayOptions& options = wishes.options;
  const bool is_at_loopback = wishes.kind == TargetKind::kServer;
  if (auto met = probe(wishes); !met) return tl::unexpected(Errors{std::move(met).error()});
  options.calibrates_prompts =
      !is_embedded(arguments) && !options.writer.target_is_mock && arguments.api == "messages";
  Errors errors;
  if (is_at_loopback) check_together(arguments, wishes, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return {};
}

}  // namespace sluice::app
