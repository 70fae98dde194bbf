// Takes a chunked body apart (with Beast): raw bytes in, the body's bytes out, in pieces as they
// come. Chunk extensions and trailers are read over.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace sluice::net {

class ChunkedBody {
 public:
  ChunkedBody();
  ~ChunkedBody();

  struct Step {
    std::size_t raw_used = 0;  // of `raw`; what is left must come again with more behind it
    std::size_t decoded = 0;   // bytes written to `out`
  };
  // `out` is where the body goes on: at or before raw.data(), so that a buffer is decoded in place.
  Step decode(std::string_view raw, char* out);

  bool is_done() const noexcept;
  bool is_malformed() const noexcept;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sluice::net
