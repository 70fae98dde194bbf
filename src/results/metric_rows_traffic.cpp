#include "results/metric_rows.hpp"

namespace sluice::rows {

Number ratio(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

Number per_minute(std::int64_t count, const RunView& run) {
  const Duration counted = run.facts.counted();
  if (counted <= Duration{}) return std::nullopt;
  return static_cast<double>(count) * 60e9 / static_cast<double>(ns(counted));
}

Number instant(TimePoint time) {
  if (time == kNever) return std::nullopt;
  return time - kRunStart;
}

Number duration(std::optional<std::uint64_t> nanoseconds) {
  if (!nanoseconds) return std::nullopt;
  return Duration{static_cast<std::int64_t>(*nanoseconds)};
}

Number money_per(Money total, std::int64_t count) {
  if (count == 0) return std::nullopt;
  return total.divided_rounded(count);
}

void add_fit(Table& table) {
  table.group({"fit"});
  table.add(
      {"fits"}, Unit::kRatio, "1 if no attempt was refused for a limit, else 0.",
      [](const RunView& run) { return Number(run.binding.verdict == Verdict::kFits ? 1.0 : 0.0); });
  table.add({"gets_through"}, Unit::kRatio,
            "1 if the traffic fits, by retrying if need be, 0 if it does not.",
            [](const RunView& run) {
              return Number(run.binding.verdict == Verdict::kDoesNotFit ? 0.0 : 1.0);
            });
  table.add(
      {"headroom"}, Unit::kRatio,
      "Free share of the binding limit in its busiest minute; negative while a burst is used.",
      [](const RunView& run) { return Number(run.binding.headroom()); });
  table.add({"backlog"}, Unit::kRequests, "Planned but not ended when the arrivals stopped.",
            [](const RunView& run) { return Number(run.binding.backlog); });
}

void add_requests(Table& table) {
  table.group({"requests"});
  const auto count = [&table](std::string path, std::string doc, auto get) {
    table.add({std::move(path)}, Unit::kRequests, std::move(doc),
              [get](const RunView& run) { return Number(get(run.all.requests)); });
  };
  count("offered", "What the application asked for.",
        [](const RequestTotals& r) { return r.offered; });
  count("succeeded", "Answered in full.", [](const RequestTotals& r) { return r.succeeded(); });
  count("first_try", "Answered at the first attempt.",
        [](const RequestTotals& r) { return r.first_try; });
  count("batch", "Ended requests that were sent in batches.",
        [](const RequestTotals& r) { return r.batch; });
  count("fell_back", "Ended requests that went to the client's fallback model.",
        [](const RequestTotals& r) { return r.fell_back; });
  count("unfinished", "Offered, but without an end: the run was interrupted.",
        [](const RequestTotals& r) { return r.offered - r.succeeded() - r.failed(); });
  table.add({"success_share"}, Unit::kRatio, "Of the offered.", [](const RunView& run) {
    return ratio(run.all.requests.succeeded(), run.all.requests.offered);
  });
  table.add({"offered_per_minute"}, Unit::kPerMinute, "Over the counted time.",
            [](const RunView& run) { return per_minute(run.all.requests.offered, run); });
  table.add({"succeeded_per_minute"}, Unit::kPerMinute, "Over the counted time.",
            [](const RunView& run) { return per_minute(run.all.requests.succeeded(), run); });
  table.add(
      {"in_flight_max"}, Unit::kRequests, "Most requests between planned arrival and end.",
      [](const RunView& run) { return Number(run.measured.in_flight_max); }, Combine::kLargest);
  table.group({"requests", "failed"});
  count("total", "Ended without an answer.", [](const RequestTotals& r) { return r.failed(); });
  for (std::size_t i = 1; i < kErrorKindCount; ++i) {
    const std::string kind(name(static_cast<ErrorKind>(i)));
    count(kind, "Failed for good with " + kind + ".",
          [i](const RequestTotals& r) { return r.ended[i]; });
  }
  table.group({"requests", "failed_on_limit"});
  count("total", "Failed, and the last answer was a limit's refusal.",
        [](const RequestTotals& r) { return sum(r.failed_on); });
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    count(std::string(name(static_cast<LimitCause>(i))), "Of these, for that cause.",
          [i](const RequestTotals& r) { return r.failed_on[i]; });
  }
  table.group({"goodput"});
  count("requests",
        "Succeeded within the scenario's objectives; in a batch, within the deadline too.",
        [](const RequestTotals& r) { return r.good; });
  table.add({"share"}, Unit::kRatio, "Of the offered.", [](const RunView& run) {
    return ratio(run.all.requests.good, run.all.requests.offered);
  });
  table.add({"per_minute"}, Unit::kPerMinute, "Over the counted time.",
            [](const RunView& run) { return per_minute(run.all.requests.good, run); });
}

void add_attempts(Table& table) {
  table.group({"attempts"});
  const auto count = [&table](std::string path, std::string doc, auto get) {
    table.add({std::move(path)}, Unit::kAttempts, std::move(doc),
              [get](const RunView& run) { return Number(get(run.all.attempts)); });
  };
  count("total",
        "HTTP exchanges that ask for answers: one creates a whole batch; polls are not counted.",
        [](const AttemptTotals& a) { return a.count(); });
  table.add({"per_success"}, Unit::kFactor,
            "Retry amplification: attempts per answered request; one creates a whole batch.",
            [](const RunView& run) {
              return ratio(run.all.attempts.count(), run.all.requests.succeeded());
            });
  table.add(
      {"per_request_max"}, Unit::kAttempts,
      "Most attempts of one request; those to create a batch are each of its requests'.",
      [](const RunView& run) {
        return Number(static_cast<std::int64_t>(run.all.requests.attempts.max().value_or(0)));
      },
      Combine::kLargest);
  count("overloaded", "529 answers, and streams that end with that error.",
        [](const AttemptTotals& a) {
          return a.ended[static_cast<std::size_t>(ErrorKind::kOverloaded)];
        });
  count("never_fits", "Refused because they cost more than a limit can ever hold.",
        [](const AttemptTotals& a) { return a.never_fits; });
  count("refused_by_own_limit", "400 for a spend limit that the customer set.",
        [](const AttemptTotals& a) { return a.refused_by_own_limit; });
  table.add({"rate_limited_share"}, Unit::kRatio, "429 answers, of all attempts.",
            [](const RunView& run) {
              return ratio(sum(run.all.attempts.rate_limited), run.all.attempts.count());
            });
  table.group({"attempts", "rate_limited"});
  count("total", "429 answers, and streams that end with that error.",
        [](const AttemptTotals& a) { return sum(a.rate_limited); });
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    count(std::string(name(static_cast<LimitCause>(i))), "429 answers for that cause.",
          [i](const AttemptTotals& a) { return a.rate_limited[i]; });
  }
  table.group({"attempts", "first_rate_limited"});
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    table.add(
        {std::string(name(static_cast<LimitCause>(i)))}, Unit::kDuration,
        "From the start to the first 429 for that cause.",
        [i](const RunView& run) { return instant(run.measured.first_rate_limited[i]); },
        Combine::kSmallest);
  }
  table.group({"attempts", "ended"});
  for (std::size_t i = 0; i < kErrorKindCount; ++i) {
    const std::string kind = i == 0 ? "ok" : std::string(name(static_cast<ErrorKind>(i)));
    count(kind, "Attempts that ended so.", [i](const AttemptTotals& a) { return a.ended[i]; });
  }
}

void add_client(Table& table) {
  table.group({"client"});
  table.add({"shed"}, Unit::kAttempts,
            "Attempts that the client itself refused, by breaker or pacer: not sent.",
            [](const RunView& run) { return Number(run.all.attempts.shed); });
  add_histogram(table, {"client", "paced"}, "time that an attempt waited for its client's pacer",
                [](const RunView& run) -> const Histogram& { return run.all.latency.paced; });
}

void add_wasted(Table& table) {
  table.group({"wasted"});
  const auto add = [&table](std::string path, Unit unit, std::string doc, auto get) {
    table.add({std::move(path)}, unit, std::move(doc),
              [get](const RunView& run) { return Number(get(run.all.attempts)); });
  };
  add("attempts", Unit::kAttempts, "Attempts that did not succeed.",
      [](const AttemptTotals& a) { return a.count() - a.ended[0]; });
  add("input_tokens", Unit::kTokens, "Billed prompt tokens of attempts that did not succeed.",
      [](const AttemptTotals& a) { return a.wasted_input_tokens; });
  add("output_tokens", Unit::kTokens, "Billed output tokens of attempts that did not succeed.",
      [](const AttemptTotals& a) { return a.wasted_output_tokens; });
  add("time", Unit::kDuration, "From send to end of attempts that did not succeed, summed.",
      [](const AttemptTotals& a) { return a.wasted_time; });
  add("cost", Unit::kMoney, "What attempts that did not succeed cost.",
      [](const AttemptTotals& a) { return a.wasted_cost; });
}

}  // namespace sluice::rows
