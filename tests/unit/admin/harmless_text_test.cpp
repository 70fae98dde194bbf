// What a server may name things, on its way to a terminal.
#include "admin/harmless_text.hpp"

#include "support/catch.hpp"

namespace {

using sluice::admin::harmless_text;

TEST_CASE("control characters of ASCII and above it are struck") {
  CHECK(harmless_text("a\x1b[31mb\nc\x7f") == "a?[31mb?c?");
  CHECK(harmless_text("a\xC2\x9B"
                      "31mb\xC2\x80\xC2\x9F") == "a?31mb??");
}

TEST_CASE("what turns the order of letters around or hides is struck") {
  for (const char* const harmful :
       {"\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
        "\u2068", "\u2069", "\u2028", "\u2029", "\u061C", "\uFEFF", "\u200B", "\U000E0041"}) {
    INFO(harmful);
    CHECK(harmless_text(std::string("web") + harmful + "gpj") == "web?gpj");
  }
}

TEST_CASE("names in any script stay as they are") {
  for (const char* const name : {"Z\u00FCrich \u00A0", "\u05D0\u05D1", "\u6771\u4EAC", "\U0001F600",
                                 "na\u200Cme", "\u2013"}) {
    CHECK(harmless_text(name) == name);
  }
}

TEST_CASE("a long name ends before a character that would be cut") {
  const std::string text = std::string(199, 'a') + "\u00E9";
  CHECK(harmless_text(text) == std::string(199, 'a'));
  CHECK(harmless_text("\xE2\x80").size() <= 2);  // no UTF-8 at all
}

}  // namespace
