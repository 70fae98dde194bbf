#include "mock/fault_header.hpp"

#include <string>

#include "support/catch.hpp"

namespace sluice::mock {
namespace {

FaultHeader read_header(std::string_view header) {
  const auto parsed = parse_fault_header(header);
  INFO(header);
  REQUIRE(parsed);
  return *parsed;
}

TEST_CASE("a fault is named, with or without its parameter") {
  CHECK(read_header("429").fault == AskedFault::kRateLimit);
  CHECK(read_header("429").value == 1);
  CHECK(read_header("429; retry-after=7").value == 7);
  CHECK(read_header(" 429 ;retry-after = 7 ").value == 7);
  CHECK(read_header("stall; seconds=3").value == 3);
  CHECK(read_header("slow; tokens-per-second=20").value == 20);
  CHECK(read_header("malformed-sse").fault == AskedFault::kMalformedSse);
  CHECK(read_header("error-in-stream").fault == AskedFault::kErrorInStream);
}

TEST_CASE("what is no fault is told what would be one") {
  for (const std::string_view header :
       {"", "430", "529; retry-after=7", "429; seconds=7", "429; retry-after=x",
        "429; retry-after=0", "429; retry-after=99999999999999999999", "stall; seconds",
        "slow; tokens-per-second=-5", "DISCONNECT"}) {
    INFO(header);
    const auto parsed = parse_fault_header(header);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().text().find("429; retry-after=1, 529, 500, 504, disconnect, truncate, "
                                     "stall; seconds=30") != std::string::npos);
  }
}

TEST_CASE("only refusals and disconnects are answered before the limits") {
  CHECK(refusal_of(AskedFault::kRateLimit) == ErrorKind::kRateLimit);
  CHECK(refusal_of(AskedFault::kOverloaded) == ErrorKind::kOverloaded);
  CHECK(refusal_of(AskedFault::kDisconnect) == ErrorKind::kConnection);
  CHECK(refusal_of(AskedFault::kTruncate) == ErrorKind::kNone);
  CHECK(refusal_of(AskedFault::kErrorInStream) == ErrorKind::kNone);
}

}  // namespace
}  // namespace sluice::mock
