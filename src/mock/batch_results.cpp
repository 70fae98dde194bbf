#include "mock/batch_results.hpp"

#include "mock/batches.hpp"
#include "mock/ids.hpp"
#include "mock/state.hpp"
#include "wire/api_error.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {
namespace {

// Lines are handed on in pieces of about that size.
constexpr std::size_t kPiece = 16 * 1024;

void append_message(std::string& out, const MockState& state, const Batch& batch,
                    const BatchEntry& entry) {
  std::vector<std::string_view> stops;
  const Answer answer(batch.items.answer_spec(entry, stops));
  const std::string id = make_id("msg_01", entry.seed, batch.number);
  const wire::MessageHead head{.id = id,
                               .model = state.plan.run.models[index(entry.model)].name,
                               .service_tier = "batch",
                               .inference_geo = entry.us_only ? "us" : "global",
                               .speed = {}};
  const Usage usage{.input_tokens = entry.prompt_tokens, .output_tokens = entry.output_tokens};
  answer.append_message(out, head, usage);
}

}  // namespace

void append_result(std::string& out, const MockState& state, const Batch& batch, std::size_t item) {
  const BatchEntry& entry = batch.items[item];
  out += R"({"custom_id":)";
  wire::append_json_string(out, batch.items.text(entry.custom_id));
  out += R"(,"result":{"type":)";
  if (item >= batch.processed) {
    out += batch.cancel_initiated ? R"("canceled")" : R"("expired")";
  } else if (entry.error != ErrorKind::kNone) {
    out += R"("errored","error":)";
    wire::append_error(out, batch.items.error(entry), {});
  } else {
    out += R"("succeeded","message":)";
    append_message(out, state, batch, entry);
  }
  out += "}}\n";
}

ResultStreams::~ResultStreams() {
  for (Stream& stream : streams_) {
    stream.reply.listen(nullptr);
    stream.reply.drop();
  }
}

void ResultStreams::start(net::HttpReply& reply, std::string_view fields, const Batch& batch) {
  Stream& stream = streams_.emplace_back(*this, reply, batch.number);
  stream.position = std::prev(streams_.end());
  reply.listen(&stream);
  reply.begin(200, fields);
  advance(stream);
}

void ResultStreams::advance(Stream& stream) {
  const Batch* batch = state_.batches->find(stream.batch);
  if (batch != nullptr && batch->items.size() > 0) {
    stream.is_writing = true;
    const bool is_whole = write_items(stream, *batch);
    stream.is_writing = false;
    if (stream.is_gone) return forget(stream);
    if (!is_whole) return;
    stream.reply.listen(nullptr);
    stream.reply.finish();
  } else {
    stream.reply.listen(nullptr);
    stream.reply.drop();
  }
  forget(stream);
}

// False: the client has to read first, or has gone.
bool ResultStreams::write_items(Stream& stream, const Batch& batch) {
  while (stream.next < batch.items.size()) {
    lines_.clear();
    while (stream.next < batch.items.size() && lines_.size() < kPiece) {
      append_result(lines_, state_, batch, stream.next++);
    }
    const bool has_room = stream.reply.write(lines_);
    if (stream.is_gone) return false;
    if (!has_room && stream.next < batch.items.size()) return false;
  }
  return true;
}

void ResultStreams::Stream::on_drained() { streams.advance(*this); }

void ResultStreams::Stream::on_gone() {
  if (is_writing) {
    is_gone = true;
  } else {
    streams.forget(*this);
  }
}

}  // namespace sluice::mock
