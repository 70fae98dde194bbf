#include "net/chunked_body.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/check.hpp"
#include "net/beast_parser.hpp"

namespace sluice::net {
namespace {

// A parser of Beast's begins with a head; this one brings it to where a chunked body starts.
constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::uint32_t kTrailerLimit = 16 * 1024;

}  // namespace

class ChunkedBody::Parser final : public BeastParser {
 public:
  char* out = nullptr;
  bool is_malformed = false;

 private:
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorWord&) override {
    std::memmove(out, body.data(), body.size());
    out += body.size();
    return body.size();
  }
};

ChunkedBody::ChunkedBody() : parser_(std::make_unique<Parser>()) {
  parser_->body_limit(boost::none);
  parser_->header_limit(kTrailerLimit);
  parser_->eager(true);
  BeastParser::ErrorWord error;
  parser_->put_text(kHead, error);
  SLUICE_CHECK(parser_->is_header_done());
}

ChunkedBody::~ChunkedBody() = default;

ChunkedBody::Step ChunkedBody::decode(std::string_view raw, char* out) {
  parser_->out = out;
  Step step;
  while (step.raw_used < raw.size() && !parser_->is_done()) {
    BeastParser::ErrorWord error;
    const std::size_t used = parser_->put_text(raw.substr(step.raw_used), error);
    step.raw_used += used;
    if (error && error != http::error::need_more) parser_->is_malformed = true;
    if (error || used == 0) break;
  }
  step.decoded = static_cast<std::size_t>(parser_->out - out);
  return step;
}

bool ChunkedBody::is_done() const noexcept { return parser_->is_done(); }
bool ChunkedBody::is_malformed() const noexcept { return parser_->is_malformed; }

}  // namespace sluice::net
