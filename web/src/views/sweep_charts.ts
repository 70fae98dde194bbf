// The charts of a sweep: one metric across one axis as lines with their intervals as bands, and
// over two axes as a heat map. Of further axes one value is chosen.
import { tooltipBox, xCategoryAxis, xValueAxis, yValueAxis, type TooltipRow } from "../core/axes";
import type { ChartSpec } from "../core/chart_panel";
import type { EChartsOption, SeriesOption } from "../core/echarts";
import { numberText } from "../core/format";
import type { TableData } from "../core/table";
import { hue, type Theme } from "../core/theme";
import { estimateText, unitOf } from "./estimate";
import { heatHeight, heatOption, type HeatCell } from "./heat_chart";
import { axisNames, cellAt, estimateOf, type SweepFigure, type SweepJson } from "./sweep_types";

/** What is shown of a sweep; axes and metrics by their places. */
export interface SweepView {
  readonly metric: number;
  readonly across: number;
  /** Gives the lines or the rows; null: one line. */
  readonly by: number | null;
  /** The value chosen of every axis; those of `across` and `by` are not read. */
  readonly chosen: readonly number[];
}

/** All cells, one metric, with all its digits. */
export function metricTable(data: SweepJson, metric: number): TableData {
  return {
    columns: [
      ...axisNames(data).map((name) => ({ name })),
      { name: `${data.metrics[metric]?.path ?? ""} (${data.metrics[metric]?.unit ?? ""})` },
      { name: "low (95 %)" },
      { name: "high (95 %)" },
      { name: "less the first cell" },
      { name: "low (95 %)" },
      { name: "high (95 %)" },
      { name: "replications" },
    ],
    rows: data.cells.map((cell) => {
      const figure = cell.figures[metric];
      const against = figure?.against_first ?? null;
      return [
        ...cell.values,
        figure?.mean ?? null,
        figure?.low ?? null,
        figure?.high ?? null,
        against?.difference ?? null,
        against?.low ?? null,
        against?.high ?? null,
        figure?.count ?? 0,
      ];
    }),
  };
}

interface Line {
  readonly name: string;
  readonly figures: readonly (SweepFigure | undefined)[];
}

function figureAt(data: SweepJson, view: SweepView, x: number, y: number): SweepFigure | undefined {
  const at = [...view.chosen];
  at[view.across] = x;
  if (view.by !== null) at[view.by] = y;
  return cellAt(data, at)?.figures[view.metric];
}

function linesOf(data: SweepJson, view: SweepView): Line[] {
  const across = data.axes[view.across]?.values ?? [];
  const by = view.by === null ? null : data.axes[view.by];
  const name = view.by === null ? "" : (axisNames(data)[view.by] ?? "");
  return (by?.values ?? [""]).map((value, y) => ({
    name: by ? `${name} ${value}` : (data.metrics[view.metric]?.path ?? ""),
    figures: across.map((_, x) => figureAt(data, view, x, y)),
  }));
}

interface Scale {
  readonly suffix: string;
  /** Null where the values are no numbers in one unit: they stand side by side. */
  readonly numbers: readonly number[] | null;
}

/** "300/min", "600/min" are numbers in "/min". */
export function scaleOf(values: readonly string[]): Scale {
  const parts = values.map((value) => /^(-?\d+(?:\.\d+)?)([^\d]*)$/.exec(value));
  const suffix = parts[0]?.[2] ?? "";
  const isOne = parts.every((part) => part !== null && part[2] === suffix);
  if (!isOne) return { suffix: "", numbers: null };
  return { suffix, numbers: parts.map((part) => Number(part?.[1])) };
}

function bandSeries(
  name: string,
  colour: string,
  line: Line,
  xs: readonly number[],
): SeriesOption[] {
  const isWide = line.figures.some(
    (one) => one && one.low !== null && one.high !== null && one.high > one.low,
  );
  if (!isWide) return [];
  const point = (i: number, value: number | null): [number, number | string] => [
    xs[i] ?? 0,
    value ?? "-",
  ];
  const common = {
    type: "line" as const,
    name,
    color: colour,
    stack: `band ${name}`,
    stackStrategy: "all" as const,
    symbol: "none",
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  };
  return [
    { ...common, data: line.figures.map((one, i) => point(i, one?.low ?? null)) },
    {
      ...common,
      areaStyle: { color: colour, opacity: 0.2 },
      data: line.figures.map((one, i) =>
        point(i, one && one.low !== null && one.high !== null ? one.high - one.low : null),
      ),
    },
  ];
}

function linesOption(theme: Theme, data: SweepJson, view: SweepView): EChartsOption {
  const axis = data.axes[view.across];
  const values = axis?.values ?? [];
  const unit = unitOf(data.metrics[view.metric]?.unit ?? "");
  const lines = linesOf(data, view);
  const { numbers, suffix } = scaleOf(values);
  const xs = numbers ?? values.map((_, i) => i);
  const named = numbers
    ? {
        ...xValueAxis(theme, { unit: "count" }),
        min: Math.min(...numbers),
        max: Math.max(...numbers),
        axisLabel: {
          color: theme.muted,
          fontSize: 11,
          hideOverlap: true,
          formatter: (value: number) => `${Number(value.toPrecision(6))}${suffix}`,
        },
      }
    : xCategoryAxis(theme, values);
  const series = lines.flatMap((line, i): SeriesOption[] => {
    const colour = hue(theme, i);
    return [
      {
        type: "line",
        name: line.name,
        color: colour,
        symbol: ["circle", "diamond", "triangle", "rect"][i % 4] ?? "circle",
        symbolSize: 8,
        data: line.figures.map((one, x) => [xs[x] ?? 0, one?.mean ?? "-"]),
        z: 4,
      },
      ...bandSeries(line.name, colour, line, xs),
    ];
  });
  const tip = (x: number): TooltipRow[] =>
    lines.map((line, i) => ({
      name: line.name,
      value: estimateText(estimateOf(line.figures[x]), unit),
      colour: hue(theme, i),
    }));
  return {
    grid: { left: 8, right: 24, top: 14, bottom: 24, containLabel: true },
    xAxis: {
      ...named,
      name: axisNames(data)[view.across] ?? "",
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: theme.muted, fontSize: 12 },
    } as NonNullable<EChartsOption["xAxis"]>,
    yAxis: yValueAxis(theme, { unit }),
    tooltip: {
      trigger: "axis",
      formatter: (hovered: unknown) => {
        const x = indexOf(hovered);
        return x < 0
          ? ""
          : tooltipBox(`${axisNames(data)[view.across] ?? ""} ${values[x] ?? ""}`, tip(x));
      },
    },
    series,
  };
}

function indexOf(hovered: unknown): number {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered;
  if (typeof first !== "object" || first === null || !("dataIndex" in first)) return -1;
  return typeof first.dataIndex === "number" ? first.dataIndex : -1;
}

/** The axes that are held: "tier build, max_tokens 512". */
function heldText(data: SweepJson, view: SweepView): string {
  const names = axisNames(data);
  return data.axes
    .flatMap(({ values }, i) =>
      i === view.across || i === view.by
        ? []
        : [`${names[i] ?? ""} ${values[view.chosen[i] ?? 0] ?? ""}`],
    )
    .join(", ");
}

function rangeText(data: SweepJson, view: SweepView): string {
  const metric = data.metrics[view.metric];
  if (!metric) return "";
  const means = linesOf(data, view).flatMap(({ figures }) =>
    figures.flatMap((one) => (one && one.mean !== null ? [one.mean] : [])),
  );
  if (means.length === 0) return `No run has ${metric.path}.`;
  const unit = unitOf(metric.unit);
  return (
    `${metric.path} goes from ${numberText(Math.min(...means), unit)} to ` +
    `${numberText(Math.max(...means), unit)}.`
  );
}

const kBand = "Bands are 95 % intervals of the means.";

/** One metric across one axis, a line for each value of another. */
export function linesChart(data: SweepJson, view: SweepView): ChartSpec {
  const metric = data.metrics[view.metric];
  const held = heldText(data, view);
  return {
    title: metric?.path ?? "",
    unit: metric
      ? `${metric.unit.replace(/_/g, " ")}, by ${axisNames(data)[view.across] ?? ""}`
      : "",
    note: held ? `${kBand} Held: ${held}.` : kBand,
    describe: rangeText(data, view),
    table: metricTable(data, view.metric),
    option: (theme) => linesOption(theme, data, view),
  };
}

/** One metric over two axes: `across` to the right, `by` downwards. */
export function heatChart(data: SweepJson, view: SweepView): ChartSpec {
  const metric = data.metrics[view.metric];
  const unit = unitOf(metric?.unit ?? "");
  const names = axisNames(data);
  const rows = view.by === null ? [""] : (data.axes[view.by]?.values ?? []);
  const columns = data.axes[view.across]?.values ?? [];
  const held = heldText(data, view);
  const cell = (figure: SweepFigure | undefined): HeatCell => {
    const estimate = estimateOf(figure);
    return {
      value: estimate?.value ?? null,
      text: numberText(estimate?.value, unit),
      tip: [{ name: metric?.path ?? "", value: estimateText(estimate, unit) }],
    };
  };
  const shownName = (axis: number | null): string => (axis === null ? "" : `${names[axis] ?? ""} `);
  return {
    title:
      `${metric?.path ?? ""}, over ${names[view.across] ?? ""} and ` +
      `${names[view.by ?? 0] ?? ""}`,
    unit: metric?.unit.replace(/_/g, " ") ?? "",
    note: `The darker (lighter in dark mode), the more.${held ? ` Held: ${held}.` : ""}`,
    describe: rangeText(data, view),
    height: heatHeight(rows.length),
    table: metricTable(data, view.metric),
    option: (theme) =>
      heatOption(theme, {
        columns: columns.map((value) => shownName(view.across) + value),
        rows: rows.map((value) => shownName(view.by) + value),
        cells: rows.map((_, y) => columns.map((__, x) => cell(figureAt(data, view, x, y)))),
      }),
  };
}
