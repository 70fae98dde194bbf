#include "base/printable.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("letters of any script are printed as they are") {
  for (const char* text :
       {"", "a b.csv", "C:\\x", "\xc3\xa4\xe8\xa1\xa8\xf0\x9f\x98\x80", "\xc2\xa0"}) {
    CHECK(printable(text) == text);
  }
}

TEST_CASE("what commands a terminal, and what is not UTF-8, is shown as its bytes") {
  CHECK(printable("a\n\x1b[2J\x7f") == "a\\x0a\\x1b[2J\\x7f");
  CHECK(printable("\xc2\x9b"
                  "2J") ==
        "\\xc2\\x9b"
        "2J");
  CHECK(printable("\xff"
                  "a\xc3") ==
        "\\xff"
        "a\\xc3");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("\xc0\x8a") == "\\xc0\\x8a");
}

TEST_CASE("an error's place is printable whatever a file is called") {
  const Error error{ErrorCode::kInvalidInput, "a\x1b]0;x\n:3", "is\nbad"};
  CHECK(error.text() == "a\\x1b]0;x\\x0a:3: is\nbad");
}

}  // namespace
}  // namespace sluice
