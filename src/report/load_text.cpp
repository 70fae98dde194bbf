#include "report/load_text.hpp"

#include <fmt/format.h>

#include "report/number_text.hpp"

namespace sluice {
namespace {

class LoadLines {
 public:
  LoadLines(const RunResult& result, const MetricReader& metric)
      : load_(*result.facts.load), warmup_(result.measured.warmup), metric_(metric) {}

  std::vector<LabelledText> take() {
    verdict();
    target();
    rates();
    schedule();
    waits();
    connections();
    money();
    return std::move(lines_);
  }

 private:
  std::string text_of(std::string_view path) const { return metric_text(metric_(path)); }
  void add(std::string label, std::string text) {
    lines_.push_back({std::move(label), std::move(text)});
  }

  void verdict();
  void target();
  void rates();
  void schedule();
  void waits();
  void connections();
  void money();

  const LoadFacts& load_;
  const WarmupTotals& warmup_;
  const MetricReader& metric_;
  std::vector<LabelledText> lines_;
};

void LoadLines::verdict() {
  const LoadVerdict verdict = judge(load_);
  if (!verdict.ok) add("VOID", "what is said of rates and latency: " + verdict.reason);
  if (load_.stopped == StopReason::kNone) return;
  std::string text(sentence(load_.stopped));
  if (!load_.stop_detail.empty()) text += ": " + load_.stop_detail;
  add("Ended", text);
}

void LoadLines::target() {
  std::string text = load_.target;
  if (load_.speed_permille != 1000) {
    text += fmt::format(", {:.6g} times as fast as real time",
                        static_cast<double>(load_.speed_permille) / 1000);
  }
  add("Target", text);
}

void LoadLines::rates() {
  add("Rates",
      fmt::format("asked {}, sent {}, succeeded {}; with retries {}{}",
                  text_of("load.asked_per_second"), text_of("load.sent_per_second"),
                  text_of("load.succeeded_per_second"), text_of("load.attempts_per_second"),
                  load_.speed_permille == 1000 ? "" : " (wall time)"));
}

void LoadLines::schedule() {
  const std::string delay = "load.schedule_delay.";
  add("Schedule",
      fmt::format("sent late by p50 {}, p99 {}, max {} of wall time", text_of(delay + "p50"),
                  text_of(delay + "p99"), text_of(delay + "max")));
  add("Evenness", fmt::format("dispersion in 10 ms: planned {}, sent {} (0 even, 1 Poisson, more: "
                              "bursts)",
                              text_of("load.dispersion.planned"), text_of("load.dispersion.sent")));
  std::string cpu = text_of("load.cpu_share") + " of one";
  if (load_.machine_ceiling) {
    cpu += "; this machine honestly sends " + text_of("load.machine_ceiling");
  }
  add("Processor", cpu);
  // Above speed 1 a mock says many tokens at once: its gaps mean nothing.
  if (!load_.content_gap.empty() && load_.speed_permille <= 1000) {
    const std::string gap = "load.content_gap.";
    add("Stream gaps",
        fmt::format("p50 {}, p99 {}, max {} between content events", text_of(gap + "p50"),
                    text_of(gap + "p99"), text_of(gap + "max")));
  }
}

void LoadLines::waits() {
  if (load_.dropped_late > 0) {
    add("Dropped", text_of("load.dropped_late") + " sessions as too late");
  }
  if (load_.held_back > 0) {
    add("Held back", text_of("load.held_back") + " attempts for headroom, money or a token");
  }
  if (load_.retry_after_obeyed + load_.retry_after_disobeyed > 0) {
    add("Retry-after",
        fmt::format("obeyed by {} retries, ignored by {}", text_of("load.retry_after.obeyed"),
                    text_of("load.retry_after.disobeyed")));
  }
}

void LoadLines::connections() {
  add("Connections",
      fmt::format("{} opened, {} attempts on an open one", text_of("load.connections.opened"),
                  text_of("load.connections.reused")));
}

void LoadLines::money() {
  const auto counted = metric_("cost.total");
  const Money spent = warmup_.cost + (counted ? std::get<Money>(counted->number) : Money{});
  std::string text = money_text(spent) + " spent";
  if (load_.expected_cost) text += ", " + money_text(*load_.expected_cost) + " expected";
  if (load_.spend_cap) text += ", at most " + money_text(*load_.spend_cap) + " allowed";
  if (load_.expected_cost || load_.spend_cap) add("Spend", text);
  if (!load_.headroom_lowest) return;
  std::string headroom = "lowest seen " + percent_text(*load_.headroom_lowest);
  if (load_.headroom_kept) headroom += "; " + percent_text(*load_.headroom_kept) + " to be left";
  add("Headroom", headroom);
}

}  // namespace

std::vector<LabelledText> load_lines(const RunResult& result, const MetricReader& metric) {
  return LoadLines(result, metric).take();
}

}  // namespace sluice
