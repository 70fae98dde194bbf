#include "fit/cache.hpp"

#include <algorithm>
#include <utility>

#include "base/deterministic_math.hpp"
#include "fit/cache_tally.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

// A shared prefix may lengthen the prompts of the fitted form by so much, where some of the log's
// are shorter than it.
constexpr double kExcessMax = 0.01;
constexpr double kScaleMin = 0.25;
// Of the calls: with more variants than this, hardly any two share one.
constexpr double kVariantsMax = 0.5;

// Tokens by which prompts that are shorter than a prefix would be too long.
double excess_of(const LogHistogram& prompts, std::int64_t prefix) {
  double sum = 0;
  for (const LogHistogram::Cell& cell : prompts.cells()) {
    if (cell.low >= prefix) break;
    sum += static_cast<double>(std::max<std::int64_t>(prefix - cell.middle(), 0)) *
           static_cast<double>(cell.count);
  }
  return sum;
}

// The largest number from 0 to `most` that is fine; what is fine ends somewhere.
template <class Fine>
std::int64_t largest(std::int64_t most, const Fine& is_fine) {
  std::int64_t low = 0;
  while (low < most) {
    const std::int64_t middle = low + (most - low + 1) / 2;
    if (is_fine(middle)) {
      low = middle;
    } else {
      most = middle - 1;
    }
  }
  return low;
}

// What a scenario can say, and what it reads by expectation: a prefix if its variant was used
// within the TTL, arrivals being random; and what came before in the conversation if its last call
// was within the TTL.
class Form {
 public:
  explicit Form(const CacheTally& tally)
      : tally_(tally),
        calls_(static_cast<double>(tally.calls)),
        before_(tally.earlier_calls / calls_),
        prompt_(tally.prompt_tokens / calls_),
        output_(tally.output_tokens / calls_) {
    const double even = tally.variant_squares > 0
                            ? tally.variant_calls * tally.variant_calls / tally.variant_squares
                            : 1;
    if (even <= kVariantsMax * calls_ || even <= 1) {
      can_share_ = true;
      variants_ = std::max<std::int64_t>(static_cast<std::int64_t>(even + 0.5), 1);
    }
  }

  std::int64_t variants() const noexcept { return variants_; }

  // By which inputs are multiplied with a prefix so long, see FittedCache::input.
  double scale(std::int64_t prefix) const {
    const double drawn = input_mean(prefix) * (1 + before_);
    const double wanted = prompt_ - static_cast<double>(prefix) - before_ * output_;
    if (before_ == 0 || drawn <= 0) return 1;
    return std::clamp(wanted / drawn, kScaleMin, 1.0);
  }

  // Empty: a cache that forgets nothing.
  double read_share(std::int64_t prefix, std::optional<CacheTtl> ttl) const {
    const double input = input_mean(prefix) * scale(prefix);
    const double shared = static_cast<double>(prefix);
    const double prompt = shared + input * (1 + before_) + before_ * output_;
    if (!(prompt > 0)) return 0;
    const auto gaps = static_cast<double>(tally_.gaps.histogram().count());
    const double context =
        tally_.has_blocks ? before_ * input + (before_ - gaps / calls_) * output_ : 0;
    const double known = std::max(1 - static_cast<double>(variants_) / calls_, 0.0);
    if (!ttl) return (shared * known + context) / prompt;
    const double length = std::max(static_cast<double>(ns(tally_.last - tally_.first)), 1.0);
    const double between = length * static_cast<double>(variants_) / calls_;
    const auto life = static_cast<double>(ns(duration(*ttl)));
    const double hit = std::min(-math::expm1(-life / between), known);
    const auto in_time = static_cast<double>(tally_.gaps_within[place_of(*ttl)]);
    return (shared * hit + (gaps > 0 ? context * in_time / gaps : 0)) / prompt;
  }

  // The longest that reads no more than the log did and lengthens few prompts.
  std::int64_t prefix_for(double share, CacheTtl ttl) const {
    if (!can_share_ || share <= 0) return 0;
    const LogHistogram& prompts = tally_.opening_prompts;
    const double allowed = kExcessMax * static_cast<double>(prompts.sum());
    return largest(prompts.max(), [&](std::int64_t prefix) {
      return excess_of(prompts, prefix) <= allowed && read_share(prefix, ttl) <= share;
    });
  }

  FittedSize input(std::int64_t prefix) const {
    const double factor = scale(prefix);
    SizeFitter input;
    const auto add = [&](std::int64_t tokens, std::int64_t count) {
      input.add(static_cast<std::int64_t>(static_cast<double>(tokens) * factor + 0.5), count);
    };
    for (const LogHistogram::Cell& cell : tally_.opening_prompts.cells()) {
      add(std::max<std::int64_t>(cell.middle() - prefix, 0), cell.count);
    }
    for (const LogHistogram::Cell& cell : tally_.continued_input.cells()) {
      add(cell.middle(), cell.count);
    }
    return input.fit();
  }

 private:
  // Of a call, without the prefix and what came before.
  double input_mean(std::int64_t prefix) const {
    const LogHistogram& prompts = tally_.opening_prompts;
    const double opening = static_cast<double>(prompts.sum()) -
                           static_cast<double>(prefix) * static_cast<double>(prompts.count()) +
                           excess_of(prompts, prefix);
    return (opening + static_cast<double>(tally_.continued_input.sum())) / calls_;
  }

  const CacheTally& tally_;
  double calls_;
  double before_;  // calls of a conversation before one of it
  double prompt_;  // mean of the log
  double output_;
  bool can_share_ = false;
  std::int64_t variants_ = 1;
};

std::optional<FittedConversations> conversations_of(const CacheTally& tally) {
  if (tally.gaps.histogram().count() == 0) return std::nullopt;
  SizeFitter turns;
  for (const auto& [number, count] : tally.with_turns) turns.add(number, count);
  return FittedConversations{
      .turns_mean = turns.histogram().mean(), .turns = turns.fit(), .gap = tally.gaps.fit()};
}

// The log's own figures.
void measure(FittedCache& fitted, const CacheTally& tally) {
  fitted.reads = tally.reads.of(tally.prompt_tokens);
  fitted.reads_context = tally.has_blocks;
  if (tally.reuse_gaps.count() == 0) return;
  for (const double p : {0.5, 0.75, 0.9, 0.99}) {
    fitted.reuse_gaps.push_back({p, Duration{tally.reuse_gaps.quantile(p)}});
  }
}

}  // namespace

struct CacheFitter::State {
  CacheTally tally;
};

CacheFitter::CacheFitter() : state_(std::make_unique<State>()) {}
CacheFitter::~CacheFitter() = default;
CacheFitter::CacheFitter(CacheFitter&& other) noexcept = default;
CacheFitter& CacheFitter::operator=(CacheFitter&& other) noexcept = default;

bool CacheFitter::add(const CacheCall& call) { return state_->tally.add(call); }

FittedCache CacheFitter::fit(CacheTtl ttl) const {
  const CacheTally& tally = state_->tally;
  FittedCache fitted;
  if (tally.calls == 0) return fitted;
  measure(fitted, tally);
  const Form form(tally);
  const double wanted =
      ttl == CacheTtl::kOneHour ? fitted.reads.one_hour : fitted.reads.five_minutes;
  fitted.prefix_tokens = form.prefix_for(wanted, ttl);
  if (fitted.prefix_tokens > 0) fitted.prefix_variants = form.variants();
  fitted.input = form.input(fitted.prefix_tokens);
  fitted.conversations = conversations_of(tally);
  fitted.fitted = {.endless = form.read_share(fitted.prefix_tokens, std::nullopt),
                   .five_minutes = form.read_share(fitted.prefix_tokens, CacheTtl::kFiveMinutes),
                   .one_hour = form.read_share(fitted.prefix_tokens, CacheTtl::kOneHour)};
  return fitted;
}

}  // namespace sluice::fit
