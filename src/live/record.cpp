#include "live/record.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"

namespace sluice::live {
namespace {

using describe::Value;

// Reads members of an object; the first that is not as it should be is kept, and what is read of
// such a one means nothing.
class Members {
 public:
  explicit Members(const Value& object) : object_(object) {}

  const std::optional<std::string>& problem() const noexcept { return problem_; }
  void fail(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
  }

  std::int64_t whole(std::string_view name);
  std::int64_t whole_or(std::string_view name, std::int64_t otherwise);  // of null
  std::uint64_t whole_64(std::string_view name);
  bool truth(std::string_view name);
  std::optional<bool> truth_or_null(std::string_view name);
  std::string_view text(std::string_view name);  // null: empty
  std::int64_t permille(std::string_view name);
  std::optional<Duration> seconds(std::string_view name);
  TimePoint instant(std::string_view name);  // null: kNever
  Money dollars(std::string_view name);
  const Value* object(std::string_view name);  // null: nullptr

 private:
  const Value* member(std::string_view name, std::string_view wanted);
  void wrong(std::string_view name, std::string_view wanted) {
    fail(in_quotes(name) + " is not " + std::string(wanted));
  }

  const Value& object_;
  std::optional<std::string> problem_;
};

// None: not there, which is a problem, or null.
const Value* Members::member(std::string_view name, std::string_view wanted) {
  const Value* const value = object_.is(Value::Kind::kObject) ? object_.find(name) : nullptr;
  if (value == nullptr) fail(in_quotes(name) + " is missing: it is " + std::string(wanted));
  return value == nullptr || value->is(Value::Kind::kNull) ? nullptr : value;
}

std::int64_t Members::whole(std::string_view name) {
  const Value* const value = member(name, "a whole number");
  if (value != nullptr && value->is(Value::Kind::kInteger)) return value->as_integer();
  wrong(name, "a whole number");
  return 0;
}

std::int64_t Members::whole_or(std::string_view name, std::int64_t otherwise) {
  return member(name, "a whole number") == nullptr ? otherwise : whole(name);
}

std::uint64_t Members::whole_64(std::string_view name) {
  const Value* const value = member(name, "a whole number from 0 to 2^64 - 1");
  std::uint64_t number = 0;
  if (value != nullptr && value->is_number()) {
    const std::string text = value->number_text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
  }
  wrong(name, "a whole number from 0 to 2^64 - 1");
  return 0;
}

bool Members::truth(std::string_view name) {
  const Value* const value = member(name, "true or false");
  if (value != nullptr && value->is(Value::Kind::kBool)) return value->as_bool();
  wrong(name, "true or false");
  return false;
}

std::optional<bool> Members::truth_or_null(std::string_view name) {
  if (member(name, "true or false") == nullptr) return std::nullopt;
  return truth(name);
}

std::string_view Members::text(std::string_view name) {
  const Value* const value = member(name, "text");
  if (value == nullptr) return {};
  if (value->is(Value::Kind::kString)) return value->as_string();
  wrong(name, "text");
  return {};
}

std::int64_t Members::permille(std::string_view name) {
  const Value* const value = member(name, "a number with at most three decimals");
  if (value != nullptr && value->is_number()) {
    const auto scaled = parse_decimal(value->number_text(), 3);
    if (scaled && *scaled >= 0 && *scaled <= std::numeric_limits<std::int32_t>::max()) {
      return static_cast<std::int64_t>(*scaled);
    }
  }
  wrong(name, "a number with at most three decimals");
  return 0;
}

std::optional<Duration> Members::seconds(std::string_view name) {
  const Value* const value = member(name, "a number of seconds");
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const auto scaled = parse_decimal(value->number_text(), 9);
    if (scaled && *scaled < ns(kNever) && *scaled > -ns(kNever)) {
      return Duration{static_cast<std::int64_t>(*scaled)};
    }
  }
  wrong(name, "a number of seconds");
  return std::nullopt;
}

TimePoint Members::instant(std::string_view name) {
  const auto since = seconds(name);
  return since ? kRunStart + *since : kNever;
}

Money Members::dollars(std::string_view name) {
  const Value* const value = member(name, "an amount of dollars");
  if (value != nullptr && value->is_number()) {
    if (const auto money = Money::from_decimal(value->number_text())) return *money;
  }
  wrong(name, "an amount of dollars");
  return {};
}

const Value* Members::object(std::string_view name) {
  const Value* const value = member(name, "an object");
  if (value == nullptr || value->is(Value::Kind::kObject)) return value;
  wrong(name, "an object");
  return nullptr;
}

// The position of a name among a scenario's.
template <class Id, class Things, class NameOf>
Id find(Members& members, std::string_view kind, const Things& things, NameOf name_of) {
  const std::string_view wanted = members.text(kind);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (name_of(things[i]) == wanted) return static_cast<Id>(i);
    names.push_back(name_of(things[i]));
  }
  members.fail(in_quotes(wanted) + " is not a " + std::string(kind) +
               " of this scenario, which has " + join(names));
  return Id{};
}

ErrorKind outcome_named(Members& members) {
  const std::string_view wanted = members.text("outcome");
  if (wanted == "ok") return ErrorKind::kNone;
  for (std::size_t i = 1; i < kErrorKindCount; ++i) {
    if (name(static_cast<ErrorKind>(i)) == wanted) return static_cast<ErrorKind>(i);
  }
  members.fail(in_quotes(wanted) + " is not an outcome, such as ok or rate_limit_error");
  return ErrorKind::kNone;
}

std::optional<LimitCause> cause_named(Members& members) {
  const std::string_view wanted = members.text("cause");
  if (wanted.empty()) return std::nullopt;
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    if (name(static_cast<LimitCause>(i)) == wanted) return static_cast<LimitCause>(i);
  }
  members.fail(in_quotes(wanted) + " is not a cause, such as requests or unknown");
  return std::nullopt;
}

void read_who(Members& members, const RunPlan& plan, Record& record) {
  const auto named = [](const auto& thing) { return thing.name; };
  record.workload = find<WorkloadId>(members, "workload", plan.workloads, named);
  record.model = find<ModelId>(members, "model", plan.models, named);
  record.key = find<KeyId>(members, "key", plan.keys, named);
  record.workspace = find<WorkspaceId>(members, "workspace", plan.workspaces,
                                       [](const std::string& name) { return name; });
  record.id = {.workload_hash = members.problem() ? 0 : plan.workloads[index(record.workload)].hash,
               .turn = static_cast<std::uint32_t>(members.whole("turn")),
               .session = members.whole_64("session")};
  record.number = members.whole("attempt");
  if (record.number < 1) members.fail("\"attempt\" is counted from 1");
}

void read_outcome(Members& members, Record& record) {
  record.speed_permille = members.permille("speed");
  if (record.speed_permille < 1) members.fail("\"speed\" is more than nothing");
  record.planned = members.instant("planned");
  record.due = members.instant("due");
  Outcome& outcome = record.exchange.outcome;
  outcome.sent = members.instant("sent");
  if (outcome.sent == kNever) outcome.sent = record.due;
  outcome.first_token = members.instant("first_token");
  outcome.first_answer = members.instant("first_answer");
  outcome.ended = members.instant("ended");
  if (record.planned == kNever || record.due == kNever || outcome.ended == kNever) {
    members.fail("\"planned\", \"due\" and \"ended\" are numbers of seconds");
  }
  outcome.error = outcome_named(members);
  outcome.limit = cause_named(members);
  outcome.retry_after = members.seconds("retry_after");
  outcome.should_retry = members.truth_or_null("should_retry");
  const std::int64_t status = members.whole_or("status", 0);
  outcome.began = status >= 200 && status < 300;
}

// Consumes the problem of an object within.
void adopt(Members& members, std::string_view name, const Members& inside) {
  if (inside.problem()) members.fail(in_quotes(name) + ": " + *inside.problem());
}

void read_usage(Members& members, Usage& usage) {
  const Value* const value = members.object("usage");
  if (value == nullptr) return members.fail("\"usage\" is an object");
  Members inside(*value);
  usage = {.input_tokens = inside.whole("input_tokens"),
           .cache_creation_5m_input_tokens = inside.whole("cache_creation_5m_input_tokens"),
           .cache_creation_1h_input_tokens = inside.whole("cache_creation_1h_input_tokens"),
           .cache_read_input_tokens = inside.whole("cache_read_input_tokens"),
           .output_tokens = inside.whole("output_tokens")};
  adopt(members, "usage", inside);
}

void read_cost(Members& members, Exchange& exchange) {
  exchange.priced = members.truth("priced");
  const Value* const value = members.object("cost");
  if (value == nullptr) return;
  Members inside(*value);
  exchange.billed = true;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    exchange.cost.by_category[i] = inside.dollars(name(static_cast<CostCategory>(i)));
  }
  if (inside.dollars("total") != exchange.cost.total()) {
    inside.fail("\"total\" is not the sum of the categories");
  }
  adopt(members, "cost", inside);
  exchange.saved_by_cache = members.dollars("saved_by_cache");
}

}  // namespace

Result<Record> parse_record(std::string_view line, const std::string& where, const RunPlan& plan) {
  const auto value = describe::parse_json(line, where);
  if (!value) return invalid(where, value.error().front().message);
  Members members(*value);
  Record record;
  read_who(members, plan, record);
  read_outcome(members, record);
  read_usage(members, record.exchange.outcome.usage);
  read_cost(members, record.exchange);
  if (members.problem()) return invalid(where, *members.problem());
  return record;
}

}  // namespace sluice::live
