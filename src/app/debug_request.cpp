#include "app/debug_request.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/embedded_mock.hpp"
#include "base/draw.hpp"
#include "live/credentials.hpp"
#include "live/fetch.hpp"
#include "live/given_headers.hpp"
#include "live/request_writer.hpp"
#include "live/run_guard.hpp"
#include "live/secret.hpp"
#include "net/event_loop.hpp"
#include "policy/workload_generator.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t kShownOfBody = 1500;

std::string cut(std::string_view text) {
  if (text.size() <= kShownOfBody) return std::string(text);
  return fmt::format("{}\n... ({} more bytes)", text.substr(0, kShownOfBody),
                     text.size() - kShownOfBody);
}

// A credential's lines with everything behind the names masked: "x-api-key: (masked)".
std::string masked(std::string_view lines) {
  std::string text;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size() - 1) + 1;
    text += fmt::format("{}: (masked)\n", lines.substr(begin, lines.find(':', begin) - begin));
    begin = end;
  }
  return text;
}

std::string lines_of(std::string_view fields) {
  std::string lines;
  std::copy_if(fields.begin(), fields.end(), std::back_inserter(lines),
               [](char c) { return c != '\r'; });
  return lines;
}

// Of a federation: its first token.
Result<std::string> credential_line(live::CredentialPlan plan, const net::ClientOptions& target,
                                    KeyId key) {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  loop.stop_on_signals();
  SLUICE_TRY(const auto credentials, live::Credentials::make(std::move(plan), loop, target));
  if (auto ready = live::wait_for_credentials(loop, *credentials); !ready) {
    return tl::unexpected(std::move(ready).error());
  }
  return std::string(credentials->header(key));
}

// The lines of --header may hold secrets of gateways.
std::string without_secrets(std::string fields, const std::vector<std::string>& given) {
  for (const std::string& line : given) {
    if (!live::is_secret(line)) continue;
    const std::size_t at = fields.find(line);
    const std::size_t colon = line.find(':');
    if (at != fields.npos) fields.replace(at + colon, line.size() - colon, ": (masked)");
  }
  return fields;
}

// What the server says, without what it was given.
void strike_out(live::Fetched& fetched, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    live::strike_out(fetched.head, secret);
    live::strike_out(fetched.body, secret);
  }
}

// Whether the request may be sent under --max-cost.
Result<void> check_cost(const RunPlan& plan, const live::GuardOptions& options,
                        const RequestSpec& spec, const live::TokenBounds& bounds) {
  live::RunGuard guard(plan, options);
  live::Reservation reservation;
  const live::Permission permission = guard.ask(kRunStart, spec, bounds, reservation);
  if (permission.kind == live::Permission::Kind::kGo) return {};
  return invalid("--max-cost", guard.stop_detail());
}

}  // namespace

Exit send_one(const ReplayArguments& arguments, const scenario::LoadedScenario& scenario,
              ReplayWishes& wishes) {
  live::ReplayOptions& options = wishes.options;
  std::unique_ptr<EmbeddedMock> mock;
  if (wishes.kind == TargetKind::kEmbedded) {
    auto started = EmbeddedMock::start(arguments.scenario, {.origin = net::steady_now()});
    if (!started) return report(started.error());
    mock = std::move(*started);
    options.writer.target_is_mock = true;
    for (const std::string& key : mock->keys()) wishes.credentials.keys.emplace_back(key);
    auto url = net::parse_url(mock->url(), "mock");
    if (!url) return report(url.error());
    options.http.target = std::move(*url);
  }

  const RunPlan& plan = scenario.plan;
  const WorkloadGenerator generator(plan.workloads.front(), RandomSource(plan.seed, 0));
  Conversation conversation(generator, 0);
  const RequestSpec spec = conversation.next(0, generator.sizes(0, 0, false));
  const live::RequestWriter writer(plan, options.writer);
  if (auto cost = check_cost(plan, options.guard, spec, writer.bounds(spec)); !cost) {
    return report(cost.error());
  }
  const auto credential = credential_line(std::move(wishes.credentials), options.http, spec.key);
  if (!credential) {
    report(credential.error());
    return Exit::kFailure;
  }
  live::FetchRequest request{.method = "POST", .path = std::string(writer.path())};
  writer.write_fields(spec, 1, request.fields);
  writer.write_body(spec, request.body);
  std::string shown =
      fmt::format("POST {}{}\n{}{}\n{}\n\n", options.http.target.text(), request.path,
                  lines_of(without_secrets(request.fields, options.writer.headers)),
                  masked(*credential), cut(request.body));
  request.fields += *credential;
  auto fetched = live::fetch(options.http, request, minutes(10));
  if (!fetched) {
    print(stdout, shown);
    report(fetched.error());
    return Exit::kFailure;
  }
  strike_out(*fetched, writer.given_secrets());
  strike_out(*fetched, {std::string(live::secret_in(*credential))});
  shown += fmt::format("{}\n{}\n{}\n", fetched->status, fetched->head, cut(fetched->body));
  if (!print(stdout, shown)) return Exit::kFailure;
  constexpr int kOk = 200;
  return fetched->status == kOk ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
