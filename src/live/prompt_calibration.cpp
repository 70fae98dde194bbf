#include "live/prompt_calibration.hpp"

#include <set>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "live/fetch.hpp"

namespace sluice::live {
namespace {

// Far apart, so that what a prompt's form adds falls out of the difference.
constexpr std::int64_t kFewWords = 100;
constexpr std::int64_t kManyWords = 2100;

// What every call has in common.
struct Counting {
  const net::ClientOptions& target;
  const RequestWriter& writer;
  std::string fields;
};

Result<std::int64_t> count(const Counting& counting, ModelId model, std::int64_t words) {
  constexpr int kOk = 200;
  FetchRequest request{.method = "POST", .path = "/v1/messages/count_tokens"};
  request.fields = counting.fields;
  counting.writer.write_count_body(model, words, request.body);
  SLUICE_TRY(const Fetched fetched, fetch(counting.target, request));
  if (fetched.status != kOk) {
    return io_error("count_tokens", fmt::format("answered {}", fetched.status));
  }
  const auto body = describe::parse_json(fetched.body, "count_tokens");
  const describe::Value* const tokens = body ? body->find("input_tokens") : nullptr;
  if (tokens == nullptr || !tokens->is(describe::Value::Kind::kInteger)) {
    return io_error("count_tokens", "the answer has no input_tokens");
  }
  return tokens->as_integer();
}

Result<std::int64_t> words_per_kilotoken(const Counting& counting, ModelId model) {
  SLUICE_TRY(const std::int64_t few, count(counting, model, kFewWords));
  SLUICE_TRY(const std::int64_t many, count(counting, model, kManyWords));
  if (many <= few) return io_error("count_tokens", "more words have no more tokens");
  return (kManyWords - kFewWords) * 1000 / (many - few);
}

}  // namespace

std::vector<std::string> calibrate_prompts(const net::ClientOptions& target, const RunPlan& plan,
                                           const WriterOptions& options,
                                           std::string_view credential, RequestWriter& writer) {
  Counting counting{target, writer, "content-type: application/json\r\n"};
  counting.fields += fmt::format("anthropic-version: {}\r\n{}", options.api_version, credential);
  for (const std::string& line : options.headers) counting.fields += line + "\r\n";
  std::vector<std::string> warnings;
  std::set<ModelId> models;
  for (const WorkloadSpec& workload : plan.workloads) models.insert(workload.model);
  for (const ModelId model : models) {
    const auto words = words_per_kilotoken(counting, model);
    if (words && *words > 0) {
      writer.set_words_per_kilotoken(model, *words);
      continue;
    }
    const std::string why = words ? "no words fit a thousand tokens" : words.error().message;
    warnings.push_back(fmt::format(
        "prompts for {} are written as one word a token: they could not be counted ({})",
        plan.models[index(model)].name, why));
  }
  return warnings;
}

}  // namespace sluice::live
