// The reader against the slow one of claude_code_model.hpp, over logs that are made to confuse.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "claude_code_model.hpp"
#include "fixtures.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

// Writes lines with members in any order, look-alikes of the members that count at every depth and
// inside texts, escapes where none are needed, and values of the wrong type or size.
class LogWriter {
 public:
  explicit LogWriter(std::uint64_t seed) : draw_(seed) {}

  std::vector<NamedText> names() {
    constexpr std::array<std::string_view, 5> kNames{"p/s0.jsonl", "p/s1.jsonl", "q/s0.jsonl",
                                                     "p/s0/subagents/agent-a0.jsonl",
                                                     "p/agent-s1.jsonl"};
    std::vector<NamedText> files;
    for (std::int64_t i = 0; i <= draw_.below(4); ++i) {
      files.push_back({.name = std::string(kNames[index(kNames.size())]), .text = {}});
    }
    return files;
  }

  std::string text(bool with_damage) {
    std::string text;
    for (std::int64_t count = draw_.below(40); count > 0; --count) {
      std::string row = line();
      if (with_damage && one_in(10)) row.resize(index(row.size()));
      text += row + (one_in(8) ? "\r\n" : "\n") + (one_in(20) ? " \t\n" : "");
    }
    if (one_in(3) && !text.empty()) text.pop_back();  // the last line may lack its end
    return text;
  }

 private:
  bool one_in(std::int64_t count) { return draw_.below(count) == 0; }
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(draw_.below(static_cast<std::int64_t>(size)));
  }
  std::string space() { return one_in(6) ? std::string(index(3), ' ') + "\t" : std::string(); }

  // A JSON text that means `plain`.
  std::string quoted(std::string_view plain) {
    std::string text = "\"";
    for (const char c : plain) {
      if (static_cast<unsigned char>(c) < 0x20 || (one_in(30) && static_cast<signed char>(c) > 0)) {
        text += fmt::format("\\u{:04x}", static_cast<int>(c));
      } else {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
    }
    return text + "\"";
  }

  std::string object(std::vector<std::string> members) {
    for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[index(i)]);
    std::string text = "{";
    for (const std::string& member : members) {
      text += (text.size() > 1 ? "," : "") + space() + member + space();
    }
    return text + "}";
  }
  std::string member(std::string_view name, std::string_view value) {
    return quoted(name) + space() + ":" + space() + std::string(value);
  }
  std::string text_of(std::string_view name, char prefix, std::int64_t kinds) {
    if (one_in(40)) return member(name, one_in(2) ? "null" : "[17,{}]");
    return member(name, quoted(fmt::format("{}{}", prefix, draw_.below(kinds))));
  }

  std::string count() {
    constexpr std::array<std::string_view, 8> kWrong{
        "-1", "1.5", "\"7\"", "10000001", "99999999999999999999999", "1e3", "true", "{\"a\":1}"};
    if (one_in(150)) return std::string(kWrong[index(kWrong.size())]);
    if (one_in(30)) return one_in(2) ? "null" : "10000000";
    return fmt::format("{}", draw_.below(300));
  }

  std::string usage() {
    std::vector<std::string> members{member("input_tokens", count()),
                                     member("output_tokens", count())};
    if (!one_in(4)) members.push_back(member("cache_creation_input_tokens", count()));
    if (!one_in(4)) members.push_back(member("cache_read_input_tokens", count()));
    if (one_in(2)) {
      members.push_back(member(
          "cache_creation", one_in(20) ? "null"
                                       : object({member("ephemeral_5m_input_tokens", count()),
                                                 member("ephemeral_1h_input_tokens", count())})));
    }
    if (one_in(4)) {
      members.push_back(
          member("output_tokens_details", object({member("thinking_tokens", count())})));
    }
    if (one_in(20)) members.push_back(member("cache_creation", one_in(2) ? "{}" : "null"));
    if (one_in(3)) members.push_back(member("speed", one_in(2) ? "\"fast\"" : "\"standard\""));
    if (one_in(3)) members.push_back(member("service_tier", one_in(2) ? "\"batch\"" : "null"));
    if (one_in(5)) members.push_back(member("output_tokens", count()));  // twice
    if (one_in(3)) members.push_back(member("inference_geo", one_in(2) ? "\"us\"" : "\"global\""));
    if (one_in(5)) {
      members.push_back(
          member("server_tool_use",
                 object({member("usage", "{}"), member("web_search_requests", count())})));
    }
    return one_in(30) ? "{}" : object(members);
  }

  std::string time() {
    if (one_in(25)) return one_in(2) ? "\"soon\"" : "\"2169-02-30T00:00:00Z\"";
    return fmt::format("\"2026-09-0{}T0{}:{:02}:{:02}.{:03}Z\"", 1 + draw_.below(2), draw_.below(2),
                       draw_.below(3), draw_.below(60), draw_.below(1000));
  }

  // Anything, with look-alikes of what counts.
  std::string content(int depth) {
    switch (draw_.below(depth > 3 ? 3 : 6)) {
      case 0:
        return quoted("x\"timestamp\":\"2001-01-01T00:00:00Z\",\"type\":\"assistant\"\\");
      case 1:
        return quoted(
            "\xc3\xa9\xe8\xa1\xa8\xf0\x9f\x98\x80\n}{][\",\"usage\":{\"input_tokens\":9}");
      case 2:
        return one_in(2) ? "-1.5e-7" : "[]";
      case 3:
        return "[" + content(depth + 1) + "," + content(depth + 1) + "]";
      case 4:
        return line(depth + 1);
      default:
        return object({member("usage", usage()), member("content", content(depth + 1)),
                       member("uuid", content(depth + 1))});
    }
  }

  std::string message(int depth) {
    if (one_in(40)) return content(depth + 1);
    std::vector<std::string> members{text_of("id", 'm', 12), member("content", content(depth + 1))};
    if (!one_in(30)) {
      constexpr std::array<std::string_view, 4> kModels{"claude-opus-5-5", "<synthetic>",
                                                        "vendor/claude opus\n[1m]", "claude-haiku"};
      members.push_back(
          member("model", one_in(2) ? quoted(kModels[0]) : quoted(kModels[index(4)])));
    }
    if (!one_in(5)) members.push_back(member("usage", usage()));
    if (one_in(9)) members.push_back(member("type", "\"user\""));
    return object(members);
  }

  std::string line(int depth = 0) {
    constexpr std::array<std::string_view, 6> kTypes{"assistant", "assistant", "assistant",
                                                     "user",      "user",      "progress"};
    std::vector<std::string> members{member("type", quoted(kTypes[index(kTypes.size())])),
                                     member("timestamp", time()), text_of("uuid", 'u', 40)};
    if (!one_in(6)) members.push_back(member("message", message(depth)));
    if (one_in(40)) members.push_back(member("message", message(depth)));  // twice
    if (!one_in(8)) members.push_back(text_of("sessionId", 's', 3));
    if (!one_in(4)) members.push_back(text_of("parentUuid", 'u', 40));
    if (!one_in(4)) members.push_back(text_of("requestId", 'r', 6));
    if (one_in(2)) members.push_back(member("isSidechain", one_in(2) ? "true" : "false"));
    if (one_in(4)) members.push_back(text_of("agentId", 'a', 3));
    if (one_in(20)) members.push_back(member("isApiErrorMessage", one_in(2) ? "true" : "null"));
    if (one_in(5)) members.push_back(member("toolUseResult", content(depth + 1)));
    if (one_in(20)) members.push_back(member("type", "\"user\""));  // twice
    return object(members);
  }

  FixtureDraw draw_;
};

TEST_CASE("random session logs are read as a slow reader of whole documents reads them") {
  std::int64_t calls = 0;
  std::int64_t duplicates = 0;
  std::int64_t bad_rows = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    LogWriter writer(seed);
    std::vector<NamedText> files = writer.names();
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < files.size(); ++i) texts.push_back(writer.text(seed % 2 == 0));
    for (std::size_t i = 0; i < files.size(); ++i) files[i].text = texts[i];
    PlainLog expected = ClaudeCodeModel::read(files, true).value();
    const RealLog real = read_plainly(*read_claude_code(files));
    if (!real.error.empty()) {
      CHECK((expected.calls.empty() || expected.bad_rows > expected.rows));
      expected.calls.clear();
    }
    if (real.log != expected) {
      for (const NamedText& file : files) UNSCOPED_INFO(file.name << "\n" << file.text);
      FAIL("seed " << seed << ": " << real.error);
    }
    calls += static_cast<std::int64_t>(expected.calls.size());
    duplicates += expected.duplicates;
    bad_rows += expected.bad_rows;
  }
  CHECK(calls > 2000);
  CHECK(duplicates > 1000);
  CHECK(bad_rows > 300);
}

}  // namespace
}  // namespace sluice::ingest
