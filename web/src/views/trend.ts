// The page of `sluice runs trend`: a scenario's kept runs over time, a chart for every metric, and
// the runs themselves.
import { ChartPanel } from "../core/chart_panel";
import { h } from "../core/dom";
import { grid, section } from "../core/layout";
import { answerHead } from "./answer";
import { estimateText, unitOf } from "./estimate";
import { toneTable, type TonedCell } from "./tone_table";
import { minuteOf, trendChart } from "./trend_charts";
import type { TrendJson } from "./trend_types";

function runsTable(data: TrendJson): HTMLElement {
  const rows = data.runs.map((run, i): TonedCell[] => [
    String(run.id),
    minuteOf(run),
    run.kind,
    run.partial ? { text: `${run.verdict} (partial)`, tone: "warn" } : run.verdict,
    ...data.metrics.map((metric) => {
      const value = metric.value[i] ?? null;
      const estimate =
        value === null ? null : { value, low: metric.low[i] ?? null, high: metric.high[i] ?? null };
      return estimateText(estimate, unitOf(metric.unit ?? ""));
    }),
    run.version,
    run.scenario_digest.slice(0, 12),
    (data.changes[i] ?? []).join(", "),
  ]);
  const metrics = data.metrics.map(({ metric }) => metric);
  const head = [
    "run",
    "saved (UTC)",
    "command",
    "verdict",
    ...metrics,
    "version",
    "scenario",
    "new here",
  ];
  return toneTable(head, rows, "Every run");
}

function sentence(data: TrendJson): string {
  const first = data.runs[0];
  const last = data.runs[data.runs.length - 1];
  if (!first || !last) return "No run is kept.";
  const changed = data.changes.filter((news) => news.length > 0).length;
  const news =
    changed === 0
      ? "all of one scenario, catalog and version"
      : `${changed} of them with another scenario, catalog or version than the run before`;
  return `From ${minuteOf(first)} to ${minuteOf(last)} UTC, ${news}.`;
}

/** Draws a trend into `root`. */
export function mountTrend(root: HTMLElement, data: TrendJson): { dispose(): void } {
  const panels = data.metrics.map((metric) => new ChartPanel(trendChart(data, metric)));
  const shown = data.runs.length;
  root.append(
    answerHead({
      command: "runs trend",
      scenario: data.scenario,
      badge: shown < data.total ? `the newest ${shown} of ${data.total} runs` : `${shown} runs`,
      tone: "plain",
      sentence: sentence(data),
      figures: [],
    }),
    section("Over time", grid(...panels.map(({ element }) => element))),
    section("Run by run", h("div", { class: "card" }, runsTable(data))),
  );
  return { dispose: () => panels.forEach((panel) => panel.dispose()) };
}
