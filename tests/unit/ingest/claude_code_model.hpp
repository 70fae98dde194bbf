// Session logs of Claude Code read the slow, obvious way, to hold the real reader against: every
// line becomes a whole document of another library's, ids stay text, all lines are kept. Also what
// tests and the fuzzer say about what the real one gives.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "ingest/claude_code_log.hpp"
#include "ingest/fields.hpp"
#include "ingest/model_name.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

// What there is to compare of a call; `conversation` is a number from 1 in order of appearance.
struct PlainCall {
  std::int64_t at = 0;
  Usage usage;
  std::int64_t thinking_tokens = 0;
  std::string model;
  int conversation = 0;
  std::uint32_t file = 0;
  std::int64_t line = 0;
  bool is_subagent = false;
  bool is_fast = false;
  bool is_batch = false;
  bool is_us_only = false;
  std::int64_t web_searches = 0;
  bool operator==(const PlainCall&) const = default;
};

struct PlainLog {
  std::vector<PlainCall> calls;
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::int64_t duplicates = 0;
  std::int64_t not_calls = 0;
  bool operator==(const PlainLog&) const = default;
};

class ClaudeCodeModel {
 public:
  // None if a line is malformed, unless those are to be counted.
  static std::optional<PlainLog> read(const std::vector<NamedText>& texts, bool count_bad_rows) {
    ClaudeCodeModel model;
    for (std::uint32_t file = 0; file < texts.size(); ++file) {
      model.begin_file(texts[file].name);
      std::string_view rest = texts[file].text;
      for (std::int64_t line = 1; !rest.empty(); ++line) {
        std::string text(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        if (!text.empty() && text.back() == '\r') text.pop_back();
        if (text.find_first_not_of(" \t") == std::string::npos) continue;
        const bool is_good = model.read_line(text, file, line);
        if (!is_good && !count_bad_rows) return std::nullopt;
        ++(is_good ? model.log_.rows : model.log_.bad_rows);
      }
    }
    return model.finish();
  }

 private:
  using Json = nlohmann::json;

  struct Known {
    PlainCall call;
    std::string conversation;
  };
  struct Conversation {
    std::optional<std::int64_t> question;
    std::optional<std::string> call;
  };

  static std::string text_of(const Json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  static bool is_true(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
  }
  static const Json& member(const Json& object, const char* key) {
    static const Json kNone;
    return object.is_object() && object.contains(key) ? object[key] : kNone;
  }
  // None if it is there and no count.
  static std::optional<std::int64_t> count_of(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (value.is_null()) return 0;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 10'000'000) return std::nullopt;
    return value.get<std::int64_t>();
  }
  static int depth_of(const Json& value) {
    int deepest = 0;
    if (value.is_structured()) {
      for (const Json& inner : value) deepest = std::max(deepest, depth_of(inner));
    }
    return deepest + 1;
  }

  void begin_file(const std::string& path) {
    file_name_ = path.substr(path.find_last_of('/') + 1);
    firsts_.clear();
    conversations_.clear();
  }

  std::string conversation_of(const Json& line) {
    const std::string session = text_of(line, "sessionId");
    std::string key = session.empty() ? "file " + file_name_ : "session " + session;
    if (!is_subagent(line)) return key;
    const std::string agent = text_of(line, "agentId");
    if (!agent.empty()) return key + " agent " + agent;
    if (is_agent_file()) return key + " agent file " + file_name_;
    const std::string uuid = text_of(line, "uuid");
    const auto parent = firsts_.find(text_of(line, "parentUuid"));
    const std::string first = parent == firsts_.end() ? uuid : parent->second;
    if (!uuid.empty()) firsts_.emplace(uuid, first);
    return key + " begun by " + first;
  }
  bool is_agent_file() const { return file_name_.rfind("agent-", 0) == 0; }
  bool is_subagent(const Json& line) const {
    return is_true(line, "isSidechain") || is_agent_file();
  }

  bool read_line(const std::string& text, std::uint32_t file, std::int64_t number) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object() || text.substr(0, 3) == "\xef\xbb\xbf" || depth_of(line) > 100) {
      return false;
    }
    std::optional<std::int64_t> at;
    const auto time = timestamp({.name = "", .text = text_of(line, "timestamp")});
    if (time && *time <= kMaxTraceTime) at = ns(*time);
    const std::string type = text_of(line, "type");
    const Json& message = member(line, "message");
    const Json& usage = member(message, "usage");
    if (type != "assistant" || !usage.is_object() || usage.empty() ||
        text_of(message, "model") == "<synthetic>" || is_true(line, "isApiErrorMessage")) {
      ++log_.not_calls;
      const std::string key = conversation_of(line);
      if (type == "user" && at) conversations_[key].question = at;
      return true;
    }
    Known known;
    known.call.model = text_of(message, "model");
    known.call.file = file;
    known.call.line = number;
    known.call.is_subagent = is_subagent(line);
    if (!at || known.call.model.empty() || !read_usage(usage, known.call)) return false;
    known.conversation = conversation_of(line);
    std::string id = text_of(message, "id");
    if (id.empty()) id = text_of(line, "requestId");
    if (id.empty()) id = text_of(line, "uuid");
    known.call.at = asked(conversations_[known.conversation], id, *at);
    assign_model_name(known.call.model, text_of(message, "model"));
    add(id, known);
    return true;
  }

  static std::int64_t asked(Conversation& conversation, const std::string& id, std::int64_t at) {
    if (!id.empty() && conversation.call == id) return at;
    const std::int64_t question = conversation.question.value_or(at);
    conversation = {.question = std::nullopt, .call = id};
    return std::min(question, at);
  }

  static bool read_usage(const Json& usage, PlainCall& call) {
    const Json& written = member(usage, "cache_creation");
    const auto input = count_of(usage, "input_tokens");
    const auto output = count_of(usage, "output_tokens");
    const auto read = count_of(usage, "cache_read_input_tokens");
    const auto creation = count_of(usage, "cache_creation_input_tokens");
    const auto five_minutes = count_of(written, "ephemeral_5m_input_tokens");
    const auto one_hour = count_of(written, "ephemeral_1h_input_tokens");
    const auto thinking = count_of(member(usage, "output_tokens_details"), "thinking_tokens");
    const auto searches = count_of(member(usage, "server_tool_use"), "web_search_requests");
    if (!input || !output || !read || !creation || !five_minutes || !one_hour || !thinking ||
        !searches) {
      return false;
    }
    call.usage = {.input_tokens = *input,
                  .cache_creation_5m_input_tokens = std::max(*five_minutes, *creation - *one_hour),
                  .cache_creation_1h_input_tokens = *one_hour,
                  .cache_read_input_tokens = *read,
                  .output_tokens = *output};
    call.thinking_tokens = std::min(*thinking, *output);
    call.is_fast = text_of(usage, "speed") == "fast";
    call.is_batch = text_of(usage, "service_tier") == "batch";
    call.is_us_only = text_of(usage, "inference_geo") == "us";
    call.web_searches = *searches;
    return call.usage.prompt_tokens() <= 10'000'000;
  }

  void add(const std::string& id, const Known& seen) {
    for (auto& [known_id, known] : calls_) {
      if (id.empty() || known_id != id) continue;
      ++log_.duplicates;
      const PlainCall before = known.call;
      if (before.is_subagent && !seen.call.is_subagent) known = seen;
      const PlainCall& fuller =
          seen.call.usage.output_tokens > before.usage.output_tokens ? seen.call : before;
      known.call.usage = fuller.usage;
      known.call.thinking_tokens = fuller.thinking_tokens;
      known.call.is_fast = fuller.is_fast;
      known.call.is_batch = fuller.is_batch;
      known.call.is_us_only = fuller.is_us_only;
      known.call.web_searches = fuller.web_searches;
      return;
    }
    calls_.emplace_back(id, seen);
  }

  PlainLog finish() {
    std::sort(calls_.begin(), calls_.end(), [](const auto& a, const auto& b) {
      const auto key = [](const PlainCall& call) {
        return std::tuple(call.at, call.file, call.line);
      };
      return key(a.second.call) < key(b.second.call);
    });
    std::map<std::string, int> numbers;
    for (auto& [id, known] : calls_) {
      const int next = static_cast<int>(numbers.size()) + 1;
      known.call.conversation = numbers.emplace(known.conversation, next).first->second;
      log_.calls.push_back(known.call);
    }
    return log_;
  }

  std::string file_name_;
  std::map<std::string, std::string> firsts_;  // of a sidechain's lines, by uuid
  std::map<std::string, Conversation> conversations_;
  std::vector<std::pair<std::string, Known>> calls_;
  PlainLog log_;
};

// What the real reader gives, in the same words; `error` if it ends with one.
struct RealLog {
  PlainLog log;
  std::string error;
};

inline RealLog read_plainly(ImportSource& source) {
  RealLog real;
  std::map<std::int64_t, int> numbers;
  for (ImportedCall call;;) {
    const Result<bool> more = source.next(call);
    if (!more) real.error = more.error().text();
    if (!more || !*more) break;
    const int next = static_cast<int>(numbers.size()) + 1;
    real.log.calls.push_back(
        {.at = ns(call.request.at),
         .usage = call.usage.value(),
         .thinking_tokens = call.request.thinking_tokens,
         .model = call.request.model,
         .conversation = numbers.emplace(call.request.session.value(), next).first->second,
         .file = call.file,
         .line = call.request.line,
         .is_subagent = call.is_subagent,
         .is_fast = call.is_fast,
         .is_batch = call.is_batch,
         .is_us_only = call.is_us_only,
         .web_searches = call.web_searches});
  }
  const ImportFacts& facts = source.facts();
  real.log.rows = facts.rows;
  real.log.bad_rows = facts.bad_rows;
  real.log.duplicates = facts.duplicates;
  real.log.not_calls = facts.not_calls;
  return real;
}

}  // namespace sluice::ingest
