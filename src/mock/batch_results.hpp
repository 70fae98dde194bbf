// The results of an ended batch as JSON lines, written as fast as the client reads them. Every line
// is made from its item's seed on the way: nothing is kept ready.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

#include "mock/batch_item.hpp"
#include "net/http_handler.hpp"

namespace sluice::mock {

struct Batch;
struct MockState;

// {"custom_id":"...","result":{"type":"succeeded","message":{...}}} and a line feed.
void append_result(std::string& out, const MockState& state, const Batch& batch, std::size_t item);

// The streams that are open. A batch that is deleted meanwhile ends its streams at once,
// unfinished.
class ResultStreams {
 public:
  explicit ResultStreams(MockState& state) : state_(state) {}
  ~ResultStreams();
  ResultStreams(const ResultStreams&) = delete;
  ResultStreams& operator=(const ResultStreams&) = delete;

  void start(net::HttpReply& reply, std::string_view fields, const Batch& batch);
  std::size_t open() const noexcept { return streams_.size(); }

 private:
  struct Stream final : net::ReplyListener {
    Stream(ResultStreams& all, net::HttpReply& to, std::uint64_t of)
        : streams(all), reply(to), batch(of) {}
    void on_drained() override;
    void on_gone() override;

    ResultStreams& streams;
    net::HttpReply& reply;
    std::uint64_t batch;   // its number
    std::size_t next = 0;  // item to be written
    bool is_writing = false;
    bool is_gone = false;  // the client went while it was written to
    std::list<Stream>::iterator position;
  };
  // As much as the client takes.
  void advance(Stream& stream);
  bool write_items(Stream& stream, const Batch& batch);
  void forget(Stream& stream) { streams_.erase(stream.position); }

  MockState& state_;
  std::list<Stream> streams_;
  std::string lines_;
};

}  // namespace sluice::mock
