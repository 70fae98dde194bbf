// Heat maps: cells with their figure written in them, from little to much of one number, or from
// worse to better around nothing.
import { tooltipBox, xCategoryAxis, yCategoryAxis, type TooltipRow } from "../core/axes";
import type { CustomSeriesOption, EChartsOption } from "../core/echarts";
import type { Theme } from "../core/theme";
import type { Num } from "../core/types";

export interface HeatCell {
  /** Decides the colour; null: no number, no colour. */
  readonly value: Num;
  readonly text: string;
  readonly tip: readonly TooltipRow[];
}

export interface HeatMap {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** [row][column] */
  readonly cells: readonly (readonly HeatCell[])[];
  /** From worse (-1) to better (1); else from the least to the most. */
  readonly isDiverging?: boolean;
}

const kCell = 44;
const kAround = 46;

export function heatHeight(rows: number): number {
  return Math.max(1, rows) * kCell + kAround;
}

/** Black or white, whichever is easier to read on `colour` (#rrggbb), by WCAG's luminance. */
export function inkOn(colour: string): string {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) return "#000000";
  const linear = match.slice(1).map((part) => {
    const c = parseInt(part, 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = linear;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000000" : "#ffffff";
}

function mix(a: string, b: string, share: number): string {
  const part = (colour: string, i: number): number =>
    parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const parts = [0, 1, 2].map((i) => Math.round(part(a, i) + (part(b, i) - part(a, i)) * share));
  return `#${parts.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}

/** The colour at `share` (0 to 1) of a list of colours. */
function along(colours: readonly string[], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const i = Math.min(colours.length - 2, Math.floor(at));
  return mix(colours[i] ?? "#888888", colours[i + 1] ?? "#888888", at - i);
}

function shareOf(map: HeatMap, value: number): number {
  if (map.isDiverging) return (value + 1) / 2;
  const all = map.cells.flat().flatMap(({ value: one }) => (one === null ? [] : [one]));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return most > least ? (value - least) / (most - least) : 0;
}

function ramp(theme: Theme, map: HeatMap): readonly string[] {
  if (!map.isDiverging) return theme.ramp;
  return [
    mix(theme.panel, theme.bad, 0.75),
    mix(theme.panel, theme.neutral, 0.18),
    mix(theme.panel, theme.good, 0.75),
  ];
}

// Drawn by hand: ECharts' own heat maps colour by a visualMap, which knows one direction only.
function cellSeries(theme: Theme, map: HeatMap, fontSize: number): CustomSeriesOption {
  const colours = ramp(theme, map);
  const renderItem: NonNullable<CustomSeriesOption["renderItem"]> = (_, api) => {
    const [column, row] = [Number(api.value(0)), Number(api.value(1))];
    const cell = map.cells[row]?.[column];
    const size = api.size?.([1, 1]);
    const [x = 0, y = 0] = api.coord([column, row]);
    const [width = 0, height = 0] = Array.isArray(size) ? size : [];
    const value = cell?.value ?? null;
    const fill = value === null ? theme.panel : along(colours, shareOf(map, value));
    const gap = 1;
    return {
      type: "rect",
      shape: {
        x: x - width / 2 + gap,
        y: y - height / 2 + gap,
        width: width - 2 * gap,
        height: height - 2 * gap,
        r: 3,
      },
      style: { fill, stroke: value === null ? theme.line : fill },
      textConfig: { position: "inside" },
      textContent: {
        type: "text",
        style: {
          text: cell?.text ?? "",
          fill: value === null ? theme.muted : inkOn(fill),
          fontSize,
          lineHeight: Math.round(fontSize * 1.35),
          width: width - 6,
          overflow: "break",
          align: "center",
          verticalAlign: "middle",
        },
      },
    };
  };
  return {
    type: "custom",
    renderItem,
    encode: { x: 0, y: 1 },
    data: map.cells.flatMap((row, y) => row.map((_, x) => [x, y])),
  };
}

export function heatOption(theme: Theme, map: HeatMap): EChartsOption {
  const isNarrow = innerWidth < 560;
  const xAxis = xCategoryAxis(theme, map.columns);
  const yAxis = yCategoryAxis(theme, map.rows);
  return {
    grid: { left: 4, right: 8, top: 4, bottom: 4, containLabel: true },
    xAxis: {
      ...xAxis,
      axisLine: { show: false },
      position: "top",
      axisLabel: {
        color: theme.text,
        fontSize: isNarrow ? 10 : 12,
        interval: 0,
        hideOverlap: false,
        width: isNarrow ? 78 : 170,
        overflow: "truncate",
      },
    } as NonNullable<EChartsOption["xAxis"]>,
    yAxis: {
      ...yAxis,
      axisLine: { show: false },
      axisLabel: {
        color: theme.text,
        fontSize: isNarrow ? 10 : 12,
        interval: 0,
        width: isNarrow ? 66 : 170,
        overflow: "break",
      },
    } as NonNullable<EChartsOption["yAxis"]>,
    tooltip: {
      trigger: "item",
      formatter: (hovered: unknown) => {
        const [x, y] = placeOf(hovered);
        const cell = map.cells[y]?.[x];
        return cell ? tooltipBox(`${map.rows[y] ?? ""}, ${map.columns[x] ?? ""}`, cell.tip) : "";
      },
    },
    series: [cellSeries(theme, map, isNarrow ? 9 : 12)],
  };
}

function placeOf(point: unknown): readonly [number, number] {
  if (typeof point !== "object" || point === null || !("value" in point)) return [-1, -1];
  const value: unknown = point.value;
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [-1, -1];
}
