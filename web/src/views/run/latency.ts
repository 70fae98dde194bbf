// Charts of how it felt: latency and time to first token over time, and as HDR plot, which shows the
// tail as wide as the middle.
import type { ChartSpec } from "../../core/chart_panel";
import { axisTooltip, xValueAxis, yValueAxis } from "../../core/axes";
import { clockText, durationText, numberText } from "../../core/format";
import { isIdle, peak, timeChart, type Line } from "../../core/time_series";
import type { Cell } from "../../core/table";
import type { Quantiles, Series } from "../../core/types";
import type { RunContext } from "./context";

function line(name: string, values: Series | undefined, hue: number): Line[] {
  if (values === undefined || isIdle(values)) return [];
  return [{ name, values, column: `${name} (s)`, colour: (theme) => theme.palette[hue] ?? theme.neutral }];
}

function overTime(context: RunContext): ChartSpec {
  const { data, time } = context;
  const { traffic } = data.series;
  const within = data.identity.latency_within;
  const lines = [
    ...line("max", traffic.latency_max, 7),
    ...line("p99", traffic.latency_p99, 1),
    ...line("p95", traffic.latency_p95, 4),
    ...line("p50", traffic.latency_p50, 0),
    ...line("mean", traffic.latency_mean, 2),
  ];
  const success = data.latency["success"];
  const worst = peak(traffic.latency_p95 ?? traffic.latency_max, time.cell);
  const spec = timeChart(
    {
      title: "Latency over time",
      unit: "of what succeeded, from the planned arrival",
      describe:
        `Half of the requests took ${numberText(success?.p50, "seconds")} or less, 95 % ` +
        `${numberText(success?.p95, "seconds")}, 99 % ${numberText(success?.p99, "seconds")}` +
        `${worst ? `; the worst part began at ${clockText(worst.at)}` : ""}.`,
      lines,
      off: traffic.latency_p50 === undefined ? [] : ["max", "mean"],
      axis: { unit: "seconds", min: 0 },
      limit: within === null ? undefined : { name: `objective ${durationText(within)}`, value: within },
    },
    time,
  );
  return lines.length > 0 ? spec : { ...spec, empty: "Nothing succeeded." };
}

function firstToken(context: RunContext): ChartSpec | null {
  const { data, time } = context;
  const lines = [
    ...line("p95", data.series.traffic.ttft_p95, 4),
    ...line("p50", data.series.traffic.ttft_p50, 0),
  ];
  if (lines.length === 0) return null;
  const within = data.identity.ttft_within;
  return timeChart(
    {
      title: "Time to first token",
      unit: "of what succeeded, from the planned arrival",
      describe: `The median was ${numberText(data.ttft.p50, "seconds")}, the 95th percentile ${numberText(data.ttft.p95, "seconds")}.`,
      lines,
      axis: { unit: "seconds", min: 0 },
      limit: within === null ? undefined : { name: `objective ${durationText(within)}`, value: within },
    },
    time,
  );
}

const kCurves = [
  ["success", "latency, succeeded", 0],
  ["offered", "all, failures at their deadline", 1],
  ["ttft", "time to first token", 2],
  ["queueing", "queueing in the client", 4],
] as const;

function percentile(x: number): string {
  const below = 1 - 1 / x;
  const digits = Math.max(0, Math.ceil(Math.log10(x)) - 2);
  return `p${(below * 100).toFixed(below === 0 ? 0 : digits)}`;
}

// x = 1 / (1 - quantile); the quantile 1 has no place on a log axis and ends the curve at its neighbour's.
function curve({ quantile, value }: Quantiles): [number, number][] {
  const points: [number, number][] = [];
  quantile.forEach((q, i) => {
    const seconds = value[i];
    if (q < 1 && seconds !== undefined) points.push([1 / (1 - q), seconds]);
  });
  const last = points[points.length - 1];
  const most = value[value.length - 1];
  if (last && most !== undefined) points.push([last[0] * 1.15, most]);
  return points;
}

// On a linear axis the small would lie on its bottom.
function isWide(values: readonly number[]): boolean {
  const positive = values.filter((value) => value > 0);
  return Math.max(...positive) > 200 * Math.min(...positive);
}

function hdrPlot(context: RunContext): ChartSpec | null {
  const { distributions } = context.data;
  if (distributions === undefined) return null;
  const curves = kCurves.filter(([key]) => !isIdle(distributions[key].value));
  if (curves.length === 0) return null;
  const rows: Cell[][] = curves.flatMap(([key, name]) =>
    distributions[key].quantile.map((q, i) => [name, q, distributions[key].value[i] ?? null]),
  );
  const success = context.data.latency["success"];
  const isLog = isWide(curves.flatMap(([key]) => distributions[key].value));
  return {
    title: "Latency by percentile",
    unit: "HDR plot: each step to the right is ten times rarer",
    describe:
      `Of what succeeded: p50 ${numberText(success?.p50, "seconds")}, p99 ${numberText(success?.p99, "seconds")}, ` +
      `p99.9 ${numberText(success?.p999, "seconds")}, at most ${numberText(success?.max, "seconds")}.`,
    table: { columns: [{ name: "of" }, { name: "quantile" }, { name: "value (s)" }], rows },
    option: (theme) => ({
      xAxis: xValueAxis(theme, { unit: "count", log: true, min: 1, max: "dataMax", format: percentile }),
      yAxis: yValueAxis(theme, isLog ? { unit: "seconds", log: true } : { unit: "seconds", min: 0 }),
      tooltip: axisTooltip(theme, { title: percentile, unit: "seconds" }),
      series: curves.map(([key, name, hue]) => ({
        type: "line" as const,
        name,
        symbol: "none",
        color: theme.palette[hue] ?? theme.neutral,
        lineStyle: { width: 1.8 },
        emphasis: { disabled: true },
        data: curve(distributions[key]).filter(([, seconds]) => !isLog || seconds > 0),
      })),
    }),
    off: curves.length > 2 ? ["queueing in the client"] : [],
  };
}

export function latencyCharts(context: RunContext): (ChartSpec | null)[] {
  return [overTime(context), firstToken(context), hdrPlot(context)];
}
