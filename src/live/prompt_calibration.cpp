#include "live/prompt_calibration.hpp"

#include <optional>
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

// Of a prompt of so many words; none if the server does not say.
Result<std::optional<std::int64_t>> count(const Counting& counting, ModelId model,
                                          std::int64_t words) {
  constexpr int kOk = 200;
  FetchRequest request{.method = "POST", .path = "/v1/messages/count_tokens"};
  request.fields = counting.fields;
  counting.writer.write_count_body(model, words, request.body);
  SLUICE_TRY(const Fetched fetched, fetch(counting.target, request));
  if (fetched.status != kOk) return std::optional<std::int64_t>{};
  const auto body = describe::parse_json(fetched.body, "count_tokens");
  const describe::Value* const tokens = body ? body->find("input_tokens") : nullptr;
  if (tokens == nullptr || !tokens->is(describe::Value::Kind::kInteger)) {
    return std::optional<std::int64_t>{};
  }
  return std::optional(tokens->as_integer());
}

Result<std::optional<std::int64_t>> words_per_kilotoken(const Counting& counting, ModelId model) {
  SLUICE_TRY(const auto few, count(counting, model, kFewWords));
  if (!few) return std::optional<std::int64_t>{};
  SLUICE_TRY(const auto many, count(counting, model, kManyWords));
  if (!many || *many <= *few) return std::optional<std::int64_t>{};
  const std::int64_t words = (kManyWords - kFewWords) * 1000 / (*many - *few);
  return words > 0 ? std::optional(words) : std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> calibrate_prompts(const net::ClientOptions& target,
                                                   const RunPlan& plan, std::string_view credential,
                                                   RequestWriter& writer) {
  const Counting counting{target, writer, fmt::format("{}{}", writer.common_fields(), credential)};
  std::vector<std::string> warnings;
  std::set<ModelId> models;
  for (const WorkloadSpec& workload : plan.workloads) models.insert(workload.model);
  for (const ModelId model : models) {
    SLUICE_TRY(const auto words, words_per_kilotoken(counting, model));
    if (words) {
      writer.set_words_per_kilotoken(model, *words);
      continue;
    }
    warnings.push_back(fmt::format(
        "prompts for {} are written as one word a token: the target does not count them",
        plan.models[index(model)].name));
  }
  return warnings;
}

}  // namespace sluice::live
