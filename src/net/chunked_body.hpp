// Takes a chunked body apart: raw bytes in, the body's bytes out, in pieces as they come. Chunk
// extensions and trailers are read over. Our own: Beast's parser asserts on a last chunk that
// arrives in two pieces (1.81), which any client could send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::net {

class ChunkedBody {
 public:
  struct Step {
    std::size_t raw_used = 0;  // of `raw`; what is left must come again with more behind it
    std::size_t decoded = 0;   // bytes written to `out`
  };
  // `out` is where the body goes on: at or before raw.data(), so that a buffer is decoded in place.
  Step decode(std::string_view raw, char* out);

  bool is_done() const noexcept { return state_ == State::kDone; }
  bool is_malformed() const noexcept { return state_ == State::kMalformed; }

 private:
  enum class State : std::uint8_t { kSize, kData, kDataEnd, kTrailer, kDone, kMalformed };
  void read_size(std::string_view line) noexcept;
  void read_trailer(std::string_view line) noexcept;

  State state_ = State::kSize;
  std::uint64_t left_ = 0;  // of the chunk
  std::size_t trailers_ = 0;
};

}  // namespace sluice::net
