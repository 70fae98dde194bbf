// What a connection receives, without a socket: the first byte says in what pieces the rest comes.
// However the bytes are cut, the same requests come of them, and the same bytes are refused.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "net/request_input.hpp"

namespace {

using namespace sluice;
using Step = net::RequestInput::Step;

constexpr std::size_t kHeaderLimit = 2'000;
constexpr std::size_t kBodyLimit = 5'000;

struct Limits final : net::HttpHandler {
  std::size_t body_limit(std::string_view, std::string_view) const noexcept override {
    return kBodyLimit;
  }
  void handle(const net::HttpRequest&, net::HttpReply&) override {}
  void refuse(net::TransportRefusal, net::HttpReply&) override {}
};

struct Seen {
  std::vector<std::string> requests;
  bool is_refused = false;
};

Seen parse(std::string_view bytes, std::size_t piece) {
  const Limits limits;
  net::BufferPool pool;
  net::RequestInput input(kHeaderLimit, pool);
  net::RequestHead head;
  Seen seen;
  while (!bytes.empty() && !seen.is_refused) {
    const auto room = input.room();
    SLUICE_CHECK(!room.empty());
    const std::size_t size = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    input.commit(size);
    Step step{};
    while ((step = input.next(limits, head)) == Step::kRequest) {
      SLUICE_CHECK(input.body().size() <= kBodyLimit);
      std::string text = std::string(head.method) + " " + std::string(head.path);
      for (const auto& field : head.fields) {
        text += "|" + std::string(field.name) + "=" + std::string(field.value);
      }
      // The padding may be read, whatever is in it.
      std::string padded(input.body().size() + net::kBodyPadding, '\0');
      std::memcpy(padded.data(), input.body().data(), padded.size());
      seen.requests.push_back(text + "|" + std::string(input.body()));
      input.consume();
    }
    seen.is_refused = step == Step::kRefusal;
    SLUICE_CHECK(input.capacity() < 200'000);
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Seen whole = parse(bytes, bytes.size());
  const Seen pieces = parse(bytes, std::size_t{data[0]} + 1);
  SLUICE_CHECK(whole.is_refused == pieces.is_refused);
  SLUICE_CHECK(whole.requests == pieces.requests);
  return 0;
}
