#include "mock/grade_rules.hpp"

namespace sluice::mock {
namespace {

constexpr std::array<RuleText, kGradeRuleCount> kRules{{
    {GradeRule::kRetriedTooEarly, "retried-too-early",
     "fails at the first retry that comes more than 50 ms before retry-after is over",
     "Before retry-after is over the limit has not refilled: an early retry is refused again, and "
     "it may take the place of a request that had waited.",
     "Wait at least as long as retry-after says, also when it says more than your own longest "
     "back-off (some clients stop believing it at 60 s)."},
    {GradeRule::kRetriedHopeless, "retried-hopeless",
     "fails at the first retry within 5 minutes that gets the same answer: 400, 401, 402, 403, "
     "404, 413, a 429 of a spend cap (it has no retry-after), or a prompt larger than the limit",
     "Nothing about such a request changes by waiting: every retry is refused again, adds load and "
     "hides the real error from whoever could act on it.",
     "Report the error at once; retry 408, 409, 429 with retry-after, 5xx and 529 only."},
    {GradeRule::kNoBackoff, "no-backoff",
     "fails at the first request that is retried 3 times within a second after answers without "
     "retry-after",
     "An overloaded server is kept overloaded by clients that come straight back.",
     "Back off exponentially from half a second or more, with jitter."},
    {GradeRule::kSynchronisedWaves, "synchronised-waves",
     "advises at the first wave, fails from 3: 10 or more retries within 100 ms that had waited "
     "for the same retry-after, while retries within half a second before and after are bunched "
     "(index of dispersion above 6; 1 would be random)",
     "Requests that were refused together and wait for exactly retry-after come back together and "
     "are refused together again; few of them get through in each round.",
     "Add a random wait to every retry-after, as long as it is or a second, whichever is more; "
     "better still, let one queue in front of all requests wait."},
    {GradeRule::kAmplification, "amplification",
     "advises above 3 attempts per request within a minute, fails above 10, where half of at "
     "least 20 attempts are refused",
     "Refused attempts do no work: the more of them a client sends while it is over its limit, the "
     "longer its useful requests wait.",
     "Send no faster than the limits refill (anthropic-ratelimit-* headers), cap what is in "
     "flight, and allow retries only a share of all requests."},
    {GradeRule::kIgnoredInStreamErrors, "ignored-in-stream-errors",
     "fails at the first stream that ended in an error event or broke off and was not sent again "
     "within 90 s (or retry-after + 30 s), or before the run ended",
     "A stream can fail after its 200: whoever looks at the status alone takes half an answer for "
     "a whole one.",
     "Treat an error event, and a stream without message_stop, as a failed attempt. If you go on "
     "with another body instead, name the request by a sluice-request header."},
    {GradeRule::kLostRequests, "lost-requests",
     "advises at the first request, fails above 1 % of all: its last attempt got 429, 5xx, 529 or "
     "no answer, and no retry came within 90 s (or retry-after + 30 s), or before the run ended "
     "although retry-after (or 2 s without one) had passed",
     "The failure was one that waiting cures: whoever asked got an error instead of an answer that "
     "was to be had.",
     "Retry more often and for longer, or put refused requests back into a queue."},
}};

}  // namespace

const std::array<RuleText, kGradeRuleCount>& rule_texts() noexcept { return kRules; }

const RuleText& text_of(GradeRule rule) noexcept { return kRules[static_cast<std::size_t>(rule)]; }

}  // namespace sluice::mock
