#include "ingest/claude_code_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/hash.hpp"
#include "ingest/json_problem.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/model_name.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

struct ClaudeCodeLineParser::Buffers {
  simdjson::ondemand::parser parser;
};

namespace {

using simdjson::error_code;
using simdjson::ondemand::json_type;

// What a member holds: T{} where it is absent or null. Only the members of a call have to be of the
// right type, and whether a line is a call is known at its end; so a wrong one is noted first.
template <class T>
struct Seen {
  T value{};
  bool is_wrong = false;
};
using Text = Seen<std::string_view>;
using Count = Seen<std::int64_t>;
using Flag = Seen<bool>;

struct UsageMembers {
  bool is_given = false;
  Count input, cache_creation, cache_read, output, written_5m, written_1h, thinking, web_searches;
  Text service_tier, speed, inference_geo;
};

struct MessageMembers {
  Text id, model;
  UsageMembers usage;
};

struct LineMembers {
  Text type, timestamp, session, agent, uuid, parent_uuid, request;
  Flag is_sidechain, is_api_error;
  MessageMembers message;
};

// The readers below answer with an error only where the text is no JSON.

error_code read(simdjson::ondemand::value value, Text& into) {
  into = {};
  json_type type{};
  if (const error_code problem = value.type().get(type)) return problem;
  if (type == json_type::string) return value.get_string().get(into.value);
  into.is_wrong = type != json_type::null;
  return simdjson::SUCCESS;
}

error_code read(simdjson::ondemand::value value, Flag& into) {
  into = {};
  json_type type{};
  if (const error_code problem = value.type().get(type)) return problem;
  if (type == json_type::boolean) return value.get_bool().get(into.value);
  into.is_wrong = type != json_type::null;
  return simdjson::SUCCESS;
}

error_code read(simdjson::ondemand::value value, Count& into) {
  into = {};
  json_type type{};
  if (const error_code problem = value.type().get(type)) return problem;
  std::uint64_t number = 0;
  if (type == json_type::number && value.get_uint64().get(number) == simdjson::SUCCESS &&
      number <= static_cast<std::uint64_t>(kMaxTokensPerRow)) {
    into.value = static_cast<std::int64_t>(number);
  } else {
    into.is_wrong = type != json_type::null;
  }
  return simdjson::SUCCESS;
}

template <class Take>
error_code read_members(simdjson::ondemand::object object, const Take& take) {
  for (auto entry : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (const error_code problem = std::move(entry).get(field)) return problem;
    if (const error_code problem = field.unescaped_key().get(key)) return problem;
    if (const error_code problem = take(key, field.value())) return problem;
  }
  return simdjson::SUCCESS;
}

// Passes over what is no object.
template <class Take>
error_code read_members(simdjson::ondemand::value value, const Take& take) {
  json_type type{};
  simdjson::ondemand::object object;
  if (const error_code problem = value.type().get(type)) return problem;
  if (type != json_type::object) return simdjson::SUCCESS;
  if (const error_code problem = value.get_object().get(object)) return problem;
  return read_members(object, take);
}

error_code read_usage(simdjson::ondemand::value value, UsageMembers& usage) {
  usage = {};
  return read_members(value, [&](std::string_view key, simdjson::ondemand::value member) {
    usage.is_given = true;
    if (key == "input_tokens") return read(member, usage.input);
    if (key == "output_tokens") return read(member, usage.output);
    if (key == "cache_read_input_tokens") return read(member, usage.cache_read);
    if (key == "cache_creation_input_tokens") return read(member, usage.cache_creation);
    if (key == "service_tier") return read(member, usage.service_tier);
    if (key == "speed") return read(member, usage.speed);
    if (key == "inference_geo") return read(member, usage.inference_geo);
    if (key == "cache_creation") {
      usage.written_5m = usage.written_1h = {};
      return read_members(member, [&](std::string_view name, simdjson::ondemand::value count) {
        if (name == "ephemeral_5m_input_tokens") return read(count, usage.written_5m);
        if (name == "ephemeral_1h_input_tokens") return read(count, usage.written_1h);
        return simdjson::SUCCESS;
      });
    }
    if (key == "server_tool_use") {
      usage.web_searches = {};
      return read_members(member, [&](std::string_view name, simdjson::ondemand::value count) {
        return name == "web_search_requests" ? read(count, usage.web_searches) : simdjson::SUCCESS;
      });
    }
    if (key == "output_tokens_details") {
      usage.thinking = {};
      return read_members(member, [&](std::string_view name, simdjson::ondemand::value count) {
        return name == "thinking_tokens" ? read(count, usage.thinking) : simdjson::SUCCESS;
      });
    }
    return simdjson::SUCCESS;
  });
}

error_code read_message(simdjson::ondemand::value value, MessageMembers& message) {
  message = {};
  return read_members(value, [&](std::string_view key, simdjson::ondemand::value member) {
    if (key == "id") return read(member, message.id);
    if (key == "model") return read(member, message.model);
    if (key == "usage") return read_usage(member, message.usage);
    return simdjson::SUCCESS;
  });
}

error_code read_line(simdjson::ondemand::object object, LineMembers& line) {
  return read_members(object, [&](std::string_view key, simdjson::ondemand::value member) {
    if (key == "type") return read(member, line.type);
    if (key == "timestamp") return read(member, line.timestamp);
    if (key == "sessionId") return read(member, line.session);
    if (key == "agentId") return read(member, line.agent);
    if (key == "uuid") return read(member, line.uuid);
    if (key == "parentUuid") return read(member, line.parent_uuid);
    if (key == "requestId") return read(member, line.request);
    if (key == "isSidechain") return read(member, line.is_sidechain);
    if (key == "isApiErrorMessage") return read(member, line.is_api_error);
    if (key == "message") return read_message(member, line.message);
    return simdjson::SUCCESS;
  });
}

tl::unexpected<std::string> not_json_line(error_code problem) {
  return tl::unexpected(fmt::format("the line is not valid JSON ({}); expected one object a line",
                                    json_problem(problem)));
}

std::uint64_t hash_of(const Text& text) noexcept {
  return text.value.empty() ? 0 : stable_hash(text.value);
}

std::optional<Duration> time_of(const Text& text) {
  const FieldResult<Duration> at = timestamp({.name = "timestamp", .text = text.value});
  if (!at || *at > kMaxTraceTime) return std::nullopt;
  return *at;
}

FieldResult<void> fill_usage(const UsageMembers& members, ClaudeCodeLine& line) {
  const auto wrong = [](std::string_view name) {
    return tl::unexpected(
        fmt::format("message.usage.{} is not a whole number from 0 to {}", name, kMaxTokensPerRow));
  };
  if (members.input.is_wrong) return wrong("input_tokens");
  if (members.output.is_wrong) return wrong("output_tokens");
  if (members.cache_read.is_wrong) return wrong("cache_read_input_tokens");
  if (members.cache_creation.is_wrong) return wrong("cache_creation_input_tokens");
  if (members.written_5m.is_wrong) return wrong("cache_creation.ephemeral_5m_input_tokens");
  if (members.written_1h.is_wrong) return wrong("cache_creation.ephemeral_1h_input_tokens");
  if (members.thinking.is_wrong) return wrong("output_tokens_details.thinking_tokens");
  if (members.web_searches.is_wrong) return wrong("server_tool_use.web_search_requests");
  const std::int64_t one_hour = members.written_1h.value;
  line.usage = {
      .input_tokens = members.input.value,
      .cache_creation_5m_input_tokens =
          std::max(members.written_5m.value, members.cache_creation.value - one_hour),
      .cache_creation_1h_input_tokens = one_hour,
      .cache_read_input_tokens = members.cache_read.value,
      .output_tokens = members.output.value,
  };
  if (line.usage.prompt_tokens() > kMaxTokensPerRow) {
    return tl::unexpected(
        fmt::format("the input tokens of message.usage are more than {}", kMaxTokensPerRow));
  }
  line.thinking_tokens = std::min(members.thinking.value, members.output.value);
  line.is_fast = members.speed.value == "fast";
  line.is_batch = members.service_tier.value == "batch";
  line.is_us_only = members.inference_geo.value == "us";
  line.web_searches = members.web_searches.value;
  return {};
}

FieldResult<void> fill_call(const LineMembers& members, ClaudeCodeLine& line) {
  if (!line.at) {
    return tl::unexpected(
        std::string("timestamp is not a date and time from 1970 to 2069, such as "
                    "2026-10-01T12:00:00.000Z"));
  }
  const MessageMembers& message = members.message;
  if (message.model.value.empty())
    return tl::unexpected(std::string("message.model is not a text"));
  assign_model_name(line.model, message.model.value);
  line.call = hash_of(message.id);
  if (line.call == 0) line.call = hash_of(members.request);
  if (line.call == 0) line.call = line.uuid;
  return fill_usage(message.usage, line);
}

FieldResult<void> fill(const LineMembers& members, ClaudeCodeLine& line) {
  using Kind = ClaudeCodeLine::Kind;
  const MessageMembers& message = members.message;
  const std::string_view type = members.type.value;
  line.kind = Kind::kOther;
  if (type == "user") line.kind = Kind::kUser;
  const bool is_answer =
      message.usage.is_given && message.model.value != "<synthetic>" && !members.is_api_error.value;
  if (type == "assistant" && is_answer) line.kind = Kind::kCall;
  line.at = time_of(members.timestamp);
  line.uuid = hash_of(members.uuid);
  line.parent_uuid = hash_of(members.parent_uuid);
  line.session = hash_of(members.session);
  line.agent = hash_of(members.agent);
  line.is_sidechain = members.is_sidechain.value;
  return line.kind == Kind::kCall ? fill_call(members, line) : FieldResult<void>{};
}

}  // namespace

ClaudeCodeLineParser::ClaudeCodeLineParser() : buffers_(std::make_unique<Buffers>()) {}
ClaudeCodeLineParser::ClaudeCodeLineParser(ClaudeCodeLineParser&&) noexcept = default;
ClaudeCodeLineParser& ClaudeCodeLineParser::operator=(ClaudeCodeLineParser&&) noexcept = default;
ClaudeCodeLineParser::~ClaudeCodeLineParser() = default;

FieldResult<void> ClaudeCodeLineParser::parse(std::string_view text, ClaudeCodeLine& line) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const std::size_t readable = text.size() + simdjson::SIMDJSON_PADDING;
  if (const error_code problem =
          buffers_->parser.iterate(text.data(), text.size(), readable).get(document)) {
    return not_json_line(problem);
  }
  if (const error_code problem = document.get_object().get(object)) return not_json_line(problem);
  LineMembers members;
  if (const error_code problem = read_line(object, members)) return not_json_line(problem);
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return tl::unexpected(
        std::string("text follows the line's object; expected one object a line"));
  }
  return fill(members, line);
}

}  // namespace sluice::ingest
