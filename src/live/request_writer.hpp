// From a RequestSpec to the request that goes out: a real prompt of the planned number of tokens,
// whose shared prefixes and conversations are the same text wherever the plan says that they are
// the same, so that they really hit the cache; an output steered to its planned length; the header
// by which a mock knows what the simulator would draw. Deterministic: the same request, the same
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/request.hpp"
#include "policy/run_plan.hpp"
#include "wire/answer_reader.hpp"

namespace sluice::live {

struct WriterOptions {
  wire::AnswerFormat format = wire::AnswerFormat::kMessages;
  bool target_is_mock = false;  // a sluice mock: names requests, one word is one token
  std::string api_version = "2023-06-01";
  std::vector<std::string> headers{};  // --header, "name: value"
  std::vector<std::string> model_ids;  // of the API, as RunPlan::models
};

class RequestWriter {
 public:
  RequestWriter(const RunPlan& plan, WriterOptions options);

  // Replaces `body`.
  void write_body(const RequestSpec& spec, std::string& body) const;
  // The lines that go with it, but for the credential's; replaces `fields`.
  void write_fields(const RequestSpec& spec, std::int32_t attempt, std::string& fields) const;
  std::string_view path() const noexcept;  // "/v1/messages"

  // How many words of the vocabulary make a thousand tokens of that model (1000 for a mock); from
  // calibrate_prompts() for others.
  void set_words_per_kilotoken(ModelId model, std::int64_t words) noexcept;
  // The body of a count_tokens call with a prompt of so many words.
  void write_count_body(ModelId model, std::int64_t words, std::string& body) const;

 private:
  const RunPlan& plan_;
  WriterOptions options_;
  std::vector<std::int64_t> words_per_kilotoken_;
};

}  // namespace sluice::live
