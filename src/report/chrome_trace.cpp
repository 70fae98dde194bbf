#include "report/chrome_trace.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "describe/json.hpp"
#include "report/trace_lanes.hpp"

namespace sluice {
namespace {

constexpr int kRunProcess = 1;  // workloads follow

std::string quoted(std::string_view text) { return describe::to_json(describe::Value(text), 0); }

std::vector<std::string> quoted(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) all.push_back(quoted(name));
  return all;
}

// Where something stands: a process and a thread of the trace.
struct Track {
  std::size_t process = kRunProcess;
  std::size_t thread = 0;
};

class ChromeTrace {
 public:
  ChromeTrace(const RunResult& result, const RunTrace& trace)
      : result_(result), trace_(trace), models_(quoted(result.facts.names.models)) {}

  std::string take() && {
    out_ = "{\"displayTimeUnit\":\"ms\",\"otherData\":" + about() + ",\"traceEvents\":[\n";
    const std::vector<TracedLife> lives = lives_of(trace_);
    names(lives);
    for (const TracedLife& life : lives) request(life);
    levels();
    happened();
    out_ += "\n]}\n";
    return std::move(out_);
  }

 private:
  template <class... Args>
  void event(fmt::format_string<Args...> format, Args&&... args) {
    if (!std::exchange(is_first_, false)) out_ += ",\n";
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  // `args` is a JSON object.
  void slice(Track track, std::string_view name, TimePoint from, TimePoint to,
             std::string_view args = "{}") {
    const std::int64_t begin = microseconds_of(from);
    const std::int64_t end = std::max(begin, microseconds_of(to));
    event(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":"{}","args":{}}})", track.process,
          track.thread, begin, end - begin, name, args);
  }
  void instant(Track track, std::string_view quoted_name, TimePoint at, char scope) {
    event(R"({{"ph":"i","s":"{}","pid":{},"tid":{},"ts":{},"name":{}}})", scope, track.process,
          track.thread, microseconds_of(at), quoted_name);
  }
  void name_track(std::string_view what, Track track, std::string_view quoted_name) {
    event(R"({{"ph":"M","pid":{},"tid":{},"name":"{}","args":{{"name":{}}}}})", track.process,
          track.thread, what, quoted_name);
  }

  std::string about() const;
  std::int64_t left_out() const { return trace_.attempts_left_out + trace_.requests_left_out; }
  void names(const std::vector<TracedLife>& lives);
  void request(const TracedLife& life);
  void attempt(Track track, const TracedAttempt& attempt);
  void levels();
  void happened();

  const RunResult& result_;
  const RunTrace& trace_;
  std::vector<std::string> models_;
  std::string out_;
  bool is_first_ = true;
};

Track track_of(const TracedLife& life) {
  return {.process = kRunProcess + 1 + index(life.id.workload), .thread = life.lane + 1};
}

std::string_view outcome_name(ErrorKind error) {
  return error == ErrorKind::kNone ? "ok" : name(error);
}

std::string ChromeTrace::about() const {
  const RunFacts& facts = result_.facts;
  describe::Value value = describe::Value::object();
  value.set("scenario", facts.scenario_name)
      .set("scenario_digest", facts.scenario_digest)
      .set("version", facts.version)
      .set("seed", fmt::format("{}", facts.seed))
      .set("replication", facts.replication)
      .set("attempts", static_cast<std::int64_t>(trace_.attempts.size()))
      .set("attempts_left_out", trace_.attempts_left_out)
      .set("requests", static_cast<std::int64_t>(trace_.requests.size()))
      .set("requests_left_out", trace_.requests_left_out);
  return describe::to_json(value, 0);
}

void ChromeTrace::names(const std::vector<TracedLife>& lives) {
  const std::vector<std::string>& workloads = result_.facts.names.workloads;
  name_track("process_name", {}, quoted(result_.facts.scenario_name + ": limits and events"));
  std::vector<std::size_t> lanes(workloads.size());
  for (const TracedLife& life : lives) {
    std::size_t& count = lanes[index(life.id.workload)];
    count = std::max(count, life.lane + 1);
  }
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    const std::size_t process = kRunProcess + 1 + i;
    name_track("process_name", {process, 0}, quoted("workload " + workloads[i]));
    for (std::size_t lane = 1; lane <= lanes[i]; ++lane) {
      name_track("thread_name", {process, lane}, quoted(fmt::format("lane {}", lane)));
    }
  }
}

void ChromeTrace::request(const TracedLife& life) {
  const Track track = track_of(life);
  const std::string_view outcome = life.has_ended ? outcome_name(life.error) : "not ended";
  slice(track, fmt::format("request: {}", outcome), life.begin, life.end,
        fmt::format(R"({{"session":{},"turn":{},"attempts":{}}})", life.id.session, life.id.turn,
                    life.attempts.size()));
  TimePoint before = life.begin;
  const char* what = "queueing";
  const auto wait_until = [&](TimePoint time) {
    if (microseconds_of(time) > microseconds_of(before)) slice(track, what, before, time);
    what = "backoff";
  };
  for (const TracedAttempt* made : life.attempts) {
    wait_until(made->sent);
    attempt(track, *made);
    before = made->ended;
  }
  wait_until(life.end);
}

void ChromeTrace::attempt(Track track, const TracedAttempt& made) {
  std::string args = fmt::format(R"({{"model":{},"outcome":"{}")", models_[index(made.model)],
                                 outcome_name(made.error));
  if (made.limit) args += fmt::format(R"(,"cause":"{}")", name(*made.limit));
  if (made.retry_after) {
    args += fmt::format(R"(,"retry_after_s":{})", decimal_text(int128{ns(*made.retry_after)}, 9));
  }
  args += fmt::format(R"(,"prompt_tokens":{},"output_tokens":{}}})", made.prompt_tokens,
                      made.output_tokens);
  if (made.error == ErrorKind::kRefusedByClient) {
    instant(track, "\"refused by the client\"", made.ended, 't');
    return;
  }
  slice(track, fmt::format("attempt {}", made.number), made.sent, made.ended, args);
  if (made.first_token >= made.sent && made.first_token <= made.ended) {
    slice(track, "to first token", made.sent, made.first_token);
    slice(track, "output", made.first_token, made.ended);
  }
  if (made.error == ErrorKind::kNone) return;
  if (made.limit) {
    instant(track, fmt::format(R"("{} {}")", http_status(made.error), name(*made.limit)),
            made.ended, 't');
  } else {
    instant(track, fmt::format(R"("{}")", name(made.error)), made.ended, 't');
  }
}

void ChromeTrace::levels() {
  const std::vector<std::string> limiters = quoted(result_.facts.names.limiters);
  for (const TracedLevel& level : trace_.levels) {
    event(R"({{"ph":"C","pid":{},"ts":{},"name":{},"args":{{"level":{}}}}})", kRunProcess,
          microseconds_of(level.at), limiters[level.limiter], level.level);
  }
}

void ChromeTrace::happened() {
  for (const std::vector<TimedText>* list :
       {&result_.facts.happened, &result_.facts.spend.alerts}) {
    for (const TimedText& entry : *list) instant({}, quoted(entry.text), entry.at, 'g');
  }
  if (left_out() == 0) return;
  TimePoint last = kRunStart;
  for (const TracedAttempt& attempt : trace_.attempts) last = std::max(last, attempt.ended);
  const std::string text =
      fmt::format("the trace is full: {} attempts and {} ends of requests after this are not in it",
                  trace_.attempts_left_out, trace_.requests_left_out);
  instant({}, quoted(text), last, 'g');
}

}  // namespace

std::string render_chrome_trace(const RunResult& result) {
  const RunTrace none;
  return ChromeTrace(result, result.trace ? *result.trace : none).take();
}

}  // namespace sluice
