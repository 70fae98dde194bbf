#include "mock/serve_message.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "mock/header_text.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/refusal_text.hpp"
#include "mock/reply.hpp"
#include "wire/content_hash.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

constexpr std::size_t kClientCharacters = 80;

// What a request's headers say beyond its body.
struct Said {
  std::optional<SluiceRequest> named;
  std::optional<FaultHeader> fault;
};

std::optional<ApiError> read_headers(const net::HttpRequest& request, Said& said) {
  const auto wrong = [](const Error& error) {
    return ApiError{ErrorKind::kInvalidRequest, error.text(), {}};
  };
  if (const auto header = request.header("sluice-request")) {
    const Result<SluiceRequest> named = parse_sluice_request(*header);
    if (!named) return wrong(named.error());
    said.named = *named;
  }
  if (const auto header = request.header("sluice-fault")) {
    const Result<FaultHeader> fault = parse_fault_header(*header);
    if (!fault) return wrong(fault.error());
    said.fault = *fault;
  }
  return std::nullopt;
}

// An exchange for the call, with what is known of it before it is judged.
MessageExchange& open_exchange(MockState& state, Call& call, const MessageService& service) {
  MessageExchange& exchange = state.exchanges->take();
  exchange.reply = &call.reply;
  exchange.format = &service.format;
  exchange.wants_stream_usage = service.wants_stream_usage;
  ServedRequest& served = exchange.served;
  served.sequence = call.sequence;
  served.route = service.route;
  served.request_id = call.request_id;
  served.arrived = call.now;
  served.spec.key = call.caller.key;
  served.spec.workspace = call.caller.workspace;
  served.client.assign(call.request.header("user-agent").value_or("").substr(0, kClientCharacters));
  if (const auto retries = call.request.header("x-stainless-retry-count")) {
    served.retries_said = whole_number<std::int32_t>(ascii::trimmed(*retries));
  }
  return exchange;
}

void note_demand(MessageExchange& exchange, MessageDemand& demand, const Said& said,
                 std::uint64_t content_hash) {
  ServedRequest& served = exchange.served;
  served.spec = demand.spec;
  served.knows_model = true;
  served.blocks.swap(demand.blocks);
  served.spec.cache_blocks = served.blocks;
  served.attempt = demand.attempt;
  served.content_hash = content_hash;
  served.is_named = said.named.has_value();
  if (said.named) served.retries_said = said.named->attempt;
  exchange.answer = std::move(demand.answer);
}

// Of a call that is refused although it could be read.
void note_model(const MockState& state, ServedRequest& served) {
  const std::optional<ModelId> model = state.model(state.parsed.model);
  served.knows_model = model.has_value();
  served.spec.model = model.value_or(ModelId{});
}

// Answers with an error; the exchange is over.
void send_refusal(MockState& state, MessageExchange& exchange, const ApiError& error,
                  std::string_view more_fields) {
  ServedRequest& served = exchange.served;
  served.status = http_status(error.kind);
  served.error_code = error.error_code;
  state.decided(served);
  MessageExchanges& all = *state.exchanges;
  all.body.clear();
  exchange.format->append_error(all.body, error, served.request_id);
  std::string& fields = all.fields;
  fields.assign(kJsonFields);
  append_identity(fields, state, served.request_id, served.spec.workspace);
  append_error_fields(fields, error.kind);
  fields += more_fields;
  net::HttpReply* const reply = exchange.reply;
  exchange.reply = nullptr;
  all.give_back(exchange);
  reply->send(http_status(error.kind), fields, all.body);
}

// The body is named by its bytes, as a valid one is: the grade tells by it that it comes again.
void send_invalid(MockState& state, const Call& call, MessageExchange& exchange,
                  const ApiError& error) {
  exchange.served.content_hash = wire::content_hash(call.request.body);
  Outcome& outcome = exchange.served.outcome;
  outcome.error = error.kind;
  outcome.should_retry = false;
  outcome.sent = outcome.ended = exchange.served.arrived;
  send_refusal(state, exchange, error, {});
}

// What ApiModel, or the request's own header, refused. Limits stand on a 429 and on no other error.
void send_outcome(MockState& state, MessageExchange& exchange, const ApiError& error,
                  RouteId route) {
  const ServedRequest& served = exchange.served;
  std::string more;
  if (error.kind == ErrorKind::kRateLimit) {
    append_retry_fields(more, state, served.outcome, served.is_named);
    const LimitSnapshot limits(state.api.limiter(), route, served.arrived,
                               state.client_clock(served.arrived, served.is_named));
    exchange.format->append_limit_fields(more, limits.headers());
  }
  send_refusal(state, exchange, error, more);
}

RouteId route_of(MockState& state, const RequestSpec& spec) {
  const GroupId group = state.plan.run.models[index(spec.model)].group;
  return state.api.limiter().route(spec.workspace, group, spec.fast);
}

// Before the limits are looked at, charging nothing.
void refuse_as_asked(MockState& state, MessageExchange& exchange, const FaultHeader& fault) {
  ServedRequest& served = exchange.served;
  served.injected = true;
  Outcome& outcome = served.outcome;
  outcome.error = refusal_of(fault.fault);
  outcome.sent = outcome.ended = served.arrived;
  state.foreign.settle(served.spec.id, false);
  if (outcome.error == ErrorKind::kConnection) {
    served.status = 0;
    state.decided(served);
    net::HttpReply* const reply = exchange.reply;
    exchange.reply = nullptr;
    state.exchanges->give_back(exchange);
    return reply->drop();
  }
  outcome.should_retry = true;
  if (outcome.error != ErrorKind::kRateLimit) {
    return send_outcome(state, exchange, refusal_error(state, served.arrived, served.spec, outcome),
                        {});
  }
  outcome.retry_after = seconds(fault.value);
  std::string more;
  append_retry_fields(more, state, outcome, true);  // the header's number is sent as it is
  const LimitSnapshot limits(state.api.limiter(), route_of(state, served.spec), served.arrived,
                             state.client_clock(served.arrived, served.is_named));
  exchange.format->append_limit_fields(more, limits.headers());
  send_refusal(state, exchange, limit_error(state, served.spec, LimitCause::kRequests), more);
}

// ApiModel itself refuses nothing as the server's own trouble.
bool is_planned_fault(ErrorKind error) noexcept {
  return error == ErrorKind::kOverloaded || error == ErrorKind::kApi ||
         error == ErrorKind::kTimeout;
}

void admit(MockState& state, MessageExchange& exchange, const FaultHeader* fault) {
  ServedRequest& served = exchange.served;
  const TimePoint now = served.arrived;
  const bool is_admitted =
      state.api.admit(now, served.spec, served.attempt, exchange.admitted, served.outcome);
  if (!served.is_named) state.foreign.settle(served.spec.id, is_admitted);
  if (!is_admitted) {
    served.fault_planned = is_planned_fault(served.outcome.error);
    const ApiError error = refusal_error(state, now, served.spec, served.outcome);
    return send_outcome(state, exchange, error, route_of(state, served.spec));
  }
  served.admitted = true;
  served.injected = fault != nullptr;
  served.fault_planned = exchange.admitted.fault != StreamFault::Kind::kNone;
  served.outcome.sent = now;
  state.decided(served);
  exchange.start(fault);
}

}  // namespace

void refuse_message(MockState& state, Call& call, const MessageService& service,
                    const ApiError& error) {
  send_invalid(state, call, open_exchange(state, call, service), error);
}

void serve_message(MockState& state, Call& call, const MessageService& service) {
  MessageExchange& exchange = open_exchange(state, call, service);
  Said said;
  if (const auto error = read_headers(call.request, said)) {
    note_model(state, exchange.served);
    return send_invalid(state, call, exchange, *error);
  }
  MessageDemand& demand = state.exchanges->demand;
  const DemandSource source{.request = state.parsed,
                            .caller = call.caller,
                            .named = said.named ? &*said.named : nullptr,
                            .refuses = said.fault && said.fault->fault == AskedFault::kRefusal};
  if (const auto error = make_demand(state, source, demand)) {
    note_model(state, exchange.served);
    return send_invalid(state, call, exchange, *error);
  }
  note_demand(exchange, demand, said, state.parsed.content_hash);
  const FaultHeader* const fault = said.fault ? &*said.fault : nullptr;
  if (fault != nullptr && refusal_of(fault->fault) != ErrorKind::kNone) {
    return refuse_as_asked(state, exchange, *fault);
  }
  admit(state, exchange, fault);
}

}  // namespace sluice::mock
