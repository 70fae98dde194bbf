// Two settings side by side: the key figures of A and of B, and by how much B differs.
import { fill, h } from "../core/dom";
import { numberText, type Unit } from "../core/format";
import type { Num, RunJson } from "../core/types";

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly a: Num;
  readonly b: Num;
  /** Whether more of it is better, worse, or neither. */
  readonly more: "good" | "bad" | "neither";
}

type Row = readonly [string, Unit, Figure["more"], (run: RunJson) => Num];

const kRows: readonly Row[] = [
  ["Offered", "per_minute", "neither", (run) => run.requests.offered_per_minute],
  ["Answered", "ratio", "good", (run) => run.requests.success_share],
  ["Goodput", "per_minute", "good", (run) => run.goodput.per_minute],
  ["Attempts refused with 429", "ratio", "bad", (run) => run.attempts.rate_limited_share],
  ["Attempts for each answer", "factor", "bad", (run) => run.attempts.per_success],
  ["Latency, median", "seconds", "bad", (run) => run.latency["success"]?.p50 ?? null],
  ["Latency, p95", "seconds", "bad", (run) => run.latency["success"]?.p95 ?? null],
  ["Latency, p99", "seconds", "bad", (run) => run.latency["success"]?.p99 ?? null],
  ["First token, p95", "seconds", "bad", (run) => run.ttft.p95],
  ["Waited in the client, p95", "seconds", "bad", (run) => run.queueing.p95],
  ["Read from the cache", "ratio", "good", (run) => run.tokens.cache_read_share],
  ["Cost", "dollars", "bad", (run) => run.cost.total],
  ["Cost of an answer", "dollars", "bad", (run) => run.cost.per_success],
  ["Cost a month", "dollars", "bad", (run) => run.cost.per_month],
];

export function figuresOf(a: RunJson, b: RunJson): Figure[] {
  return kRows.map(([name, unit, more, read]) => ({ name, unit, more, a: read(a), b: read(b) }));
}

function signed(value: number, text: (size: number) => string): string {
  if (value === 0) return "±0";
  return `${value > 0 ? "+" : "−"}${text(Math.abs(value))}`;
}

/** "+1.2 s, +45.3 %"; of shares in points, "+3.1 points". Empty where one of both is missing. */
export function differenceText({ a, b, unit }: Figure): string {
  if (a === null || b === null) return "";
  const difference = b - a;
  if (difference === 0) return "the same";
  if (unit === "ratio") return signed(difference, (size) => `${(size * 100).toFixed(1)} points`);
  const absolute = signed(difference, (size) => numberText(size, unit));
  if (a === 0) return absolute;
  return `${absolute}, ${signed(difference / Math.abs(a), (size) => `${(size * 100).toFixed(size < 9.995 ? 1 : 0)} %`)}`;
}

function toneOf({ a, b, more }: Figure): string {
  if (a === null || b === null || a === b || more === "neither") return "";
  return b > a === (more === "good") ? "better" : "worse";
}

/** What differs between A and B, in a table that update() fills anew. */
export class FigureTable {
  readonly element = h("div", { class: "card figures-table" });
  private readonly body = h("tbody");

  constructor() {
    const head = h("tr");
    for (const name of ["", "A", "B", "B against A"])
      head.append(h("th", { scope: "col", class: name ? "number" : undefined }, name || "Figure"));
    this.element.append(
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "A and B compared" },
        h(
          "table",
          { class: "data" },
          h("caption", { class: "visually-hidden" }, "Key figures of A and B"),
          h("thead", {}, head),
          this.body,
        ),
      ),
    );
  }

  update(a: RunJson, b: RunJson): void {
    const limit = (run: RunJson): string => run.binding.limit ?? "none";
    const first = h(
      "tr",
      {},
      h("th", { scope: "row" }, "Binding limit"),
      h("td", { class: "number" }, limit(a)),
      h("td", { class: "number" }, limit(b)),
      h("td", { class: "number" }, limit(a) === limit(b) ? "the same" : "another"),
    );
    const rows = figuresOf(a, b).map((figure) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, figure.name),
        h("td", { class: "number" }, numberText(figure.a, figure.unit)),
        h("td", { class: "number" }, numberText(figure.b, figure.unit)),
        h("td", { class: `number ${toneOf(figure)}` }, differenceText(figure)),
      ),
    );
    fill(this.body, first, ...rows);
  }
}
