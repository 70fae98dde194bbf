// Series over model time, made from one number per cell: lines, steps and stacks, all drawn at the
// middle of their cells, with what happened on the way as marks.
import { at, axisTooltip, cellMiddle, cellTitle, timeAxis, yValueAxis, type ValueAxis } from "./axes";
import type { ChartSpec } from "./chart_panel";
import type { EChartsOption, LineSeriesOption } from "./echarts";
import type { Unit } from "./format";
import type { Cell, Column } from "./table";
import type { Theme } from "./theme";
import type { Series, TimedText } from "./types";

/** What all charts of one run share: the width of a cell, how many there are, what happened when. */
export interface Timeline {
  /** Seconds. */
  readonly cell: number;
  readonly cells: number;
  /** The end of the warm-up, seconds; 0 where there is none. */
  readonly countsFrom: number;
  /** When arrivals stop, seconds. */
  readonly duration: number;
  readonly events: readonly TimedText[];
}

export interface Line {
  readonly name: string;
  readonly values: Series;
  /** What is drawn where that is not `values`, which the table has. */
  readonly drawn?: Series;
  /** What the chart shows is the value times this; the table has the value. Default 1. */
  readonly scale?: number;
  /** In the table; default the name. */
  readonly column?: string;
  readonly colour?: (theme: Theme) => string;
  readonly dashed?: boolean;
  /** Numbers that many cells share and that are not counted per cell, such as levels, are no steps. */
  readonly smooth?: boolean;
  readonly area?: boolean;
}

export interface TimeChart {
  readonly title: string;
  readonly unit?: string;
  readonly note?: string;
  readonly describe: string;
  readonly lines: readonly Line[];
  /** Of the numbers drawn. */
  readonly axis: ValueAxis;
  /** Of the numbers in the tooltip, where it is not the axis' unit. */
  readonly tipUnit?: Unit;
  readonly stack?: boolean;
  readonly limit?: { readonly name: string; readonly value: number } | undefined;
  readonly off?: readonly string[];
  readonly wide?: boolean;
  readonly height?: number;
  /** More columns of the table. */
  readonly columns?: readonly { readonly name: string; readonly values: Series }[];
}

function points(line: Line, cell: number, asZero: boolean): [number, number | null][] {
  const scale = line.scale ?? 1;
  return (line.drawn ?? line.values).map((value, i) => {
    const number = value === null ? (asZero ? 0 : null) : value * scale;
    return [cellMiddle(i, cell), number];
  });
}

function lineSeries(theme: Theme, chart: TimeChart, line: Line, time: Timeline): LineSeriesOption {
  const stacked = chart.stack === true;
  return {
    type: "line",
    name: line.name,
    symbol: "none",
    ...(line.smooth === true ? {} : { step: "middle" as const }),
    ...(line.colour ? { color: line.colour(theme) } : {}),
    ...(stacked ? { stack: "all" } : {}),
    ...(stacked || line.area ? { areaStyle: { opacity: stacked ? 0.85 : 0.14 } } : {}),
    lineStyle: { width: stacked ? 0 : 1.6, ...(line.dashed ? { type: [5, 4] } : {}) },
    emphasis: { disabled: true },
    data: points(line, time.cell, stacked),
  };
}

const kMarkLabel = 24;

function short(text: string): string {
  return text.length > kMarkLabel ? `${text.slice(0, kMarkLabel - 1)}…` : text;
}

// Without a name, so that no toggle switches the marks off.
function marks(theme: Theme, chart: TimeChart, time: Timeline): LineSeriesOption {
  const label = { color: theme.muted, fontSize: 10 };
  const upright = { lineStyle: { color: theme.muted, type: "dotted" as const, width: 1 } };
  const lines = time.events.map((event) => ({
    xAxis: at(event.at),
    ...upright,
    label: { ...label, formatter: short(event.text), position: "insideEndTop" as const },
  }));
  const end = { xAxis: at(time.duration), ...upright, label: { show: false } };
  const bound = chart.limit && {
    yAxis: chart.limit.value,
    lineStyle: { color: theme.bad, type: "dashed" as const, width: 1.2 },
    label: { ...label, color: theme.bad, formatter: chart.limit.name, position: "insideStartTop" as const },
  };
  return {
    type: "line",
    data: [],
    silent: true,
    markLine: { silent: true, symbol: "none", animation: false, data: [...lines, end, ...(bound ? [bound] : [])] },
    ...(time.countsFrom > 0
      ? {
          markArea: {
            silent: true,
            itemStyle: { color: theme.muted, opacity: 0.12 },
            label: { ...label, position: "insideTopLeft" },
            data: [[{ xAxis: 0, name: "warm-up" }, { xAxis: at(time.countsFrom) }]],
          },
        }
      : {}),
  };
}

function option(theme: Theme, chart: TimeChart, time: Timeline): EChartsOption {
  return {
    xAxis: timeAxis(theme, time.cells * time.cell),
    yAxis: yValueAxis(theme, chart.axis),
    tooltip: axisTooltip(theme, {
      title: cellTitle(time.cell),
      unit: chart.tipUnit ?? chart.axis.unit,
      skipZero: chart.stack === true,
    }),
    series: [...chart.lines.map((line) => lineSeries(theme, chart, line, time)), marks(theme, chart, time)],
  };
}

/** The sum of what there is. */
export function sum(values: Series): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

/** The largest, and the start of its cell in seconds; null of nothing. */
export function peak(values: Series, cell: number): { readonly value: number; readonly at: number } | null {
  let best: { value: number; at: number } | null = null;
  values.forEach((value, i) => {
    if (value !== null && (best === null || value > best.value)) best = { value, at: i * cell };
  });
  return best;
}

/** Nothing but null and zero. */
export function isIdle(values: Series | undefined): boolean {
  return values === undefined || values.every((value) => value === null || value === 0);
}

/** A chart over the run's time with its table, as a spec for a ChartPanel. */
export function timeChart(chart: TimeChart, time: Timeline): ChartSpec {
  const columns: { name: string; values: Series }[] = [
    ...chart.lines.map((line) => ({ name: line.column ?? line.name, values: line.values })),
    ...(chart.columns ?? []),
  ];
  const head: Column[] = [{ name: "from (s)" }, ...columns.map(({ name }) => ({ name }))];
  const rows: Cell[][] = Array.from({ length: time.cells }, (_, i) => [
    Number((i * time.cell).toPrecision(12)),
    ...columns.map(({ values }) => values[i] ?? null),
  ]);
  return {
    title: chart.title,
    ...(chart.unit === undefined ? {} : { unit: chart.unit }),
    ...(chart.note === undefined ? {} : { note: chart.note }),
    describe: chart.describe,
    table: { columns: head, rows },
    option: (theme) => option(theme, chart, time),
    zoom: true,
    group: "time",
    ...(chart.off === undefined ? {} : { off: chart.off }),
    ...(chart.wide === undefined ? {} : { wide: chart.wide }),
    ...(chart.height === undefined ? {} : { height: chart.height }),
  };
}
