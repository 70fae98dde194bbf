// What a client receives, without a socket: the first byte says in what pieces the rest comes and
// what was asked. However the bytes are cut, the same answers come of them, and the same bytes are
// malformed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "net/answer_input.hpp"

namespace {

using namespace sluice;
using Step = net::AnswerInput::Step;

constexpr std::size_t kHeadLimit = 2'000;

struct Seen {
  std::vector<std::string> heads;
  std::string bodies;
  std::size_t ended = 0;
  bool is_malformed = false;
  bool operator==(const Seen&) const = default;
};

std::string text_of(const net::ParsedAnswer& answer) {
  std::string text = std::to_string(answer.status);
  for (const auto& field : answer.fields) {
    text += "|" + std::string(field.name) + "=" + std::string(field.value);
  }
  return text;
}

// Everything that is there. True: more may come.
bool read_on(net::AnswerInput& input, net::Asked asked, net::ParsedAnswer& answer, Seen& seen) {
  while (true) {
    switch (input.next(answer)) {
      case Step::kNeedsMore:
        return true;
      case Step::kHead:
        seen.heads.push_back(text_of(answer));
        break;
      case Step::kBody: {
        SLUICE_CHECK(!input.body().empty());
        // The padding may be read, whatever is in it.
        std::string padded(input.body().size() + net::kBodyPadding, '\0');
        std::memcpy(padded.data(), input.body().data(), padded.size());
        seen.bodies += input.body();
        break;
      }
      case Step::kEnd:
        ++seen.ended;
        seen.bodies += "$";
        if (!input.keeps_alive()) return false;
        input.begin(asked);
        break;
      case Step::kMalformed:
        seen.is_malformed = true;
        return false;
    }
  }
}

Seen parse(std::string_view bytes, std::size_t piece, net::Asked asked) {
  net::BufferPool pool;
  net::AnswerInput input(kHeadLimit, pool);
  net::ParsedAnswer answer;
  Seen seen;
  bool goes_on = true;
  input.begin(asked);
  while (!bytes.empty() && goes_on) {
    const auto room = input.room();
    SLUICE_CHECK(!room.empty());
    const std::size_t size = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    input.commit(size);
    goes_on = read_on(input, asked, answer, seen);
    SLUICE_CHECK(input.capacity() < 200'000);
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto asked = static_cast<net::Asked>(data[0] % 3);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Seen whole = parse(bytes, bytes.size(), asked);
  const Seen pieces = parse(bytes, std::size_t{data[0]} / 3 + 1, asked);
  SLUICE_CHECK(whole == pieces);
  return 0;
}
