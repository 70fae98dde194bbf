// The report of one run (simulate, replay): whether it fits, what binds and when, what it costs;
// then the charts and tables that show why. update() shows a newer state of the same run.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { fill, h } from "../core/dom";
import { grid, section } from "../core/layout";
import { onPrint } from "../core/print";
import type { RunJson } from "../core/types";
import { contextOf, type RunContext } from "./run/context";
import { costCharts } from "./run/cost";
import { generatorCharts, generatorFacts } from "./run/generator";
import { runHead } from "./run/head";
import { identityCard } from "./run/identity";
import { latencyCharts } from "./run/latency";
import { limitCharts } from "./run/limits";
import { costTable, failureTable, latencyTable, limitTable, workloadTable } from "./run/tables";
import { cacheCharts, trafficCharts } from "./run/traffic";

/** A part of the page: charts, and what stands below them. */
interface Part {
  readonly title: string;
  readonly charts: (context: RunContext) => (ChartSpec | null)[];
  readonly below: (context: RunContext) => (HTMLElement | null)[];
}

const kParts: readonly Part[] = [
  { title: "Limits", charts: limitCharts, below: ({ data }) => [limitTable(data)] },
  { title: "What got through", charts: trafficCharts, below: ({ data }) => [workloadTable(data), failureTable(data)] },
  { title: "How it felt", charts: latencyCharts, below: ({ data }) => [latencyTable(data)] },
  {
    title: "What it costs",
    charts: (context) => [...costCharts(context), ...cacheCharts(context)],
    below: ({ data }) => [costTable(data)],
  },
  { title: "Load generator", charts: generatorCharts, below: (context) => [generatorFacts(context)] },
  { title: "What was run", charts: () => [], below: ({ data }) => [identityCard(data)] },
];

// Two in a row; one that would stand alone gets the row.
function inPairs(specs: ChartSpec[]): ChartSpec[] {
  const narrow = specs.filter((spec) => !spec.wide);
  const last = narrow.length % 2 === 1 ? narrow[narrow.length - 1] : undefined;
  return specs.map((spec) => (spec === last ? { ...spec, wide: true } : spec));
}

// What is out of sight is brought up to date when no newer state has come for so long, in
// milliseconds; what is looked at must not wait for it.
const kSettled = 300;

// A part keeps its panels from update to update, by title, so that zoom and toggles stay. Out of
// sight it is drawn when it comes into view, is printed, or nothing newer comes.
class PartView {
  readonly element: HTMLElement;
  private isSeen = true; // until the observer says otherwise
  private pending: RunContext | null = null;
  private timer = 0;
  private readonly seen: IntersectionObserver;
  private readonly stopPrint: () => void;
  private readonly charts = grid();
  private readonly tables = h("div", { class: "below" });
  private readonly panels = new Map<string, ChartPanel>();

  constructor(private readonly part: Part) {
    this.element = section(part.title, this.charts, this.tables);
    // Before those of its panels, which print what they have.
    this.stopPrint = onPrint(
      () => this.settle(),
      () => undefined,
    );
    this.seen = new IntersectionObserver(
      (entries) => {
        this.isSeen = entries[entries.length - 1]?.isIntersecting ?? true;
        if (this.isSeen) this.settle();
      },
      { rootMargin: "150px" },
    );
    this.seen.observe(this.element);
  }

  update(context: RunContext): void {
    clearTimeout(this.timer);
    this.pending = context;
    // A hidden part never comes into view.
    if (this.isSeen || this.element.hidden) this.settle();
    else this.timer = window.setTimeout(() => this.settle(), kSettled);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.seen.disconnect();
    this.stopPrint();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private settle(): void {
    if (this.pending === null) return;
    clearTimeout(this.timer);
    const context = this.pending;
    this.pending = null;
    this.show(context);
  }

  private show(context: RunContext): void {
    const specs = inPairs(this.part.charts(context).filter((spec): spec is ChartSpec => spec !== null));
    const wanted = new Set(specs.map(({ title }) => title));
    for (const [title, panel] of this.panels) {
      if (wanted.has(title)) continue;
      panel.dispose();
      this.panels.delete(title);
    }
    specs.forEach((spec, i) => this.place(spec, i));
    const below = this.part.below(context).filter((node): node is HTMLElement => node !== null);
    fill(this.tables, ...below);
    this.charts.hidden = specs.length === 0;
    this.element.hidden = specs.length + below.length === 0;
  }

  private place(spec: ChartSpec, i: number): void {
    let panel = this.panels.get(spec.title);
    if (panel) {
      panel.update(spec);
    } else {
      panel = new ChartPanel(spec);
      this.panels.set(spec.title, panel);
    }
    if (this.charts.children[i] !== panel.element) {
      this.charts.insertBefore(panel.element, this.charts.children[i] ?? null);
    }
  }
}

export interface MountedRun {
  update(data: RunJson): void;
  dispose(): void;
}

export function mountRun(root: HTMLElement, data: RunJson): MountedRun {
  const head = h("header");
  const parts = kParts.map((part) => new PartView(part));
  root.append(head, ...parts.map(({ element }) => element));
  const update = (next: RunJson): void => {
    fill(head, ...runHead(next));
    const context = contextOf(next);
    for (const part of parts) part.update(context);
  };
  update(data);
  return {
    update,
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}
