// The report of `sluice compare`: the same work on several models: what it costs, how it is served,
// what other tiers, changes and mixes make of it, and from which reuse caching pays.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { h } from "../core/dom";
import { numberText, percentText } from "../core/format";
import { facts, grid, section } from "../core/layout";
import { answerHead, identitySection, notes } from "./answer";
import { choice } from "./choices";
import {
  costChart,
  differenceChart,
  kMeasureWords,
  latencyChart,
  limitsChart,
  successChart,
} from "./compare_charts";
import { breakEvenChart, mixChart, tiersChart, whatIfChart } from "./compare_more_charts";
import type { BreakEven, CompareJson, ComparedRow, Measure } from "./compare_types";
import {
  calledText,
  choicesOf,
  compareFigures,
  differenceOf,
  figureText,
  missedText,
  monthText,
  prefixText,
  stoppedText,
  tierText,
  verdictOf,
} from "./compare_words";
import { toneTable, type TonedCell } from "./tone_table";

const kYes: TonedCell = { text: "yes", tone: "good" };
const kNo: TonedCell = { text: "no", tone: "bad" };

function choicesTable(data: CompareJson): HTMLElement {
  const rows = choicesOf(data).map((row): TonedCell[] => [
    calledText(data, row),
    figureText(row, "cost_per_success"),
    monthText(row),
    figureText(row, "rate_limited_share"),
    figureText(row, "success_share", false),
    figureText(row, "goodput_share", false),
    figureText(row, "latency_p50", false),
    figureText(row, "latency_p95"),
    row.kind === "model" ? `x${row.token_ratio.toFixed(2)}` : "–",
    tierText(row),
    row.keeps_all ? kYes : kNo,
  ]);
  const head = [
    "model or mix",
    "$ per 1,000 answered",
    "a month of this",
    "429s",
    "answered",
    "good",
    "p50",
    "p95",
    "tokens",
    "tier needed",
    "keeps all",
  ];
  const chosen = data.rows[data.recommended ?? data.elsewhere ?? -1];
  return toneTable(head, rows, "Models and mixes", chosen ? [choicesOf(data).indexOf(chosen)] : []);
}

function tiersTable(rows: readonly ComparedRow[]): HTMLElement {
  const cells = rows.map((row): TonedCell[] => {
    if (row.unavailable !== "") return [row.name, row.tier, "not available", "–", "–", "–", kNo];
    return [
      row.name,
      row.tier,
      figureText(row, "cost_per_success"),
      monthText(row, false),
      figureText(row, "rate_limited_share"),
      figureText(row, "latency_p95"),
      row.keeps_all ? kYes : kNo,
    ];
  });
  return toneTable(
    ["in tier", "tier", "$ per 1,000 answered", "a month of this", "429s", "p95", "keeps all"],
    cells,
    "Tiers",
  );
}

function whatIfTable(rows: readonly ComparedRow[]): HTMLElement {
  const cells = rows.map((row): TonedCell[] => {
    if (row.unavailable !== "")
      return [row.change, row.name, "–", `not possible: ${row.unavailable}`, "–", "–"];
    const cost = figureText(row, "cost_per_success", false);
    if (row.changes_nothing) return [row.change, row.name, cost, "as it is", "–", "–"];
    return [
      row.change,
      row.name,
      cost,
      differenceOf(row, "cost_per_success"),
      differenceOf(row, "rate_limited_share"),
      differenceOf(row, "latency_p95"),
    ];
  });
  return toneTable(
    ["what if", "on", "$ per 1,000 answered", "change", "429s", "p95"],
    cells,
    "Changes",
  );
}

function untilText({ batch_until_read_share: share }: BreakEven): string {
  return share === null ? "" : ` if < ${percentText(share)} is read from the cache`;
}

/** Why rows are not there or not recommended. */
function misses(data: CompareJson): string[] {
  const texts: string[] = [];
  for (const row of data.rows) {
    if (row.kind === "tier" || row.kind === "what_if") continue;
    if (row.unavailable !== "") texts.push(`${row.name} is not available: ${row.unavailable}`);
    else if (row.missed.length > 0) texts.push(`${row.name} misses ${missedText(data, row)}`);
  }
  return texts;
}

function mixSection(
  data: CompareJson,
  chart: (spec: ChartSpec) => HTMLElement,
): HTMLElement | null {
  const mix = data.cheapest_mix;
  if (!mix) return null;
  const row = mix.row === null ? undefined : data.rows[mix.row];
  return section(
    "The cheapest mix",
    grid(
      h(
        "div",
        { class: "card" },
        facts([
          ["Found", mix.words],
          ["Quality", mix.quality === null ? null : String(mix.quality)],
          [
            "Expected",
            mix.cost_expected === null
              ? null
              : `${numberText(mix.cost_expected * 1000, "dollars")} per 1,000 requests, by ` +
                "the linear program",
          ],
          ["Simulated", row ? `${figureText(row, "cost_per_request")} per 1,000 requests` : null],
          [
            "429s",
            row?.figures.rate_limited_share
              ? percentText(row.figures.rate_limited_share.value)
              : null,
          ],
        ]),
      ),
      chart(mixChart(data)),
    ),
  );
}

const kDifferences: readonly Measure[] = [
  "cost_per_success",
  "cost_per_month",
  "rate_limited_share",
  "success_share",
  "latency_p95",
  "latency_p50",
];

/** Draws a comparison into `root`. */
export function mountCompare(root: HTMLElement, data: CompareJson): { dispose(): void } {
  const panels: ChartPanel[] = [];
  const panel = (spec: ChartSpec): ChartPanel => {
    const made = new ChartPanel(spec);
    panels.push(made);
    return made;
  };
  const chart = (spec: ChartSpec): HTMLElement => panel(spec).element;
  const measureAt = (i: number): Measure => kDifferences[i] ?? "cost_per_success";
  const differences = panel(differenceChart(data, measureAt(0)));
  const what = choice(
    "Difference in",
    kDifferences.map((one) => kMeasureWords[one]),
    0,
    () => {
      differences.update(differenceChart(data, measureAt(what.value())));
    },
  );
  const tiers = data.rows.filter(({ kind }) => kind === "tier");
  const whatIfs = data.rows.filter(({ kind }) => kind === "what_if");
  const parts: (HTMLElement | null)[] = [
    answerHead({
      command: "compare",
      scenario: data.scenario,
      ...verdictOf(data),
      figures: compareFigures(data),
    }),
    section(
      "The same work on each",
      h("div", { class: "card before" }, choicesTable(data)),
      chart(costChart(data)),
      notes("Not recommended, and why", misses(data)),
      notes(
        "Where spending stops",
        choicesOf(data).flatMap((row) => stoppedText(row) ?? []),
      ),
    ),
    section(
      "How it is served",
      grid(chart(latencyChart(data)), chart(limitsChart(data)), chart(successChart(data))),
    ),
    section("Less today", h("div", { class: "choices" }, what.element), differences.element),
    mixSection(data, chart),
    tiers.length === 0
      ? null
      : section(
          "In other tiers",
          h("div", { class: "card before" }, tiersTable(tiers)),
          chart(tiersChart(data)),
        ),
    whatIfs.length === 0
      ? null
      : section(
          "What if",
          h("div", { class: "card before" }, whatIfTable(whatIfs)),
          chart(whatIfChart(data)),
        ),
    section(
      "When caching and batches pay",
      grid(
        chart(breakEvenChart(data)),
        h(
          "div",
          {},
          notes("Prefixes", data.prefixes.map(prefixText)),
          notes("Batch", [
            ...data.break_evens.map(
              (one) =>
                `${one.model}: ${percentText(one.batch_factor)} of every price${untilText(one)}`,
            ),
            "It pays wherever nobody waits: given up are answers at once (most come within " +
              "an hour, all within 24) and cache hits that can be relied on.",
          ]),
        ),
      ),
    ),
    section("What it rests on", notes("Assumed", data.assumptions)),
    identitySection(data, [
      [
        "Runs",
        `${data.replications} of ${numberText(data.duration, "seconds")} for each row, ` +
          `tier ${data.tier}`,
      ],
    ]),
  ];
  root.append(...parts.filter((part): part is HTMLElement => part !== null));
  return { dispose: () => panels.forEach((one) => one.dispose()) };
}
