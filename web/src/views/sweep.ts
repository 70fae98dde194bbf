// The report of `sluice sweep`: one axis as lines of every metric; two or more as lines and a heat
// map of what is chosen.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { h } from "../core/dom";
import { grid, notice, section } from "../core/layout";
import { answerHead, identitySection, notes } from "./answer";
import { choice, type Choice } from "./choices";
import { estimateText, unitOf } from "./estimate";
import { heatChart, linesChart, type SweepView } from "./sweep_charts";
import { axisNames, estimateOf, type SweepJson } from "./sweep_types";
import {
  extremesOf,
  reductionText,
  replicationsText,
  sweepFigures,
  sweepSentence,
} from "./sweep_words";
import { toneTable, type TonedCell } from "./tone_table";

function cellsTable(data: SweepJson): HTMLElement {
  const names = axisNames(data);
  const rows = data.cells.map((cell): TonedCell[] => [
    ...cell.values,
    ...cell.figures.map((figure, i) =>
      estimateText(estimateOf(figure), unitOf(data.metrics[i]?.unit ?? "")),
    ),
    ...(data.precision === null
      ? []
      : [cell.precise ? "yes" : ({ text: "no", tone: "warn" } as const)]),
  ]);
  const head = [
    ...names,
    ...data.metrics.map(({ path }) => path),
    ...(data.precision === null ? [] : ["precise"]),
  ];
  return toneTable(head, rows, "Every cell");
}

interface Parts {
  readonly elements: readonly HTMLElement[];
  readonly panels: readonly ChartPanel[];
}

/** Every metric across the only axis. */
function oneAxis(data: SweepJson): Parts {
  const last = data.metrics.length - 1;
  const panels = data.metrics.map((_, metric) => {
    const spec = linesChart(data, { metric, across: 0, by: null, chosen: [0] });
    return new ChartPanel({ ...spec, wide: metric === last && last % 2 === 0 });
  });
  return { elements: [grid(...panels.map(({ element }) => element))], panels };
}

/** A metric over two axes that are chosen, with one value of each of the others. */
function manyAxes(data: SweepJson): Parts {
  const names = axisNames(data);
  const longest = data.axes.reduce(
    (best, { values }, i) => (values.length > (data.axes[best]?.values.length ?? 0) ? i : best),
    0,
  );
  let [across, by] = [longest, longest === 0 ? 1 : 0];
  const chosen: Choice[] = [];
  const view = (): SweepView => ({
    metric: metric.value(),
    across,
    by,
    chosen: chosen.map((one) => one.value()),
  });
  const specs = (): readonly [ChartSpec, ChartSpec] => [
    { ...linesChart(data, view()), wide: true, height: 340 },
    { ...heatChart(data, view()), wide: true },
  ];
  const redraw = (): void => {
    const [lines, heat] = specs();
    panels[0]?.update(lines);
    panels[1]?.update(heat);
    chosen.forEach((one, i) => {
      one.element.hidden = i === across || i === by;
    });
  };
  // The other of the two takes the place of the one that is chosen twice.
  const acrossChoice = choice("Across", names, across, () => {
    if (acrossChoice.value() === by) by = across;
    across = acrossChoice.value();
    byChoice.set(by);
    redraw();
  });
  const byChoice = choice("By", names, by, () => {
    if (byChoice.value() === across) across = by;
    by = byChoice.value();
    acrossChoice.set(across);
    redraw();
  });
  const metric = choice(
    "Metric",
    data.metrics.map(({ path }) => path),
    0,
    redraw,
  );
  // At first where the first metric is least, which is where there is something to see.
  const start = extremesOf(data, 0)?.least;
  data.axes.forEach(({ values }, i) => {
    const at = Math.max(0, values.indexOf(start?.values[i] ?? ""));
    chosen.push(choice(names[i] ?? "", values, at, redraw));
  });
  const panels = specs().map((spec) => new ChartPanel(spec));
  redraw();
  const controls = h(
    "div",
    { class: "choices" },
    metric.element,
    acrossChoice.element,
    byChoice.element,
    ...chosen.map(({ element }) => element),
  );
  return { elements: [controls, grid(...panels.map(({ element }) => element))], panels };
}

/** Draws a sweep into `root`. */
export function mountSweep(root: HTMLElement, data: SweepJson): { dispose(): void } {
  const parts = data.axes.length > 1 ? manyAxes(data) : oneAxis(data);
  const reduction = reductionText(data);
  const isImprecise = data.cells.some(({ precise }) => !precise);
  root.append(
    answerHead({
      command: "sweep",
      scenario: data.scenario,
      badge: `${data.cells.length} cells`,
      tone: "plain",
      sentence: sweepSentence(data),
      more: [replicationsText(data)],
      figures: sweepFigures(data),
    }),
    ...(isImprecise ? [notice(replicationsText(data))] : []),
    section(
      data.axes.length > 1 ? "What it depends on" : `Across ${data.axes[0]?.pointer ?? ""}`,
      ...parts.elements,
    ),
    section(
      "Cell by cell",
      h("div", { class: "card" }, cellsTable(data)),
      notes("How it was made", reduction === null ? [] : [reduction]),
    ),
    identitySection(
      data,
      axisNames(data).map((name, i) => [name, data.axes[i]?.pointer ?? ""] as const),
    ),
  );
  return { dispose: () => parts.panels.forEach((panel) => panel.dispose()) };
}
