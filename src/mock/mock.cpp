#include "mock/mock.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "mock/call_log.hpp"
#include "mock/control_endpoints.hpp"
#include "mock/endpoints.hpp"
#include "mock/ids.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/refused_call.hpp"
#include "mock/reply.hpp"
#include "mock/scheduled_events.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;
using wire::invalid_request;

constexpr Duration kClockMax = hours(24 * 366);  // beyond the present, in one step

// A date is the version of both (docs: versioning, 2026-10). What is said without it is inferred.
std::optional<ApiError> read_version(Call& call) {
  const auto header = call.request.header("anthropic-version");
  if (!header) {
    if (!needs_version(call.request.path)) return std::nullopt;
    return invalid_request("anthropic-version: header is required");
  }
  const auto version = wire::api_version_named(*header);
  if (!version) {
    return invalid_request("anthropic-version: " + in_quotes(*header) +
                           " is not a valid version; use \"2023-06-01\" or \"2026-10-21\"");
  }
  call.version = *version;
  return std::nullopt;
}

// {"advance":"30s"} or {"to":"2026-07-01T00:00:00Z"}: the instant of the run that is meant.
Result<TimePoint> read_clock(const MockState& state, std::string_view body, TimePoint now) {
  constexpr std::string_view kRight =
      R"(the body has to be {"advance":"30s"} or {"to":"2026-07-01T00:00:00Z"})";
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto text_of = [&json](const char* name) -> std::optional<std::string> {
    if (!json.is_object() || json.size() != 1 || !json.contains(name)) return std::nullopt;
    const auto& value = json.at(name);
    return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
  };
  TimePoint to = now;
  if (const auto advance = text_of("advance")) {
    SLUICE_TRY(const Duration step, parse_duration(*advance));
    to = now + std::min(step, kClockMax + nanoseconds(1));
  } else if (const auto when = text_of("to")) {
    SLUICE_TRY(const UnixTime instant, UnixTime::parse(*when));
    const UnixTime present = state.calendar(now);
    if (instant < present)
      return invalid("to", "the clock stands at " + present.text() + " and does not go back");
    to = now + std::min(instant - present, kClockMax + nanoseconds(1));
  } else {
    return invalid("", std::string(kRight));
  }
  if (to - now > kClockMax) return invalid("", "one step is at most 366 days");
  return to;
}

template <class Old>
void drop_finished(std::vector<std::unique_ptr<Old>>& all) {
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const auto& old) { return !old->has_events_pending(); }),
            all.end());
}

}  // namespace

Mock::Mock(MockPlan plan, TimerQueue& timers)
    : plan_(std::move(plan)), timers_(timers), state_(make_state()) {}

Mock::~Mock() = default;

std::unique_ptr<MockState> Mock::make_state() {
  auto state = std::make_unique<MockState>(plan_, timers_);
  state->log = log_;
  state->url = url_;
  state->traffic = traffic_.get();
  return state;
}

void Mock::measure_traffic() {
  traffic_ = std::make_unique<ServedTraffic>(plan_, state_->api, timers_);
  state_->traffic = traffic_.get();
}

void Mock::on_log(std::function<void(std::string_view line)> log) {
  log_ = std::move(log);
  state_->log = log_;
}

std::size_t Mock::body_limit(std::string_view /*method*/, std::string_view path) const noexcept {
  return body_limit_of(path);
}

void Mock::handle(const net::HttpRequest& request, net::HttpReply& reply) {
  ++sequence_;
  request_id_.clear();
  append_id(request_id_, "req_01", plan_.run.seed, sequence_);
  Call call{.request = request,
            .reply = reply,
            .now = timers_.now(),
            .sequence = sequence_,
            .request_id = request_id_,
            .caller = {}};
  serve(call);
}

// The order of the API's checks: the path, who asks, then the endpoint's own.
void Mock::serve(Call& call) {
  const RouteMatch match = find_route(call.request.method, call.request.path);
  call.arguments = match.arguments;
  if (match.route == nullptr && !match.is_path_known) {
    reply_error(*state_, call,
                {ErrorKind::kNotFound, "The requested resource could not be found.", {}});
  } else if (match.route == nullptr) {
    // Status and words are inferred.
    std::string body;
    wire::append_error(body, invalid_request("Method Not Allowed"), call.request_id);
    reply_json(*state_, call, 405, body, "x-should-retry: false\r\n");
  } else if (const auto error = check(call, *match.route)) {
    const std::string_view journal_name = match.route->journal_name;
    refuse_call(*state_, call, journal_name, *error);
    if (!journal_name.empty()) return;
  } else if (is_struck(call, *match.route)) {
    // Its line is written also where nothing was answered.
    if (log_ && match.route->journal_name.empty()) log_(log_line(*state_, call));
    return;
  } else {
    dispatch(call, *match.route);
  }
  if (log_ && call.status != 0) log_(log_line(*state_, call));
}

std::optional<ApiError> Mock::check(Call& call, const Route& route) {
  const bool is_control = route.access == Access::kControl;
  if (is_control) {
    auto error = refusal_of_foreign_page(call.request, plan_.options.is_loopback);
    if (error) return error;
  }
  if (is_control && plan_.options.is_loopback) return std::nullopt;
  if (route.access != Access::kNone) {
    auto identified = state_->credentials.identify(call.request, call.now);
    if (identified.error) return std::move(identified.error);
    const Surface surface =
        is_control || route.access == Access::kAdmin ? Surface::kAdmin : Surface::kApi;
    if (auto error = refusal_on(surface, identified.caller)) return error;
    call.caller = identified.caller;
  }
  return is_control ? std::nullopt : read_version(call);
}

bool Mock::is_struck(Call& call, const Route& route) {
  if (route.reads_fault || route.access == Access::kControl) return false;
  return strike_call(*state_, call, route.journal_name);
}

void Mock::dispatch(Call& call, const Route& route) {
  switch (route.special) {
    case Route::Special::kNone:
      return route.endpoint(*state_, call);
    case Route::Special::kClock:
      return set_clock(call);
    case Route::Special::kReset:
      return reset(call);
  }
}

// What is due by then fires first, each event at its own instant.
void Mock::set_clock(Call& call) {
  if (!set_time_) {
    return reply_error(
        *state_, call,
        invalid_request("the clock runs by itself: start the server with --clock manual"));
  }
  const Result<TimePoint> to = read_clock(*state_, call.request.body, call.now);
  if (!to) return reply_error(*state_, call, invalid_request(to.error().text()));
  set_time_(*to);
  const nlohmann::json body{{"now", state_->calendar(timers_.now()).text()},
                            {"elapsed_ns", ns(timers_.now())}};
  reply_json(*state_, call, 200, body.dump());
}

// Everything is as at the start but the clock; connections with an answer under way are closed.
void Mock::reset(Call& call) {
  drop_finished(old_exchanges_);
  drop_finished(old_events_);
  state_->exchanges->abandon_all();
  state_->events->abandon();
  old_exchanges_.push_back(std::move(state_->exchanges));
  old_events_.push_back(std::move(state_->events));
  state_ = make_state();
  if (traffic_ != nullptr) traffic_->begin_anew(state_->api);
  reply_json(*state_, call, 200, R"({"reset":true})");
}

// In whose words: a body that is too large is refused by Cloudflare before the API sees it. Counted
// and logged, but nobody knows whose call it was: it is not in the journal, and the grade can only
// say how many there were.
void Mock::refuse(net::TransportRefusal refusal, net::HttpReply& reply) {
  ServedRequest served;
  served.sequence = ++sequence_;
  served.route = "(not read)";
  served.request_id = "-";
  served.arrived = served.outcome.sent = served.outcome.ended = timers_.now();
  const auto send = [&](int status, const ApiError& error) {
    std::string body;
    wire::append_error(body, error, {});
    const bool is_too_large = refusal == net::TransportRefusal::kBodyTooLarge;
    reply.send(status, kJsonFields, is_too_large ? wire::too_large_body() : std::string_view(body));
    served.status = status;
    served.outcome.error = error.kind;
    served.error_code = error.error_code;
  };
  switch (refusal) {
    case net::TransportRefusal::kBodyTooLarge:
      send(413, {ErrorKind::kRequestTooLarge, {}, {}});
      break;
    case net::TransportRefusal::kHeaderTooLarge:
      send(431, invalid_request("Request header fields are too large"));
      break;
    case net::TransportRefusal::kMalformed:
      send(400, invalid_request("The request is not valid HTTP/1.1"));
      break;
    case net::TransportRefusal::kTooSlow:  // the code is documented (SDK TS 1.11)
      send(400, {ErrorKind::kInvalidRequest, "The request did not arrive in time",
                 "request_body_timeout"});
      break;
  }
  state_->counters.decided(served);
  if (plan_.options.grade) state_->grader.decided(served);
  if (log_) log_(log_line(*state_, served));
}

}  // namespace sluice::mock
