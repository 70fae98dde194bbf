// The endpoints of Message Batches (docs: batch processing, rate-limits, 2026-08; SDK TS 1.11).
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "mock/batches.hpp"
#include "mock/batches_call.hpp"
#include "mock/endpoints.hpp"
#include "mock/message_demand.hpp"
#include "mock/paging.hpp"
#include "mock/reply.hpp"
#include "wire/batch_request.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;
using wire::invalid_request;

// Keys the draws of items: no workload has this name.
constexpr std::uint32_t kItemDraws = 0x62617463U;

// Where this server's own results are, as the client called it.
std::string results_url(const MockState& state, const Call& call, const Batch& batch) {
  const std::string_view own = state.url;
  const std::string_view scheme = own.starts_with("https:") ? "https://" : "http://";
  const auto host = call.request.header("host");
  const std::string base =
      host && !host->empty() ? fmt::format("{}{}", scheme, *host) : std::string(own);
  return base + "/v1/messages/batches/" + batch.id + "/results";
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

// The batch that the path names, of the caller's workspace; null if the call has been refused.
Batch* find_batch(MockState& state, const Call& call, BatchesCall& batches) {
  if (!batches.admit()) return nullptr;
  Batch* batch = state.batches->find(call.arguments[0], call.caller.workspace);
  if (batch == nullptr) batches.refuse_unknown();
  return batch;
}

// The same, as it stands by now.
const Batch* look_at_batch(MockState& state, const Call& call, BatchesCall& batches) {
  Batch* batch = find_batch(state, call, batches);
  if (batch != nullptr) state.batches->look_at(*batch, call.now);
  return batch;
}

}  // namespace

void create_batch(MockState& state, Call& call) {
  BatchesCall batches(state, call, "POST /v1/messages/batches");
  ReadBatch read;
  if (const auto error = read_batch(state, call, read)) return batches.refuse(*error);
  const auto count = static_cast<std::int64_t>(read.items.size());
  if (!batches.admit_creation(count, read.content)) return;
  const Batch& batch = state.batches->create(call.caller, std::move(read.items), call.now);
  batches.answer(batch_json(state, call, batch));
}

void list_batches(MockState& state, Call& call) {
  BatchesCall batches(state, call, "GET /v1/messages/batches");
  if (!batches.admit()) return;
  PageRequest page;
  const PageLimits limits{.default_limit = 20, .max_limit = 1000};
  if (const auto error = read_page(call.request.query, limits, page)) {
    return batches.refuse(*error);
  }
  state.batches->look_at_all(call.caller.workspace, call.now);
  const std::vector<const Batch*> all = state.batches->newest_first(call.caller.workspace);
  const auto position_of = [&](std::string_view id) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i]->id == id) return i;
    }
    return std::nullopt;
  };
  const std::optional<PageBounds> bounds = bounds_of(page, all.size(), position_of);
  if (!bounds) return batches.refuse(unknown_cursor());
  std::string json = R"({"data":[)";
  for (std::size_t i = bounds->first; i < bounds->end; ++i) {
    if (i != bounds->first) json += ',';
    append_batch(json, state, call, *all[i]);
  }
  const bool is_empty = bounds->first == bounds->end;
  append_page_end(json, bounds->has_more, is_empty ? "" : all[bounds->first]->id,
                  is_empty ? "" : all[bounds->end - 1]->id);
  batches.answer(json);
}

void retrieve_batch(MockState& state, Call& call) {
  BatchesCall batches(state, call, "GET /v1/messages/batches/{id}");
  const Batch* batch = look_at_batch(state, call, batches);
  if (batch != nullptr) batches.answer(batch_json(state, call, *batch));
}

// "Batches may be canceled any time before processing ends." What comes after that is refused in
// words of ours.
void cancel_batch(MockState& state, Call& call) {
  BatchesCall batches(state, call, "POST /v1/messages/batches/{id}/cancel");
  Batch* batch = find_batch(state, call, batches);
  if (batch == nullptr) return;
  if (batch->ended) {
    return batches.refuse(invalid_request("Batch " + batch->id +
                                          " has already ended processing and cannot be canceled."));
  }
  state.batches->cancel(*batch, call.now);
  batches.answer(batch_json(state, call, *batch));
}

// "Message Batches can only be deleted once they've finished processing." The status of the refusal
// is not documented: 400, because SDKs would retry a 409.
void delete_batch(MockState& state, Call& call) {
  BatchesCall batches(state, call, "DELETE /v1/messages/batches/{id}");
  const Batch* batch = look_at_batch(state, call, batches);
  if (batch == nullptr) return;
  if (!batch->ended) {
    return batches.refuse(invalid_request("Batch " + batch->id +
                                          " is still processing: cancel it before deleting it."));
  }
  const std::string json =
      fmt::format(R"({{"id":"{}","type":"message_batch_deleted"}})", batch->id);
  state.batches->remove(*batch);
  batches.answer(json);
}

// Before the batch has ended, and when its results are no longer kept, there is nothing at that URL
// (404; inferred).
void batch_results(MockState& state, Call& call) {
  BatchesCall batches(state, call, "GET /v1/messages/batches/{id}/results");
  const Batch* batch = look_at_batch(state, call, batches);
  if (batch == nullptr) return;
  if (!batch->ended || batch->archived(call.now)) {
    const std::string_view why =
        batch->ended ? "are no longer available." : "are not available before it has ended.";
    return batches.refuse({.kind = ErrorKind::kNotFound,
                           .message = fmt::format("The results of batch {} {}", batch->id, why),
                           .error_code = {}});
  }
  batches.note_answered();
  std::string fields = "content-type: application/x-jsonl\r\n";
  append_identity(fields, state, call.request_id, call.caller.workspace);
  call.status = 200;  // for the log: an answer that streams goes around reply_json()
  state.batches->results().start(call.reply, fields, *batch);
}

}  // namespace sluice::mock
