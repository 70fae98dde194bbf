#include "wire/json_text.hpp"

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

std::optional<std::string> unescaped(std::string_view raw) {
  const std::string padded = std::string(raw) + std::string(16, '\\');
  std::string out(raw.size() + 16, '\0');
  const auto size = unescape(std::string_view(padded).substr(0, raw.size()), out.data());
  if (!size) return std::nullopt;
  out.resize(*size);
  return out;
}

TEST_CASE("every escape of JSON becomes its character") {
  CHECK(unescaped(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
  CHECK(unescaped(R"(\u0041\u00e9\u6F22\ud83d\uDE00)") == "Aé漢😀");
  CHECK(unescaped("plain") == "plain");
  CHECK(unescaped("") == "");
}

TEST_CASE("what JSON does not know is refused") {
  for (const std::string_view raw :
       {"\\", "\\q", "\\u", "\\u12", "\\u12g4", "\\ud83d", "\\ud83d\\n", "\\ud83d\\u0041",
        "\\ude00", "\\ud83d\\ud83d", "x\\", "\\U0041"}) {
    INFO(raw);
    CHECK(!unescaped(raw));
  }
}

TEST_CASE("texts of all lengths come back from their escaped form") {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += i % 11 == 0 ? "\n" : i % 17 == 0 ? "é" : i % 23 == 0 ? "\"" : "a";
    const std::string quoted = nlohmann::json(text).dump(-1, ' ', i % 2 == 0);
    CHECK(unescaped(std::string_view(quoted).substr(1, quoted.size() - 2)) == text);
  }
}

}  // namespace
}  // namespace sluice::wire
