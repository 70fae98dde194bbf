#include "scenario/draft.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/rate.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "policy/retry_policy.hpp"
#include "scenario/draft_parts.hpp"

namespace sluice::scenario {
namespace {

using describe::Value;

enum Question : std::size_t {
  kModel,
  kRate,
  kPeak,
  kInput,
  kOutput,
  kMaxTokens,
  kCached,
  kTtl,
  kBurstiness,
  kProcesses,
  kConcurrency,
  kDeadline,
  kP95,
  kRefused,
  kBudget,
  kRetry,
  kTier,
  kQuestionCount
};

constexpr std::array<DraftQuestion, kQuestionCount> kQuestions = {{
    {"model", "Which model, or models with their shares?", "sonnet-5.5",
     "sonnet-5.5, or haiku-5.5:80,sonnet-5.5:20"},
    {"rate", "How many requests, on the mean?", "60/min", "300/min"},
    {"peak", "And at the peak?", "none", "900/min"},
    {"input", "New input tokens of a request, median:p95?", "1500:6000", "2000:8000"},
    {"output", "Output tokens, thinking included, median:p95?", "400:1500", "400:1500"},
    {"max-tokens", "max_tokens of a request?", "none", "4096"},
    {"cached", "Tokens of a shared prefix (tools, system prompt) that can be cached?", "0", "3000"},
    {"ttl", "How long does it stay in the cache: 5m, 1h, or none?", "5m", "1h"},
    {"burstiness", "How bursty are arrivals: 1 is random (Poisson), 0.5 bursty, 10 even?", "1",
     "0.5"},
    {"processes", "How many client processes?", "1", "4"},
    {"concurrency", "Requests at once, at most, in each of them?", "none", "50"},
    {"deadline", "After how long is an answer of no use?", "none", "30s"},
    {"p95", "95 % of all requests have to end within?", "none", "20s"},
    {"max-429", "Largest share of attempts refused with 429?", "1%", "1%"},
    {"budget", "Dollars a month, at most?", "none", "5000"},
    {"retry", "Retry policy of the client?", "anthropic-sdk-python", "full-jitter"},
    {"tier", "Usage tier?", "start", "build"},
}};

std::string shown(std::string_view text) { return std::string(text); }

std::optional<Error> flaw_in_models(std::string_view answer, const Catalog& catalog) {
  const auto models = parse_draft_models(answer);
  if (!models) return models.error();
  for (const DraftModel& model : *models) {
    if (catalog.model(model.name) != nullptr) continue;
    const std::vector<std::string> names = catalog.model_names();
    return invalid("", in_quotes(model.name) + " is no model of the catalog" +
                           suggestion(model.name, names))
        .value();
  }
  return std::nullopt;
}

template <class T>
std::optional<Error> flaw_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

constexpr Rate kLargestRate{1'000'000, minutes(1)};
constexpr std::string_view kLeastAnswered = "0.999";  // of the requests

std::optional<Error> flaw_in_rate(std::string_view answer) {
  const auto rate = Rate::parse(answer);
  if (!rate) return rate.error();
  if (is_zero(*rate)) return invalid("", "a rate of nothing: write 300/min").value();
  if (*rate > kLargestRate) {
    return invalid("", in_quotes(answer) + " is more than " + kLargestRate.text() +
                           ", beyond any tier: write 300/min")
        .value();
  }
  return std::nullopt;
}

std::optional<Error> flaw_in_whole(std::string_view answer, std::int64_t most) {
  const auto number = parse_draft_tokens(answer, 1);
  if (number && *number <= most) return std::nullopt;
  return invalid("", in_quotes(answer) + " is not a whole number from 1 to " + with_thousands(most))
      .value();
}

std::optional<Error> flaw_in_share(std::string_view answer) {
  const auto share = Fraction::parse(answer);
  if (share && *share >= Fraction{} && *share <= Fraction::whole(1)) return std::nullopt;
  return invalid("", in_quotes(answer) + " is not a share from 0 to 1, as 1% or 0.01").value();
}

std::optional<Error> flaw_in_dollars(std::string_view answer) {
  const auto dollars = Fraction::parse(answer);
  if (dollars && *dollars > Fraction{}) return std::nullopt;
  return invalid("", in_quotes(answer) + " is not a number of dollars, as 5000").value();
}

std::optional<Error> flaw_in_burstiness(std::string_view answer) {
  const auto shape = Fraction::parse(answer);
  if (shape && *shape >= Fraction::percent(1) && *shape <= Fraction::whole(1000)) {
    return std::nullopt;
  }
  return invalid("", in_quotes(answer) + " is not between 0.01 and 1000").value();
}

std::optional<Error> flaw_in_name(std::string_view answer, std::vector<std::string> names) {
  if (std::find(names.begin(), names.end(), answer) != names.end()) return std::nullopt;
  return invalid("",
                 in_quotes(answer) + " is not one of " + join(names) + suggestion(answer, names))
      .value();
}

std::optional<Error> flaw_in_retry(std::string_view answer) {
  if (retry_preset(answer)) return std::nullopt;
  std::vector<std::string> names;
  for (const PresetInfo& preset : retry_presets()) names.emplace_back(preset.name);
  return flaw_in_name(answer, std::move(names));
}

std::optional<Error> flaw_in_text(Question question, std::string_view answer,
                                  const Catalog& catalog) {
  switch (question) {
    case kModel:
      return flaw_in_models(answer, catalog);
    case kRate:
    case kPeak:
      return flaw_in_rate(answer);
    case kInput:
    case kOutput:
      return flaw_of(parse_draft_size(answer));
    case kMaxTokens:
      return flaw_of(parse_draft_tokens(answer, 1));
    case kCached:
      return flaw_of(parse_draft_tokens(answer, 0));
    case kTtl:
      return flaw_in_name(answer, {"5m", "1h", "none"});
    case kBurstiness:
      return flaw_in_burstiness(answer);
    case kProcesses:
      return flaw_in_whole(answer, 10'000);
    case kConcurrency:
      return flaw_in_whole(answer, 1'000'000);
    case kDeadline:
    case kP95:
      return flaw_of(parse_duration(answer));
    case kRefused:
      return flaw_in_share(answer);
    case kBudget:
      return flaw_in_dollars(answer);
    case kRetry:
      return flaw_in_retry(answer);
    case kTier:
      return flaw_in_name(answer, catalog.tier_names());
    case kQuestionCount:
      break;
  }
  return std::nullopt;
}

bool may_be_none(Question question) {
  return kQuestions[question].fallback == "none" || question == kTtl || question == kRefused;
}

}  // namespace

std::span<const DraftQuestion> draft_questions() noexcept { return kQuestions; }

std::optional<std::size_t> draft_question_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kQuestions.size(); ++i) {
    if (kQuestions[i].name == name) return i;
  }
  return std::nullopt;
}

DraftAnswers default_answers() {
  DraftAnswers answers;
  for (const DraftQuestion& question : kQuestions) answers.push_back(shown(question.fallback));
  return answers;
}

std::optional<Error> flaw_in_answer(std::size_t question, std::string_view answer,
                                    const Catalog& catalog) {
  const auto asked = static_cast<Question>(question);
  if (answer == "none" && may_be_none(asked)) return std::nullopt;
  std::optional<Error> flaw = flaw_in_text(asked, answer, catalog);
  if (flaw) flaw->where = "--" + shown(kQuestions[question].name);
  return flaw;
}

namespace {

// A JSON number that reads back as the same rate: "297.5/min".
std::string per_minute_text(double per_minute) {
  const auto thousandths = static_cast<std::int64_t>(per_minute * 1000 + 0.5);
  const Fraction shown_rate{thousandths * (Fraction::kOne / 1000)};
  return shown_rate.text() + "/min";
}

double per_minute_of(const std::string& answer) {
  return events_per_second(*Rate::parse(answer)) * 60;
}

class Draft {
 public:
  explicit Draft(const DraftAnswers& answers) : answers_(answers) {}

  std::string text() {
    Value workloads = Value::array();
    const std::vector<DraftModel> models = *parse_draft_models(answers_[kModel]);
    for (const DraftModel& model : models) {
      workloads.push(workload(model, models.size() > 1 ? model.name : "requests"));
    }
    Value organization = Value::object();
    organization.set("tier", answers_[kTier]);
    Value scenario = Value::object();
    scenario.set("sluice", 1)
        .set("about", about())
        .set("duration", has(kPeak) ? "1h" : "30m")
        .set("organization", std::move(organization))
        .set("clients", clients())
        .set("workloads", std::move(workloads));
    if (Value wanted = objectives(); !wanted.members().empty()) {
      scenario.set("objectives", std::move(wanted));
    }
    return describe::to_json(scenario);
  }

 private:
  bool has(Question question) const { return !is_none(answers_[question]); }

  // The file's comments.
  Value about() const {
    Value lines = Value::array();
    std::string first = "Does " + answers_[kRate] + " of " + answers_[kModel] + " fit into the " +
                        answers_[kTier] + " tier, and for how much? sluice plan answers.";
    lines.push(std::move(first));
    lines.push(
        "clients: how the application retries and how much it sends at once. workloads: what it "
        "asks for; sizes are tokens, p50 the median, p95 what one request in twenty exceeds.");
    if (has(kPeak)) {
      lines.push("arrivals: an hour with " + answers_[kPeak] + " for " +
                 exact_text(minutes(peak_minutes())) + " of it, and a mean of " + answers_[kRate] +
                 "; burstiness 1 is random (Poisson), less comes in bursts.");
    } else {
      lines.push(
          "arrivals: random (Poisson) with burstiness 1, in bursts below 1, more even above.");
    }
    lines.push("prefix: tokens that all requests share; cache: how long they stay (5m, 1h, none).");
    lines.push(
        "objectives: what plan and tune hold it to. docs/scenario.md has every field; check it "
        "with sluice check.");
    return lines;
  }

  Value clients() const {
    Value client = Value::object();
    client.set("retry", answers_[kRetry]);
    if (answers_[kProcesses] != "1") client.set("processes", number(kProcesses));
    if (has(kConcurrency)) client.set("concurrency", number(kConcurrency));
    Value all = Value::object();
    all.set("app", std::move(client));
    return all;
  }

  std::int64_t number(Question question) const {
    return *parse_draft_tokens(answers_[question], 0);
  }

  Value fraction(Question question) const {
    return Value::decimal(Fraction::parse(answers_[question])->text());
  }

  static Value size(const std::string& answer) {
    const DraftSize read = *parse_draft_size(answer);
    if (!read.p95) return Value(read.p50);
    Value value = Value::object();
    value.set("p50", read.p50).set("p95", *read.p95);
    return value;
  }

  // Ten minutes of an hour, or fewer, so that the mean stays what it is said to be.
  std::int64_t peak_minutes() const {
    const double ratio = per_minute_of(answers_[kPeak]) / per_minute_of(answers_[kRate]);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(48 / std::max(ratio, 1.0)), 1, 10);
  }

  Value arrivals(std::int64_t percent) const {
    const double mean = per_minute_of(answers_[kRate]) * static_cast<double>(percent) / 100;
    const bool is_poisson = *Fraction::parse(answers_[kBurstiness]) == Fraction::whole(1);
    Value value = Value::object();
    if (!has(kPeak)) {
      const std::string rate = percent == 100 ? answers_[kRate] : per_minute_text(mean);
      value.set("type", is_poisson ? "poisson" : "gamma").set("rate", rate);
    } else {
      const double peak = per_minute_of(answers_[kPeak]) * static_cast<double>(percent) / 100;
      const std::int64_t high = peak_minutes();
      const double low =
          (60 * mean - static_cast<double>(high) * peak) / static_cast<double>(60 - high);
      Value steps = Value::array();
      const auto step = [&](std::int64_t at, double rate) {
        Value one = Value::object();
        one.set("at", exact_text(minutes(at))).set("rate", per_minute_text(std::max(0.0, rate)));
        steps.push(std::move(one));
      };
      step(0, low);
      step(25, peak);
      step(25 + high, low);
      value.set("type", "steps").set("steps", std::move(steps));
      if (!is_poisson) value.set("process", "gamma");
    }
    if (!is_poisson) value.set("burstiness", fraction(kBurstiness));
    return value;
  }

  Value workload(const DraftModel& model, const std::string& name) const {
    Value value = Value::object();
    value.set("name", name)
        .set("model", model.name)
        .set("client", "app")
        .set("arrivals", arrivals(model.percent))
        .set("prefix", number(kCached))
        .set("input", size(answers_[kInput]))
        .set("output", size(answers_[kOutput]));
    if (has(kMaxTokens)) value.set("max_tokens", number(kMaxTokens));
    Value cache = Value::object();
    cache.set("prefix", answers_[kTtl]);
    value.set("cache", std::move(cache));
    if (has(kDeadline)) value.set("deadline", answers_[kDeadline]);
    return value;
  }

  Value objectives() const {
    Value value = Value::object();
    value.set("min_goodput", Value::decimal(std::string(kLeastAnswered)));
    if (has(kRefused)) value.set("max_rate_limited", fraction(kRefused));
    if (has(kP95)) value.set("max_latency_p95", answers_[kP95]);
    if (has(kBudget)) value.set("max_cost_per_month", fraction(kBudget));
    return value;
  }

  const DraftAnswers& answers_;
};

}  // namespace

Checked<std::string> draft_scenario(const DraftAnswers& answers, const Catalog& catalog) {
  Errors errors;
  for (std::size_t i = 0; i < kQuestions.size(); ++i) {
    if (auto flaw = flaw_in_answer(i, answers[i], catalog)) errors.push_back(std::move(*flaw));
  }
  const bool has_peak = errors.empty() && !is_none(answers[kPeak]);
  if (has_peak && *Rate::parse(answers[kPeak]) < *Rate::parse(answers[kRate])) {
    errors.push_back(invalid("--peak", "is below the mean rate").value());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return Draft(answers).text();
}

}  // namespace sluice::scenario
