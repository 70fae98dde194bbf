// The JSON of `sluice sweep` (docs/sweep.schema.json) as far as the view reads it. Figures are in
// the order of the metrics, cells in the order of the axes, the last turning fastest.
import type { Json, Num } from "../core/types";
import type { Estimate } from "./estimate";

export interface SweepFigure {
  readonly metric: string;
  readonly count: number;
  readonly mean: Num;
  readonly low: Num;
  readonly high: Num;
  readonly against_first: {
    readonly difference: number;
    readonly low: number;
    readonly high: number;
    readonly variance_reduction: Num;
  } | null;
}

export interface SweepCell {
  readonly values: readonly string[];
  readonly replications: number;
  readonly precise: boolean;
  readonly figures: readonly SweepFigure[];
}

export interface SweepAxis {
  readonly pointer: string;
  readonly values: readonly string[];
}

export interface SweepJson {
  readonly format: "sluice-sweep";
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_digest: string;
  readonly version: string;
  readonly axes: readonly SweepAxis[];
  readonly metrics: readonly { readonly path: string; readonly unit: string }[];
  readonly precision: Num;
  readonly cells: readonly SweepCell[];
  readonly effective_scenario?: Json;
}

/** The figure as an estimate; null where no replication has the number. */
export function estimateOf(figure: SweepFigure | undefined): Estimate | null {
  if (!figure || figure.mean === null) return null;
  return { value: figure.mean, low: figure.low, high: figure.high };
}

/** The cell at these positions on the axes. */
export function cellAt(data: SweepJson, at: readonly number[]): SweepCell | undefined {
  let place = 0;
  data.axes.forEach((axis, i) => {
    place = place * axis.values.length + (at[i] ?? 0);
  });
  return data.cells[place];
}

/** The last segment of a pointer where that tells it from the others, else the whole. */
export function axisNames(data: SweepJson): string[] {
  const last = data.axes.map(({ pointer }) => pointer.slice(pointer.lastIndexOf("/") + 1));
  return last.map((name, i) => {
    const isClear = name !== "" && last.filter((other) => other === name).length === 1;
    return isClear ? name : (data.axes[i]?.pointer ?? name);
  });
}
