// Charts of named rows, from the top down: bars or points with their 95 % intervals as whiskers.
// A row's name and figure stand above its mark, so that long names fit a phone and a printed page
// needs no tooltip.
import { tooltipBox, xValueAxis, yCategoryAxis, type TooltipRow } from "../core/axes";
import type { CustomSeriesOption, EChartsOption, SeriesOption } from "../core/echarts";
import type { Unit } from "../core/format";
import type { Theme } from "../core/theme";
import type { Num } from "../core/types";

export interface Mark {
  readonly value: number;
  readonly low?: Num;
  readonly high?: Num;
  readonly colour?: string;
}

export interface RowSeries {
  readonly name: string;
  readonly kind: "bar" | "point" | "interval";
  /** By row; null: no mark there. */
  readonly marks: readonly (Mark | null)[];
  readonly colour?: string;
  /** Bars of one stack follow each other. */
  readonly stack?: string;
  readonly symbol?: string;
}

export interface RowLine {
  readonly value: number;
  readonly name: string;
  readonly colour?: string;
}

export interface Row {
  readonly name: string;
  /** Beside the name, in bold. */
  readonly figure: string;
  readonly tip: readonly TooltipRow[];
}

export interface RowsChart {
  readonly rows: readonly Row[];
  readonly series: readonly RowSeries[];
  readonly unit: Unit;
  /** Vertical lines: a limit, today's value. */
  readonly lines?: readonly RowLine[];
  /** A shaded band. */
  readonly band?: { readonly from: number; readonly to: number };
  readonly min?: number;
  readonly max?: number;
  /** Name of the x axis' ticks, where the unit does not say it. */
  readonly tick?: (value: number) => string;
}

const kRow = 46;
const kAround = 46;

export function rowsHeight(rows: number): number {
  return Math.max(1, rows) * kRow + kAround;
}

const kBarWidth = 12;
const kCap = 4;

interface Shape {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** From low to high at the height y, with caps; `isUpright` turns it by a right angle. */
function whiskerShapes(low: number, high: number, at: number, isUpright: boolean): Shape[] {
  const line = (a: number, b: number, c: number, d: number): Shape =>
    isUpright ? { x1: b, y1: a, x2: d, y2: c } : { x1: a, y1: b, x2: c, y2: d };
  return [
    line(low, at, high, at),
    line(low, at - kCap, low, at + kCap),
    line(high, at - kCap, high, at + kCap),
  ];
}

/** One whisker: from `low` to `high` along one axis, at `at` on the other. */
export interface Whisker {
  readonly low: number;
  readonly high: number;
  readonly at: number;
}

/** Whiskers along x, or along y if `isUpright`. They are switched with the series of their name. */
export function whiskers(
  name: string,
  all: readonly Whisker[],
  colour: string,
  isUpright = false,
): CustomSeriesOption {
  const renderItem: NonNullable<CustomSeriesOption["renderItem"]> = (_, api) => {
    const low = Number(api.value(0));
    const high = Number(api.value(1));
    const at = Number(api.value(2));
    const from = api.coord(isUpright ? [at, low] : [low, at]);
    const to = api.coord(isUpright ? [at, high] : [high, at]);
    const [a, b, c] = isUpright
      ? [from[1] ?? 0, to[1] ?? 0, from[0] ?? 0]
      : [from[0] ?? 0, to[0] ?? 0, from[1] ?? 0];
    return {
      type: "group",
      children: whiskerShapes(a, b, c, isUpright).map((shape) => ({
        type: "line" as const,
        shape,
        style: { stroke: colour, lineWidth: 1.5 },
      })),
    };
  };
  return {
    type: "custom",
    name,
    renderItem,
    encode: isUpright ? { x: 2, y: [0, 1] } : { x: [0, 1], y: 2 },
    data: all.map(({ low, high, at }) => [low, high, at]),
    silent: true,
    clip: true,
    z: 5,
  };
}

function markData(mark: Mark | null, row: number, isBar: boolean): object {
  if (mark === null) return { value: isBar ? null : [null, row] };
  const item = { value: isBar ? mark.value : [mark.value, row] };
  return mark.colour ? { ...item, itemStyle: { color: mark.colour } } : item;
}

function seriesOf(one: RowSeries, theme: Theme): SeriesOption[] {
  const name = one.name;
  const colour = one.colour === undefined ? {} : { color: one.colour };
  const parts: SeriesOption[] = [];
  if (one.kind === "bar") {
    parts.push({
      type: "bar",
      name,
      ...colour,
      ...(one.stack === undefined ? {} : { stack: one.stack }),
      barWidth: kBarWidth,
      data: one.marks.map((mark, i) => markData(mark, i, true)),
    } as SeriesOption);
  } else if (one.kind === "point") {
    parts.push({
      type: "scatter",
      name,
      ...colour,
      symbol: one.symbol ?? "circle",
      symbolSize: 10,
      z: 6,
      data: one.marks.map((mark, i) => markData(mark, i, false)),
    } as SeriesOption);
  }
  const all: Whisker[] = [];
  one.marks.forEach((mark, at) => {
    if (mark?.low === null || mark?.low === undefined) return;
    if (mark.high === null || mark.high === undefined || mark.high === mark.low) return;
    all.push({ low: mark.low, high: mark.high, at });
  });
  if (all.length > 0) parts.push({ ...whiskers(name, all, theme.text), ...colour });
  return parts;
}

// Text of a line at the edge of a chart would be cut off, so it stands inside.
function lineAlign(chart: RowsChart, value: number): "left" | "center" | "right" {
  const all = chart.series.flatMap(({ marks }) =>
    marks.flatMap((mark) => (mark ? [mark.low ?? mark.value, mark.high ?? mark.value] : [])),
  );
  const least = Math.min(chart.min ?? Infinity, value, ...all);
  const most = Math.max(chart.max ?? -Infinity, value, ...all);
  const share = most > least ? (value - least) / (most - least) : 0.5;
  const kEdge = 0.1;
  return share < kEdge ? "left" : share > 1 - kEdge ? "right" : "center";
}

function lineSeries(chart: RowsChart, theme: Theme): SeriesOption {
  const area = chart.band ? { markArea: bandArea(chart.band.from, chart.band.to) } : {};
  return {
    type: "scatter",
    data: [],
    silent: true,
    ...area,
    markLine: {
      symbol: "none",
      silent: true,
      data: (chart.lines ?? []).map((line) => ({
        xAxis: line.value,
        name: line.name,
        lineStyle: { color: line.colour ?? theme.muted, type: "dashed" as const, width: 1.5 },
        label: {
          formatter: "{b}",
          position: "start" as const,
          rotate: 0,
          align: lineAlign(chart, line.value),
          color: line.colour ?? theme.muted,
          fontSize: 11,
        },
      })),
    },
  };
}

function bandArea(from: number, to: number): object {
  return {
    silent: true,
    itemStyle: { color: "rgba(110,150,130,0.16)" },
    data: [[{ xAxis: from }, { xAxis: to }]],
  };
}

// About so many letters fit above a row.
function letters(): number {
  return Math.max(30, Math.floor((Math.min(innerWidth, 620) - 90) / 6.4));
}

/** The text of a row, its figure first in bold. `{` would begin a style. */
function rowLabel({ name, figure }: Row): string {
  const room = letters() - figure.length;
  const shown = name.length > room ? `${name.slice(0, Math.max(0, room - 1))}…` : name;
  return `{figure|${figure.replace(/[{}|]/g, "")}}  ${shown.replace(/[{}]/g, "")}`;
}

export function rowsOption(theme: Theme, chart: RowsChart): EChartsOption {
  const y = yCategoryAxis(theme, chart.rows.map(rowLabel));
  const x = xValueAxis(theme, {
    unit: chart.unit,
    ...(chart.min === undefined ? {} : { min: chart.min }),
    ...(chart.max === undefined ? {} : { max: chart.max }),
  });
  // A bound that was set is where the chart ends, not a tick to be read.
  Object.assign(x, {
    axisLabel: {
      ...x.axisLabel,
      ...(chart.tick ? { formatter: chart.tick } : {}),
      ...(chart.min ? { showMinLabel: false } : {}),
      ...(chart.max === undefined ? {} : { showMaxLabel: false }),
    },
  });
  return {
    grid: { left: 12, right: 24, top: chart.lines?.length ? 26 : 8, bottom: 4, containLabel: true },
    xAxis: x,
    yAxis: {
      ...y,
      axisLine: { show: false, onZero: false },
      axisLabel: {
        inside: true,
        margin: 0,
        align: "left",
        verticalAlign: "bottom",
        padding: [0, 0, kBarWidth / 2 + 4, 0],
        color: theme.text,
        fontSize: 12,
        interval: 0,
        rich: { figure: { fontWeight: 600, fontSize: 12, color: theme.text } },
      },
      z: 10,
    } as NonNullable<EChartsOption["yAxis"]>,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (hovered: unknown) => {
        const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered;
        const row = chart.rows[rowIndex(first)];
        return row ? tooltipBox(row.name, row.tip) : "";
      },
    },
    series: [...chart.series.flatMap((one) => seriesOf(one, theme)), lineSeries(chart, theme)],
  };
}

function rowIndex(point: unknown): number {
  if (typeof point !== "object" || point === null || !("axisValue" in point)) return -1;
  const at = "axisIndex" in point && "dataIndex" in point ? point.dataIndex : -1;
  return typeof at === "number" ? at : -1;
}
