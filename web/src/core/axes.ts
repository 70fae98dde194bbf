// Axes and tooltips in the style of the pages. Model time is drawn on a time axis in milliseconds
// from the run's start (`at`), because ECharts then chooses ticks of whole minutes and hours.
import { h } from "./dom";
import { clockText, durationText, numberText, tickText, type Unit } from "./format";
import type { EChartsOption } from "./echarts";
import type { Theme } from "./theme";

type XAxis = Exclude<EChartsOption["xAxis"], readonly unknown[] | undefined>;
type YAxis = Exclude<EChartsOption["yAxis"], readonly unknown[] | undefined>;

/** Seconds from the start to the value of a time axis. */
export function at(seconds: number): number {
  return seconds * 1000;
}

/** Start, middle and end of cell i, as values of a time axis. */
export function cellMiddle(i: number, cell: number): number {
  return at((i + 0.5) * cell);
}

const kNameGap = 6;

function label(theme: Theme): { color: string; fontSize: number; hideOverlap: boolean } {
  return { color: theme.muted, fontSize: 11, hideOverlap: true };
}

/** From the run's start to `end` seconds. */
export function timeAxis(theme: Theme, end: number): XAxis {
  return {
    type: "time",
    min: 0,
    max: at(end),
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { lineStyle: { color: theme.line } },
    axisLabel: { ...label(theme), formatter: (value: number) => clockText(value / 1000) },
    splitLine: { show: false },
  };
}

export interface ValueAxis {
  readonly unit: Unit;
  readonly name?: string;
  readonly log?: boolean;
  readonly min?: number;
  /** "dataMax": no further than the data go. */
  readonly max?: number | "dataMax";
  /** Of a tick's value; default: short, in the unit. */
  readonly format?: (value: number) => string;
  /** Ticks are whole numbers. */
  readonly whole?: boolean;
}

// `Y` and `X` differ in ECharts' types only.
function valueAxis(theme: Theme, axis: ValueAxis): YAxis & XAxis {
  return {
    type: axis.log ? "log" : "value",
    ...(axis.name === undefined ? {} : { name: axis.name, nameGap: kNameGap }),
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
    ...(axis.whole ? { minInterval: 1 } : {}),
    nameTextStyle: { color: theme.muted, fontSize: 11, align: "left" },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...label(theme), formatter: axis.format ?? ((value: number) => tickText(value, axis.unit)) },
    splitLine: { lineStyle: { color: theme.line, width: 1, opacity: 0.7 } },
  };
}

export function xValueAxis(theme: Theme, axis: ValueAxis): XAxis {
  return valueAxis(theme, axis);
}

export function yValueAxis(theme: Theme, axis: ValueAxis): YAxis {
  return valueAxis(theme, axis);
}

function categories(theme: Theme, names: readonly string[]): YAxis & XAxis {
  return {
    type: "category",
    data: [...names],
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: { ...label(theme), width: 150, overflow: "truncate" },
  };
}

export function xCategoryAxis(theme: Theme, names: readonly string[]): XAxis {
  return categories(theme, names);
}

/** From the top down. */
export function yCategoryAxis(theme: Theme, names: readonly string[]): YAxis {
  return { ...categories(theme, names), inverse: true };
}

export interface TooltipRow {
  readonly name: string;
  readonly value: string;
  readonly colour?: string;
}

/** The inside of a tooltip, as elements, so that no name becomes markup. */
export function tooltipBox(title: string, rows: readonly TooltipRow[]): HTMLElement {
  const box = h("div", { class: "tip" }, h("div", { class: "tip-title" }, title));
  for (const row of rows) {
    const swatch = h("span", { class: "swatch" });
    if (row.colour) swatch.style.background = row.colour;
    box.append(
      h("div", { class: "tip-row" }, swatch, h("span", {}, row.name), h("b", {}, row.value)),
    );
  }
  return box;
}

// What ECharts hands to a formatter, as far as it is read here.
interface Hovered {
  readonly seriesName?: string;
  readonly color?: unknown;
  readonly axisValue?: unknown;
  readonly value?: unknown;
}

function isHovered(value: unknown): value is Hovered {
  return typeof value === "object" && value !== null;
}

/** The y value of a point, which is [x, y]. */
function pointValue(point: Hovered): number | null {
  const value: unknown = Array.isArray(point.value) ? point.value[1] : point.value;
  return typeof value === "number" ? value : null;
}

export interface AxisTooltip {
  /** Heads the box; `x` is the axis' value. */
  readonly title: (x: number) => string;
  readonly unit: Unit | ((series: string) => Unit);
  /** Leaves out zeros, for stacks of many parts. */
  readonly skipZero?: boolean;
}

/** For `trigger: "axis"`: one row per series. */
export function axisTooltip(theme: Theme, tooltip: AxisTooltip): NonNullable<EChartsOption["tooltip"]> {
  return {
    trigger: "axis",
    axisPointer: { type: "line", lineStyle: { color: theme.muted } },
    formatter: (hovered: unknown) => {
      const points: unknown[] = Array.isArray(hovered) ? hovered : [hovered];
      const rows: TooltipRow[] = [];
      let x = 0;
      for (const point of points) {
        if (!isHovered(point)) continue;
        if (typeof point.axisValue === "number") x = point.axisValue;
        const value = pointValue(point);
        if (value === null || (tooltip.skipZero && value === 0)) continue;
        const name = point.seriesName ?? "";
        const unit = typeof tooltip.unit === "function" ? tooltip.unit(name) : tooltip.unit;
        const colour = typeof point.color === "string" ? point.color : undefined;
        rows.push({ name, value: numberText(value, unit), ...(colour ? { colour } : {}) });
      }
      return tooltipBox(tooltip.title(x), rows);
    },
  };
}

/** The title of a tooltip over a time axis whose cells are `cell` seconds wide. */
export function cellTitle(cell: number): (x: number) => string {
  return (x) => {
    const i = Math.floor(x / 1000 / cell);
    return `${clockText(i * cell)} – ${clockText((i + 1) * cell)} (${durationText(cell)})`;
  };
}
