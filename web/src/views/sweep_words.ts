// What a sweep says in words, as its text report does (src/report/sweep_text.cpp).
import { numberText, percentText } from "../core/format";
import type { KeyFigure } from "../core/layout";
import { estimateText, listText, unitOf, whole } from "./estimate";
import { axisNames, estimateOf, type SweepCell, type SweepJson } from "./sweep_types";

/** "rate 300/min, tier start". */
export function cellText(data: SweepJson, cell: SweepCell): string {
  const names = axisNames(data);
  return cell.values.map((value, i) => `${names[i] ?? ""} ${value}`).join(", ");
}

interface Extremes {
  readonly least: SweepCell;
  readonly most: SweepCell;
}

/** The first cells with the least and the most of a metric; null where no cell has it. */
export function extremesOf(data: SweepJson, metric: number): Extremes | null {
  const mean = (cell: SweepCell): number => cell.figures[metric]?.mean ?? NaN;
  const cells = data.cells.filter((cell) => !Number.isNaN(mean(cell)));
  const [first] = cells;
  if (!first) return null;
  // Of equal ones the first.
  const least = cells.reduce((best, cell) => (mean(cell) < mean(best) ? cell : best), first);
  const most = cells.reduce((best, cell) => (mean(cell) > mean(best) ? cell : best), first);
  return { least, most };
}

function figureText(data: SweepJson, cell: SweepCell, metric: number): string {
  return estimateText(estimateOf(cell.figures[metric]), unitOf(data.metrics[metric]?.unit ?? ""));
}

export function sweepSentence(data: SweepJson): string {
  const axes = data.axes.map(({ pointer, values }) => `${pointer} (${values.length} values)`);
  const what = `${data.cells.length} settings of ${listText(axes)}.`;
  const found = extremesOf(data, 0);
  const path = data.metrics[0]?.path ?? "";
  if (!found) return what;
  if (found.least.figures[0]?.mean === found.most.figures[0]?.mean) {
    return `${what} ${path} is ${figureText(data, found.most, 0)} in all of them.`;
  }
  return (
    `${what} ${path} is highest with ${cellText(data, found.most)} ` +
    `(${figureText(data, found.most, 0)}) ` +
    `and lowest with ${cellText(data, found.least)} (${figureText(data, found.least, 0)}).`
  );
}

export function replicationsText(data: SweepJson): string {
  const counts = data.cells.map(({ replications }) => replications);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  let text = least === most ? `${most}` : `${least} to ${most}`;
  text +=
    most === 1
      ? " replication of every cell"
      : " replications of every cell, means ± half of their 95 % intervals";
  if (data.precision === null) return `${text}.`;
  const imprecise = data.cells.filter(({ precise }) => !precise).length;
  return imprecise === 0
    ? `${text}; every figure is within ${percentText(data.precision)}.`
    : `${text}; ${imprecise} of ${data.cells.length} cells have figures that are not within ` +
        `${percentText(data.precision)}.`;
}

/** What common random numbers did for the differences to the first cell; null: nothing varies. */
export function reductionText(data: SweepJson): string | null {
  const factors = data.cells
    .flatMap(({ figures }) => figures.map((one) => one.against_first?.variance_reduction ?? null))
    .filter((one): one is number => one !== null)
    .sort((a, b) => a - b);
  const middle = factors[Math.floor(factors.length / 2)];
  if (middle === undefined) return null;
  return (
    "Common random numbers cut the variance of differences to the first cell " +
    `${Number(middle.toPrecision(3))}-fold in the median.`
  );
}

export function sweepFigures(data: SweepJson): KeyFigure[] {
  return data.metrics.map(({ path, unit: its }, metric) => {
    const unit = unitOf(its);
    const found = extremesOf(data, metric);
    if (!found) return { label: path, value: "–" };
    const least = whole(numberText(found.least.figures[metric]?.mean, unit));
    const most = whole(numberText(found.most.figures[metric]?.mean, unit));
    return {
      label: path,
      value: least === most ? least : `${least}\u00a0– ${most}`,
      detail:
        least === most
          ? "in every cell"
          : `${cellText(data, found.least)} – ${cellText(data, found.most)}`,
    };
  });
}
