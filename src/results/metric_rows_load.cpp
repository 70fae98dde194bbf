#include <algorithm>

#include "results/metric_rows.hpp"

namespace sluice::rows {
namespace {

using OfLoad = std::function<Number(const LoadFacts&, const RunView&)>;

// None where there was no load generator.
Value of_load(OfLoad get) {
  return [get = std::move(get)](const RunView& run) -> Number {
    return run.facts.load ? get(*run.facts.load, run) : std::nullopt;
  };
}

const Histogram& histogram(const RunView& run, Histogram LoadFacts::*member) {
  static const Histogram kEmpty;
  return run.facts.load ? (*run.facts.load).*member : kEmpty;
}

Number per_second(std::int64_t count, Duration wall) {
  if (wall <= Duration{}) return std::nullopt;
  return static_cast<double>(count) * 1e9 / static_cast<double>(ns(wall));
}

template <class T>
Number if_any(const std::optional<T>& value) {
  return value ? Number(*value) : std::nullopt;
}

// A generator that falls behind sends for longer than it was asked to.
Duration time_of_sending(const LoadFacts& load) {
  return std::max(load.sending_wall, milliseconds(10) * load.sends.bins);
}

void add_rates(Table& table) {
  table.group({"load"});
  const auto rate = [&table](std::string path, std::string doc, OfLoad get) {
    table.add({std::move(path)}, Unit::kPerSecond, std::move(doc), of_load(std::move(get)));
  };
  rate("asked_per_second", "First attempts that were due, a second of wall time with arrivals.",
       [](const LoadFacts& load, const RunView&) {
         return per_second(load.asked + load.dropped_late, load.sending_wall);
       });
  rate("sent_per_second", "First attempts that left, a second of wall time until the last one did.",
       [](const LoadFacts& load, const RunView&) {
         return per_second(load.sends.sum, time_of_sending(load));
       });
  rate("attempts_per_second", "Attempts that left, retries too, a second of the whole run.",
       [](const LoadFacts& load, const RunView&) { return per_second(load.sent, load.wall); });
  rate("succeeded_per_second", "Answered requests, warm-up too, a second of the whole run.",
       [](const LoadFacts& load, const RunView& run) {
         return per_second(run.all.requests.succeeded() + run.measured.warmup.succeeded, load.wall);
       });
  rate("machine_ceiling", "Sends a second that this machine can honestly make.",
       [](const LoadFacts& load, const RunView&) { return if_any(load.machine_ceiling); });
}

void add_counts(Table& table) {
  const auto count = [&table](std::string path, Unit unit, std::string doc,
                              std::int64_t LoadFacts::*member) {
    table.add({std::move(path)}, unit, std::move(doc),
              of_load([member](const LoadFacts& load, const RunView&) -> Number {
                return load.*member;
              }));
  };
  table.group({"load"});
  table.add({"asked"}, Unit::kAttempts, "First attempts that were due, sent or not.",
            of_load([](const LoadFacts& load, const RunView&) -> Number {
              return load.asked + load.dropped_late;
            }));
  count("sent", Unit::kAttempts, "Attempts that left, retries too.", &LoadFacts::sent);
  table.add({"sent_share"}, Unit::kRatio, "First attempts that left, of those that were due.",
            of_load([](const LoadFacts& load, const RunView&) {
              return ratio(load.sends.sum, load.asked + load.dropped_late);
            }));
  count("dropped_late", Unit::kRequests, "Sessions left out as too late (--late-policy drop).",
        &LoadFacts::dropped_late);
  count("held_back", Unit::kAttempts, "Attempts that waited for headroom, money or a token.",
        &LoadFacts::held_back);
  table.group({"load", "connections"});
  count("opened", Unit::kCount, "Connections that were opened.", &LoadFacts::connections_opened);
  count("reused", Unit::kAttempts, "Attempts on a connection that was open already.",
        &LoadFacts::connections_reused);
  table.group({"load", "retry_after"});
  count("obeyed", Unit::kAttempts, "Retries that came no sooner than retry-after said.",
        &LoadFacts::retry_after_obeyed);
  count("disobeyed", Unit::kAttempts, "Retries that came sooner than retry-after said.",
        &LoadFacts::retry_after_disobeyed);
}

// None where the target is not the embedded mock.
void add_mock(Table& table) {
  table.group({"load", "mock"});
  const auto add = [&table](std::string path, Unit unit, std::string doc, auto MockWakes::*member) {
    table.add({std::move(path)}, unit, std::move(doc),
              of_load([member](const LoadFacts& load, const RunView&) -> Number {
                return load.mock ? Number((*load.mock).*member) : std::nullopt;
              }));
  };
  add("wakes", Unit::kCount, "Times that the embedded mock slept until an instant.",
      &MockWakes::all);
  add("wakes_late", Unit::kCount, "Of these, those after which it was woken over 5 ms late.",
      &MockWakes::late);
  add("late", Unit::kDuration, "The wall time by which these together were late.",
      &MockWakes::late_by);
}

void add_evenness(Table& table) {
  table.group({"load", "dispersion"});
  table.add(
      {"planned"}, Unit::kFactor,
      "Index of dispersion of first attempts in 10 ms of wall time, as they were due.",
      of_load([](const LoadFacts& load, const RunView&) { return if_any(load.planned.index()); }));
  table.add(
      {"sent"}, Unit::kFactor, "The same, as they left: 0 a metronome, 1 Poisson, more bursts.",
      of_load([](const LoadFacts& load, const RunView&) { return if_any(load.sends.index()); }));
}

void add_times(Table& table) {
  table.group({"load"});
  const auto time = [&table](std::string path, std::string doc, Duration LoadFacts::*member) {
    table.add({std::move(path)}, Unit::kDuration, std::move(doc),
              of_load([member](const LoadFacts& load, const RunView&) -> Number {
                return load.*member;
              }));
  };
  time("wall", "Wall time from the first to the last event.", &LoadFacts::wall);
  time("sending_wall", "Wall time in which arrivals were planned.", &LoadFacts::sending_wall);
  time("cpu", "Processor time of the thread that generates the load.", &LoadFacts::cpu);
  table.add({"cpu_share"}, Unit::kRatio, "Of the wall time: 1 is one processor, busy all the time.",
            of_load([](const LoadFacts& load, const RunView&) {
              return ratio(ns(load.cpu), ns(load.wall));
            }));
}

void add_guards(Table& table) {
  table.group({"load"});
  table.add({"spend_cap"}, Unit::kMoney, "--max-cost.",
            of_load([](const LoadFacts& load, const RunView&) { return if_any(load.spend_cap); }));
  table.add(
      {"expected_cost"}, Unit::kMoney, "What the simulation before the run said.",
      of_load([](const LoadFacts& load, const RunView&) { return if_any(load.expected_cost); }));
  table.add(
      {"headroom_kept"}, Unit::kRatio, "--leave-headroom.",
      of_load([](const LoadFacts& load, const RunView&) { return if_any(load.headroom_kept); }));
  table.add(
      {"headroom_lowest"}, Unit::kRatio,
      "Smallest remaining over limit that a header showed: others' traffic counts too.",
      of_load([](const LoadFacts& load, const RunView&) { return if_any(load.headroom_lowest); }),
      Combine::kSmallest);
}

}  // namespace

void add_load(Table& table) {
  table.group({"load"});
  table.add(
      {"ok"}, Unit::kRatio,
      "1 if the load generator kept its schedule, 0 if claims about rates and latency are void.",
      of_load([](const LoadFacts& load, const RunView&) -> Number {
        return judge(load).ok ? 1.0 : 0.0;
      }));
  table.add({"speed"}, Unit::kFactor, "Model time over wall time.",
            of_load([](const LoadFacts& load, const RunView&) -> Number {
              return static_cast<double>(load.speed_permille) / 1000;
            }));
  add_rates(table);
  add_counts(table);
  add_mock(table);
  add_evenness(table);
  add_times(table);
  add_guards(table);
  add_histogram(table, {"load", "schedule_delay"}, "wall time by which an attempt left late",
                [](const RunView& run) -> const Histogram& {
                  return histogram(run, &LoadFacts::schedule_delay);
                });
  add_histogram(table, {"load", "content_gap"}, "model time between two content events of a stream",
                [](const RunView& run) -> const Histogram& {
                  return histogram(run, &LoadFacts::content_gap);
                });
}

}  // namespace sluice::rows
