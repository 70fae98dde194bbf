// The charts of a trend: one metric, run after run, with its intervals as a band; a line for each
// command, since a replay is not a simulation. A diamond is a run with something new in it.
import { tooltipBox, xCategoryAxis, yValueAxis, type TooltipRow } from "../core/axes";
import type { ChartSpec } from "../core/chart_panel";
import type { EChartsOption, SeriesOption } from "../core/echarts";
import { numberText } from "../core/format";
import type { TableData } from "../core/table";
import { hue, type Theme } from "../core/theme";
import type { Num } from "../core/types";
import { estimateText, unitOf } from "./estimate";
import type { SavedRun, TrendJson, TrendMetric } from "./trend_types";

/** "2026-11-21 12:30", UTC. */
export function minuteOf(run: SavedRun): string {
  return run.saved_at.slice(0, 16).replace("T", " ");
}

/** "simulate", "replay": those that there are, in the order of their first run. */
export function kindsOf(data: TrendJson): readonly string[] {
  return [...new Set(data.runs.map(({ kind }) => kind))];
}

export function trendTable(data: TrendJson, metric: TrendMetric): TableData {
  return {
    columns: [
      { name: "run" },
      { name: "saved (UTC)" },
      { name: "command" },
      { name: `${metric.metric} (${metric.unit ?? "number"})` },
      { name: "low (95 %)" },
      { name: "high (95 %)" },
      { name: "new here" },
    ],
    rows: data.runs.map((run, i) => [
      run.id,
      minuteOf(run),
      run.kind,
      metric.value[i] ?? null,
      metric.low[i] ?? null,
      metric.high[i] ?? null,
      (data.changes[i] ?? []).join(", "),
    ]),
  };
}

interface Line {
  readonly kind: string;
  readonly colour: string;
  /** Null where a run is of another command. */
  readonly of: (values: readonly Num[]) => Num[];
}

function linesOf(theme: Theme, data: TrendJson): Line[] {
  return kindsOf(data).map((kind, i) => ({
    kind,
    colour: hue(theme, i),
    of: (values) => data.runs.map((run, at) => (run.kind === kind ? (values[at] ?? null) : null)),
  }));
}

function bandOf(line: Line, metric: TrendMetric): SeriesOption[] {
  const low = line.of(metric.low);
  const high = line.of(metric.high);
  if (low.every((end) => end === null)) return [];
  const common = {
    type: "line" as const,
    name: line.kind,
    color: line.colour,
    stack: `band ${line.kind}`,
    stackStrategy: "all" as const,
    symbol: "none",
    silent: true,
    connectNulls: true,
    lineStyle: { opacity: 0 },
  };
  return [
    { ...common, data: low.map((end) => end ?? "-") },
    {
      ...common,
      areaStyle: { color: line.colour, opacity: 0.2 },
      data: low.map((end, i) => (end === null ? "-" : (high[i] ?? end) - end)),
    },
  ];
}

function runAt(hovered: unknown): number {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered;
  if (typeof first !== "object" || first === null || !("dataIndex" in first)) return -1;
  return typeof first.dataIndex === "number" ? first.dataIndex : -1;
}

function tip(theme: Theme, data: TrendJson, metric: TrendMetric, i: number): HTMLElement | string {
  const run = data.runs[i];
  if (!run) return "";
  const value = metric.value[i] ?? null;
  const estimate =
    value === null ? null : { value, low: metric.low[i] ?? null, high: metric.high[i] ?? null };
  const rows: TooltipRow[] = [
    {
      name: run.kind,
      value: estimateText(estimate, unitOf(metric.unit ?? "")),
      colour: hue(theme, kindsOf(data).indexOf(run.kind)),
    },
    { name: "version", value: run.version },
    { name: "verdict", value: run.verdict },
  ];
  const news = data.changes[i] ?? [];
  if (news.length > 0) rows.push({ name: "new here", value: news.join(", ") });
  return tooltipBox(`run ${run.id}, ${minuteOf(run)}`, rows);
}

function option(theme: Theme, data: TrendJson, metric: TrendMetric): EChartsOption {
  const series = linesOf(theme, data).flatMap((line): SeriesOption[] => [
    {
      type: "line",
      name: line.kind,
      color: line.colour,
      connectNulls: true,
      z: 4,
      data: line.of(metric.value).map((value, i) => {
        const isNew = (data.changes[i] ?? []).length > 0;
        return {
          value: value ?? "-",
          symbol: isNew ? "diamond" : "circle",
          symbolSize: isNew ? 12 : 6,
        };
      }),
    },
    ...bandOf(line, metric),
  ]);
  return {
    grid: { left: 8, right: 24, top: 14, bottom: 24, containLabel: true },
    xAxis: {
      ...xCategoryAxis(
        theme,
        data.runs.map(({ id }) => String(id)),
      ),
      name: "run",
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
    } as NonNullable<EChartsOption["xAxis"]>,
    yAxis: {
      ...yValueAxis(theme, { unit: unitOf(metric.unit ?? "") }),
      scale: true,
    } as NonNullable<EChartsOption["yAxis"]>,
    tooltip: {
      trigger: "axis",
      formatter: (hovered: unknown) => tip(theme, data, metric, runAt(hovered)),
    },
    series,
  };
}

function describe(metric: TrendMetric): string {
  const values = metric.value.flatMap((value) => (value === null ? [] : [value]));
  const unit = unitOf(metric.unit ?? "");
  const [first, last] = [values[0], values[values.length - 1]];
  if (first === undefined || last === undefined) return `No run has ${metric.metric}.`;
  const range = `between ${numberText(Math.min(...values), unit)} and ${numberText(Math.max(...values), unit)}`;
  return `${metric.metric} was ${numberText(first, unit)} in the oldest run and ${numberText(last, unit)} in the newest, ${range}.`;
}

export function trendChart(data: TrendJson, metric: TrendMetric): ChartSpec {
  const isNone = metric.value.every((value) => value === null);
  return {
    title: metric.metric,
    unit: metric.unit?.replace(/_/g, " ") ?? "",
    note: "Bands are 95 % intervals. A diamond: another scenario, catalog or version than the run before.",
    describe: describe(metric),
    table: trendTable(data, metric),
    empty: isNone ? "No run has this number." : undefined,
    option: (theme) => option(theme, data, metric),
    wide: true,
  };
}
