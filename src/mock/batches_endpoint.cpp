// The endpoints of Message Batches (docs: batch processing, rate-limits, 2026-08; SDK TS 1.11). All
// count against one limit of calls a minute, polls too.
#include <string>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "mock/batches.hpp"
#include "mock/endpoints.hpp"
#include "mock/header_text.hpp"
#include "mock/message_demand.hpp"
#include "mock/paging.hpp"
#include "mock/refusal_text.hpp"
#include "mock/reply.hpp"
#include "wire/batch_request.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

constexpr std::string_view kCreate = "POST /v1/messages/batches";
constexpr std::string_view kList = "GET /v1/messages/batches";
constexpr std::string_view kRetrieve = "GET /v1/messages/batches/{id}";
constexpr std::string_view kCancel = "POST /v1/messages/batches/{id}/cancel";
constexpr std::string_view kDelete = "DELETE /v1/messages/batches/{id}";
constexpr std::string_view kResults = "GET /v1/messages/batches/{id}/results";
constexpr std::size_t kClientLength = 80;
// Keys the draws of items: no workload has this name.
constexpr std::uint32_t kItemDraws = 0x62617463U;

ApiError invalid_request(std::string message) {
  return {.kind = ErrorKind::kInvalidRequest, .message = std::move(message), .error_code = {}};
}

// For the journal, the counters and the grade. A call is over as soon as it is decided, and is no
// answer of a model: its tokens are booked when the batch is processed.
void note(MockState& state, const Call& call, std::string_view route, std::uint64_t content,
          const Outcome& outcome, const ApiError* error) {
  ServedRequest served;
  served.sequence = call.sequence;
  served.route = route;
  served.request_id = call.request_id;
  served.arrived = call.now;
  served.status = error == nullptr ? 200 : http_status(error->kind);
  served.admitted = error == nullptr;
  served.spec.workspace = call.caller.workspace;
  served.spec.key = call.caller.key;
  served.content_hash = content;
  served.outcome = outcome;
  served.outcome.sent = call.now;
  served.outcome.ended = call.now;
  if (error != nullptr) {
    served.outcome.error = error->kind;
    served.error_code = error->error_code;
  }
  served.client = call.request.header("user-agent").value_or("").substr(0, kClientLength);
  if (const auto retries = call.request.header("x-stainless-retry-count")) {
    served.retries_said = whole_number<std::int32_t>(trimmed(*retries));
  }
  state.counters.decided(served);
  if (served.admitted) --state.counters.in_flight;
  state.journal.put(served);
  if (!state.plan.options.grade) return;
  state.grader.decided(served);
  if (served.admitted) state.grader.ended(served);
}

// Names a call that has no body.
std::uint64_t path_hash(const Call& call) {
  std::uint64_t hash = call.request.path.size();
  for (const char letter : call.request.path) {
    hash = hash_combine(hash, static_cast<unsigned char>(letter));
  }
  return hash;
}

void refuse(MockState& state, Call& call, std::string_view route, std::uint64_t content,
            const ApiError& error, const Outcome& refusal = {}) {
  note(state, call, route, content, refusal, &error);
  std::string fields;
  if (error.kind == ErrorKind::kRateLimit) append_retry_fields(fields, state, refusal, false);
  reply_error(state, call, error, fields);
}

// The wording is that of the Messages limits (observed 2026), with what the Batches API counts.
ApiError batch_limit_error(const MockState& state, LimitCause cause) {
  const BatchLimiterSpec& limits = state.plan.run.batch_limits;
  const bool is_queue = cause == LimitCause::kBatchQueue;
  return {
      .kind = ErrorKind::kRateLimit,
      .message = fmt::format(
          "This request would exceed your organization's rate limit of {} (org: {}). Try again "
          "later. View your current limits at https://console.anthropic.com/settings/limits.",
          is_queue ? with_thousands(limits.max_enqueued) + " batch requests in the processing queue"
                   : with_thousands(limits.requests_per_minute) +
                         " requests per minute to the Message Batches API",
          state.plan.organization_id),
      .error_code = {}};
}

// A call that is no creation: true if the limit of calls lets it in. It is noted when it is
// answered.
bool admit_call(MockState& state, Call& call, std::string_view route) {
  const std::optional<Refusal> limit = state.api.batches().call(call.now, 0);
  if (!limit) return true;
  Outcome refusal;
  refusal.error = ErrorKind::kRateLimit;
  refusal.limit = limit->cause;
  refusal.never_fits = limit->never_fits;
  refusal.retry_after = limit->retry_after();
  refusal.should_retry = true;
  refuse(state, call, route, path_hash(call), batch_limit_error(state, limit->cause), refusal);
  return false;
}

void refuse_call(MockState& state, Call& call, std::string_view route, const ApiError& error) {
  refuse(state, call, route, path_hash(call), error);
}

void answer_call(MockState& state, Call& call, std::string_view route, std::string_view json) {
  note(state, call, route, path_hash(call), {}, nullptr);
  reply_json(state, call, 200, json);
}

// Where this server's own results are, as the client called it.
std::string results_url(const MockState& state, const Call& call, const Batch& batch) {
  const std::string_view own = state.url;
  const std::string_view scheme = own.starts_with("https:") ? "https://" : "http://";
  const auto host = call.request.header("host");
  std::string url = host && !host->empty() ? fmt::format("{}{}", scheme, *host) : std::string(own);
  return url + "/v1/messages/batches/" + batch.id + "/results";
}

std::string_view name(BatchStatus status) noexcept {
  switch (status) {
    case BatchStatus::kInProgress:
      return "in_progress";
    case BatchStatus::kCanceling:
      return "canceling";
    case BatchStatus::kEnded:
      break;
  }
  return "ended";
}

std::string time_or_null(const MockState& state, std::optional<TimePoint> time) {
  return time ? fmt::format("\"{}\"", state.calendar(*time).text()) : "null";
}

void append_batch(std::string& out, const MockState& state, const Call& call, const Batch& batch) {
  const BatchCounts counts = batch.counts();
  const auto archived = batch.archived(call.now);
  fmt::format_to(std::back_inserter(out),
                 R"({{"id":"{}","type":"message_batch","processing_status":"{}",)"
                 R"("request_counts":{{"processing":{},"succeeded":{},"errored":{},"canceled":{},)"
                 R"("expired":{}}},"ended_at":{},"created_at":{},"expires_at":{},)"
                 R"("archived_at":{},"cancel_initiated_at":{},"results_url":)",
                 batch.id, name(batch.status()), counts.processing, counts.succeeded,
                 counts.errored, counts.canceled, counts.expired, time_or_null(state, batch.ended),
                 time_or_null(state, batch.created), time_or_null(state, batch.expires()),
                 time_or_null(state, archived), time_or_null(state, batch.cancel_initiated));
  if (batch.ended && !archived) {
    wire::append_json_string(out, results_url(state, call, batch));
  } else {
    out += "null";
  }
  out += '}';
}

std::string batch_json(const MockState& state, const Call& call, const Batch& batch) {
  std::string json;
  append_batch(json, state, call, batch);
  return json;
}

struct ReadBatch {
  BatchItems items;
  std::uint64_t content = 0;  // of all items
};

// Nothing: all items have been read. An item whose params are wrong is one of them; what is wrong
// with the batch refuses it.
std::optional<ApiError> read_batch(MockState& state, const Call& call, ReadBatch& batch) {
  wire::BatchReader reader(call.request.body, call.version);
  wire::BatchItem item;
  MessageDemand demand;
  while (reader.next(item)) {
    const RequestId id{.workload_hash = kItemDraws,
                       .turn = static_cast<std::uint32_t>(batch.items.size()),
                       .session = state.batches->next_number()};
    std::optional<ApiError> error = std::move(item.error);
    if (!error) {
      error =
          make_demand(state, {.request = item.request, .caller = call.caller, .id = id}, demand);
    }
    if (error) {
      batch.items.add_refused(item.custom_id, *error);
    } else {
      batch.items.add_answered(item.custom_id, demand.spec, demand.answer_spec, demand.answer);
    }
    batch.content = hash_combine(batch.content, item.request.content_hash);
  }
  if (reader.error()) return reader.error();
  const std::int64_t most = state.api.batches().max_per_batch();
  if (static_cast<std::int64_t>(batch.items.size()) > most) {
    return invalid_request(fmt::format("requests: a batch has at most {} requests", most));
  }
  if (batch.items.size() == 0) return invalid_request("requests: Field required");
  return std::nullopt;
}

// The batch that the path names, of the caller's workspace; null after a 404.
Batch* find_batch(MockState& state, Call& call, std::string_view route) {
  Batch* batch = state.batches->find(call.arguments[0], call.caller.workspace);
  if (batch != nullptr) return batch;
  refuse_call(state, call, route,
              {.kind = ErrorKind::kNotFound,
               .message = "The requested resource could not be found.",
               .error_code = {}});
  return nullptr;
}

}  // namespace

void create_batch(MockState& state, Call& call) {
  ReadBatch read;
  if (const auto error = read_batch(state, call, read)) {
    return refuse(state, call, kCreate, read.content, *error);
  }
  Outcome refusal;
  const auto count = static_cast<std::int64_t>(read.items.size());
  if (!state.api.admit_batch(call.now, call.caller.workspace, call.caller.key, count, refusal)) {
    const bool is_limit = refusal.error == ErrorKind::kRateLimit && refusal.retry_after;
    RequestSpec spec;
    spec.workspace = call.caller.workspace;
    spec.key = call.caller.key;
    const ApiError error = is_limit ? batch_limit_error(state, *refusal.limit)
                                    : refusal_error(state, call.now, spec, refusal);
    return refuse(state, call, kCreate, read.content, error, refusal);
  }
  note(state, call, kCreate, read.content, {}, nullptr);
  const Batch& batch = state.batches->create(call.caller, std::move(read.items), call.now);
  reply_json(state, call, 200, batch_json(state, call, batch));
}

void list_batches(MockState& state, Call& call) {
  if (!admit_call(state, call, kList)) return;
  PageRequest page;
  const PageLimits limits{.default_limit = 20, .max_limit = 1000};
  if (const auto error = read_page(call.request.query, limits, page)) {
    return refuse_call(state, call, kList, *error);
  }
  const std::vector<const Batch*> batches = state.batches->newest_first(call.caller.workspace);
  const auto position_of = [&](std::string_view id) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < batches.size(); ++i) {
      if (batches[i]->id == id) return i;
    }
    return std::nullopt;
  };
  const std::optional<PageBounds> bounds = bounds_of(page, batches.size(), position_of);
  if (!bounds) return refuse_call(state, call, kList, unknown_cursor());
  std::string json = R"({"data":[)";
  for (std::size_t i = bounds->first; i < bounds->end; ++i) {
    if (i != bounds->first) json += ',';
    append_batch(json, state, call, *batches[i]);
  }
  const bool is_empty = bounds->first == bounds->end;
  append_page_end(json, bounds->has_more, is_empty ? "" : batches[bounds->first]->id,
                  is_empty ? "" : batches[bounds->end - 1]->id);
  answer_call(state, call, kList, json);
}

void retrieve_batch(MockState& state, Call& call) {
  if (!admit_call(state, call, kRetrieve)) return;
  const Batch* batch = find_batch(state, call, kRetrieve);
  if (batch == nullptr) return;
  answer_call(state, call, kRetrieve, batch_json(state, call, *batch));
}

// "Batches may be canceled any time before processing ends." What comes after that is refused in
// words of ours.
void cancel_batch(MockState& state, Call& call) {
  if (!admit_call(state, call, kCancel)) return;
  Batch* batch = find_batch(state, call, kCancel);
  if (batch == nullptr) return;
  if (batch->ended) {
    return refuse_call(state, call, kCancel,
                       invalid_request("Batch " + batch->id +
                                       " has already ended processing and cannot be canceled."));
  }
  state.batches->cancel(*batch, call.now);
  answer_call(state, call, kCancel, batch_json(state, call, *batch));
}

// "Message Batches can only be deleted once they've finished processing." The status of the refusal
// is not documented: 400, because SDKs would retry a 409.
void delete_batch(MockState& state, Call& call) {
  if (!admit_call(state, call, kDelete)) return;
  const Batch* batch = find_batch(state, call, kDelete);
  if (batch == nullptr) return;
  if (!batch->ended) {
    return refuse_call(state, call, kDelete,
                       invalid_request("Batch " + batch->id +
                                       " is still processing: cancel it before deleting it."));
  }
  const std::string json =
      fmt::format(R"({{"id":"{}","type":"message_batch_deleted"}})", batch->id);
  state.batches->remove(*batch);
  answer_call(state, call, kDelete, json);
}

// Before the batch has ended, and when its results are no longer kept, there is nothing at that URL
// (404; inferred).
void batch_results(MockState& state, Call& call) {
  if (!admit_call(state, call, kResults)) return;
  const Batch* batch = find_batch(state, call, kResults);
  if (batch == nullptr) return;
  if (!batch->ended || batch->archived(call.now)) {
    const std::string_view why =
        batch->ended ? " are no longer available." : " are not available before it has ended.";
    return refuse_call(state, call, kResults,
                       {.kind = ErrorKind::kNotFound,
                        .message = fmt::format("The results of batch {}{}", batch->id, why),
                        .error_code = {}});
  }
  std::string fields = "content-type: application/x-jsonl\r\n";
  append_identity(fields, state, call.request_id, call.caller.workspace);
  note(state, call, kResults, path_hash(call), {}, nullptr);
  call.status = 200;  // for the log: an answer that streams goes around reply_json()
  state.batches->results().start(call.reply, fields, *batch);
}

}  // namespace sluice::mock
