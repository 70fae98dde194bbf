// From a RequestSpec to the request that goes out: a real prompt of the planned number of tokens,
// whose shared prefixes and conversations are the same text wherever the plan says that they are
// the same, so that they really hit the cache; an output steered to its planned length; the header
// by which a mock knows what the simulator would draw. Deterministic: the same request, the same
// bytes.
//
// The shared prefix is the system prompt; everything else is one user message of one text block a
// turn (prompt_layout.hpp), so that a prefix's hash never depends on what follows. A mock draws the
// output that the header names. Any other target is asked at the prompt's end for at least so many
// words, as a part of the planned prompt, and cut off by max_tokens at the planned number of
// tokens. Thinking is approximate there: it is switched on where the plan has any and max_tokens
// leaves room for the API's smallest budget of 1,024 tokens, with the planned number as budget; in
// a conversation that is cached always with 1,024, since another budget loses the cache.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.hpp"
#include "live/prompt_layout.hpp"
#include "policy/run_plan.hpp"
#include "wire/answer_reader.hpp"

namespace sluice::live {

struct WriterOptions {
  wire::AnswerFormat format = wire::AnswerFormat::kMessages;
  bool target_is_mock = false;  // a sluice mock: names requests, one word is one token
  std::string api_version = "2023-06-01";
  // --header, "name: value": each replaces the line of that name. Credentials are not among those
  // that a RequestWriter writes (live/given_headers.hpp).
  std::vector<std::string> headers{};
  std::vector<std::string> model_ids{};  // of the API, as RunPlan::models; empty: the plan's names
  std::string user_agent = "sluice";     // "sluice/0.1.0"
  std::uint64_t replication = 0;         // of the load generator's draws
};

// The most that an attempt can be billed for, whatever the server's tokenizer makes of our words.
struct TokenBounds {
  std::int64_t prompt = 0;
  std::int64_t output = 0;  // max_tokens as it is sent
  bool operator==(const TokenBounds&) const = default;
};

class RequestWriter {
 public:
  RequestWriter(const RunPlan& plan, WriterOptions options);

  // Replaces `body`.
  void write_body(const RequestSpec& spec, std::string& body) const;
  // The lines that go with it, but for the credential's; replaces `fields`.
  void write_fields(const RequestSpec& spec, std::int32_t attempt, std::string& fields) const;
  std::string_view path() const noexcept;  // "/v1/messages"
  // The lines that every call has, prompts that are counted included.
  const std::string& common_fields() const noexcept { return common_fields_; }
  // What of --header is struck out of what the server says.
  const std::vector<std::string>& given_secrets() const noexcept { return given_secrets_; }

  // A mock counts exactly the planned prompt. For others each byte of text counts as a token, for a
  // token has at least one: four times the planned prompt, and a little for its form.
  TokenBounds bounds(const RequestSpec& spec) const noexcept;

  // How many words of the vocabulary make a thousand tokens of that model (1000 for a mock); from
  // calibrate_prompts() for others.
  void set_words_per_kilotoken(ModelId model, std::int64_t words) noexcept;
  // The body of a count_tokens call with a prompt of so many words.
  void write_count_body(ModelId model, std::int64_t words, std::string& body) const;

 private:
  const std::string& model_id(ModelId model) const noexcept;
  std::int64_t words_of(ModelId model, std::int64_t tokens) const noexcept;
  std::int64_t max_tokens(const RequestSpec& spec) const noexcept;
  void lay_out(const RequestSpec& spec) const;
  void append_text(const PromptPart& part, std::string& body) const;
  void append_blocks(bool is_system, std::string& body) const;
  void append_messages_prompt(const RequestSpec& spec, std::string& body) const;
  void append_chat_prompt(const RequestSpec& spec, std::string& body) const;
  void append_thinking(const RequestSpec& spec, std::string& body) const;

  const RunPlan& plan_;
  WriterOptions options_;
  PromptLayout layout_;
  std::vector<std::int64_t> words_per_kilotoken_;
  std::string common_fields_;
  std::vector<std::string> given_secrets_;
  // Whether these lines are written: not what --header gives.
  bool says_what_is_accepted_ = true;
  bool counts_retries_ = true;
  bool names_requests_ = false;
  // Of the body that is being written: its blocks, in words.
  mutable std::vector<PromptPart> parts_;
};

}  // namespace sluice::live
