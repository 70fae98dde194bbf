#include <utility>

#include "live/record_line.hpp"
#include "live/record_writer.hpp"

namespace sluice::live {
namespace {

template <class T, class Put>
void put_optional(RecordLine& line, const std::optional<T>& value, Put put) {
  if (value) {
    put(*value);
  } else {
    line.null();
  }
}

// The outcome's name; an attempt without an error ended well.
std::string_view outcome_name(ErrorKind kind) noexcept {
  return kind == ErrorKind::kNone ? "ok" : name(kind);
}

void put_who(RecordLine& line, const AttemptFacts& facts, const RunPlan& plan) {
  const RequestSpec& spec = facts.spec;
  line.raw("{\"workload\":").own_text(plan.workloads[index(spec.workload)].name);
  line.raw(",\"session\":").number(spec.id.session);
  line.raw(",\"turn\":").number(std::uint64_t{spec.id.turn});
  line.raw(",\"attempt\":").number(std::int64_t{facts.number});
  line.raw(",\"model\":").own_text(plan.models[index(spec.model)].name);
  line.raw(",\"key\":").own_text(plan.keys[index(spec.key)].name);
  line.raw(",\"workspace\":").own_text(plan.workspaces[index(spec.workspace)]);
}

void put_speed(RecordLine& line, std::int64_t permille) {
  line.raw(",\"speed\":").number(permille / 1000);
  if (permille % 1000 == 0) return;
  line.raw(".").number(permille / 100 % 10).number(permille / 10 % 10).number(permille % 10);
}

void put_when(RecordLine& line, const AttemptFacts& facts, const RecordClock& clock) {
  put_speed(line, clock.speed_permille);
  const Outcome& outcome = facts.exchange.outcome;
  const bool was_sent = facts.sent_wall != 0;
  const int128 ended = int128{ns(outcome.ended)} * 1000 / clock.speed_permille;
  line.raw(",\"planned\":").seconds(facts.planned);
  line.raw(",\"due\":").seconds(facts.due);
  line.raw(",\"sent\":").seconds(was_sent ? facts.sent : kNever);
  line.raw(",\"first_token\":").seconds(outcome.first_token);
  line.raw(",\"first_answer\":").seconds(outcome.first_answer);
  line.raw(",\"ended\":").seconds(outcome.ended);
  line.raw(",\"sent_at\":");
  if (was_sent) {
    line.instant(clock.started_at + nanoseconds(facts.sent_wall - clock.origin));
  } else {
    line.null();
  }
  line.raw(",\"ended_at\":");
  line.instant(clock.started_at + nanoseconds(static_cast<std::int64_t>(ended)));
}

void put_wanted(RecordLine& line, const AttemptFacts& facts) {
  const RequestSpec& spec = facts.spec;
  line.raw(",\"stream\":").truth(spec.stream);
  line.raw(",\"planned_prompt_tokens\":").number(std::int64_t{spec.prompt_tokens});
  line.raw(",\"planned_output_tokens\":").number(std::int64_t{spec.output_tokens});
  line.raw(",\"max_tokens\":").number(std::int64_t{spec.max_tokens});
}

void put_outcome(RecordLine& line, const AttemptFacts& facts) {
  const Outcome& outcome = facts.exchange.outcome;
  const std::optional<wire::ApiError>& error = facts.answer.error;
  line.raw(",\"status\":");
  if (facts.status == 0) {
    line.null();
  } else {
    line.number(std::int64_t{facts.status});
  }
  line.raw(",\"outcome\":").own_text(outcome_name(outcome.error));
  line.raw(",\"cause\":");
  put_optional(line, outcome.limit, [&](LimitCause cause) { line.own_text(name(cause)); });
  line.raw(",\"error_type\":");
  put_optional(line, error, [&](const wire::ApiError& e) { line.own_text(name(e.kind)); });
  line.raw(",\"error_code\":").others_text(error ? error->error_code : std::string_view{});
  line.raw(",\"error_message\":").others_text(error ? error->message : std::string_view{});
  line.raw(",\"transport\":").others_text(facts.transport);
  line.raw(",\"reused_connection\":").truth(facts.reused_connection);
}

void put_limits(RecordLine& line, const wire::RateLimitHeaders& limits) {
  bool is_first = true;
  const auto put = [&](const auto& key, const std::optional<wire::LimitState>& state) {
    if (!state) return;
    if (!std::exchange(is_first, false)) line.raw(",");
    line.raw(key).raw(":{\"limit\":").number(state->limit);
    line.raw(",\"remaining\":").number(state->remaining);
    line.raw(",\"reset\":").whole_seconds(state->full_at).raw("}");
  };
  line.raw(",\"rate_limits\":{");
  put("\"requests\"", limits.requests);
  put("\"tokens\"", limits.tokens);
  put("\"input_tokens\"", limits.input_tokens);
  put("\"output_tokens\"", limits.output_tokens);
  put("\"fast_input_tokens\"", limits.fast_input_tokens);
  put("\"fast_output_tokens\"", limits.fast_output_tokens);
  line.raw("}");
}

void put_headers(RecordLine& line, const AttemptFacts& facts) {
  const wire::AnswerFields& fields = facts.fields;
  const Outcome& outcome = facts.exchange.outcome;
  line.raw(",\"request_id\":").others_text(fields.request_id);
  line.raw(",\"date\":");
  put_optional(line, fields.date, [&](UnixTime date) { line.whole_seconds(date); });
  line.raw(",\"retry_after\":");
  put_optional(line, outcome.retry_after, [&](Duration wait) { line.seconds(wait); });
  line.raw(",\"should_retry\":");
  put_optional(line, outcome.should_retry, [&](bool should) { line.truth(should); });
  put_limits(line, fields.limits);
}

void put_usage(RecordLine& line, const AttemptFacts& facts) {
  const Usage& usage = facts.exchange.outcome.usage;
  line.raw(",\"usage\":{\"input_tokens\":").number(usage.input_tokens);
  line.raw(",\"cache_creation_5m_input_tokens\":").number(usage.cache_creation_5m_input_tokens);
  line.raw(",\"cache_creation_1h_input_tokens\":").number(usage.cache_creation_1h_input_tokens);
  line.raw(",\"cache_read_input_tokens\":").number(usage.cache_read_input_tokens);
  line.raw(",\"output_tokens\":").number(usage.output_tokens);
  line.raw(",\"thinking_tokens\":").number(facts.answer.thinking_tokens);
  line.raw("},\"stop_reason\":").others_text(facts.answer.stop_reason);
}

void put_cost(RecordLine& line, const Exchange& exchange) {
  line.raw(",\"priced\":").truth(exchange.priced);
  if (!exchange.billed) {
    line.raw(",\"cost\":null,\"saved_by_cache\":null");
    return;
  }
  const auto& parts = exchange.cost.by_category;
  const auto of = [&](CostCategory category) { return parts[static_cast<std::size_t>(category)]; };
  line.raw(",\"cost\":{\"total\":").dollars(exchange.cost.total());
  line.raw(",\"input\":").dollars(of(CostCategory::kInput));
  line.raw(",\"write_5m\":").dollars(of(CostCategory::kWrite5m));
  line.raw(",\"write_1h\":").dollars(of(CostCategory::kWrite1h));
  line.raw(",\"cache_read\":").dollars(of(CostCategory::kCacheRead));
  line.raw(",\"output\":").dollars(of(CostCategory::kOutput));
  line.raw(",\"tools\":").dollars(of(CostCategory::kTools));
  line.raw("},\"saved_by_cache\":").dollars(exchange.saved_by_cache);
}

}  // namespace

void append_record(std::string& out, const AttemptFacts& facts, const RunPlan& plan,
                   const RecordClock& clock) {
  RecordLine line(out);
  put_who(line, facts, plan);
  put_when(line, facts, clock);
  put_wanted(line, facts);
  put_outcome(line, facts);
  put_headers(line, facts);
  put_usage(line, facts);
  put_cost(line, facts.exchange);
  line.raw("}\n");
}

}  // namespace sluice::live
