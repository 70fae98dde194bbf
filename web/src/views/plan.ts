// The report of `sluice plan`: whether it fits, which tier would do, the highest rate that lasts,
// what would raise it, what a month costs, and what all of it rests on.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { h } from "../core/dom";
import { numberText, percentText } from "../core/format";
import { facts, grid, section } from "../core/layout";
import { answerHead, identitySection, notes } from "./answer";
import { dollarsText, estimateText, unitOf } from "./estimate";
import { isLong, limitsChart, tiersChart } from "./plan_limit_charts";
import { ladderChart, leversChart, moneyChart, sensitivityChart } from "./plan_rate_charts";
import type { PlanJson, PlanTier } from "./plan_types";
import {
  boundText,
  closedFormText,
  foundText,
  goneText,
  planFigures,
  smallestTiers,
  verdictOf,
  wordsOf,
} from "./plan_words";
import { toneTable, type TonedCell } from "./tone_table";

function demandsTable(plan: PlanJson): HTMLElement {
  const tones = { holds: "good", unclear: "warn", fails: "bad" } as const;
  const rows = plan.demands.map((demand): TonedCell[] => [
    wordsOf(demand.metric),
    boundText(demand),
    estimateText(demand.today, unitOf(demand.unit)),
    {
      text: demand.standing,
      tone: Object.hasOwn(tones, demand.standing)
        ? tones[demand.standing as keyof typeof tones]
        : "plain",
    },
  ]);
  return toneTable(
    ["what is asked for", "bound", `today, ${plan.runs} runs`, "stands"],
    rows,
    "Bounds, and how they are kept",
  );
}

function headroomText(row: PlanTier): string {
  if (!row.binding) return "–";
  return row.rate_limited_share > 0 ? "none" : percentText(row.binding.headroom);
}

function tiersTable(plan: PlanJson): HTMLElement {
  const rows = plan.tiers.map((row): TonedCell[] => {
    const fits = row.requests === 0 ? "?" : row.fits ? "yes" : "no";
    const cap = row.cap === null ? "–" : dollarsText(row.cap);
    return [
      row.tier + (row.is_current ? " *" : ""),
      row.group,
      { text: fits, tone: fits === "yes" ? "good" : fits === "no" ? "bad" : "warn" },
      row.binding?.limit ?? "–",
      headroomText(row),
      percentText(row.rate_limited_share),
      numberText(row.latency_p95, "seconds"),
      row.cap_lasts === null ? cap : `${cap}, ${goneText(row.cap_lasts, row.gone_by)}`,
    ];
  });
  const head = ["tier", "models", "rates fit", "binds", "headroom", "429s", "p95", "month's cap"];
  const current = plan.tiers.flatMap(({ is_current: isCurrent }, i) => (isCurrent ? [i] : []));
  return toneTable(head, rows, "Tiers", current);
}

// Side by side, unless the chart is so high that the table would be lost beside it.
function besides(table: HTMLElement, chart: HTMLElement, plan: PlanJson): HTMLElement[] {
  if (!isLong(plan)) return [grid(table, chart)];
  return [table, h("div", { class: "after" }, chart)];
}

function brokenText(plan: PlanJson): string | null {
  const { broken_above: broken, runs } = plan.rate;
  if (broken.length === 0) return null;
  return broken.map((one) => `${wordsOf(one.metric)} (${one.runs} of ${runs} runs)`).join(", ");
}

/** Draws a plan into `root`. */
export function mountPlan(root: HTMLElement, plan: PlanJson): { dispose(): void } {
  const panels: ChartPanel[] = [];
  const chart = (spec: ChartSpec): HTMLElement => {
    const panel = new ChartPanel(spec);
    panels.push(panel);
    return panel.element;
  };
  const isOurs = plan.demands[0]?.is_default ?? false;
  const none = (plan.rate.per_minute ?? null) === null;
  root.append(
    answerHead({
      command: "plan",
      scenario: plan.scenario,
      ...verdictOf(plan),
      figures: planFigures(plan),
    }),
    section(
      isOurs ? "What it is held to (ours: the scenario has no bounds)" : "What is asked for",
      ...besides(h("div", { class: "card" }, demandsTable(plan)), chart(limitsChart(plan)), plan),
    ),
    plan.tiers.length === 0
      ? section(
          "Which tier's rate limits fit",
          h("p", { class: "note" }, "The limits are custom: there is no tier to compare with."),
        )
      : section(
          "Which tier's rate limits fit, each simulated",
          h(
            "div",
            { class: "card" },
            tiersTable(plan),
            h(
              "p",
              { class: "note" },
              "* today's. The smallest whose rate limits fit: " +
                `${smallestTiers(plan.tiers).join(", ")}`,
            ),
          ),
          h("div", { class: "after" }, chart(tiersChart(plan))),
        ),
    section(
      "The highest rate that lasts",
      h(
        "div",
        { class: "card before" },
        facts([
          ["Found", foundText(plan)],
          ["Means alone", closedFormText(plan)],
          ["Above it", brokenText(plan)],
        ]),
      ),
      grid(none ? null : chart(ladderChart(plan)), chart(leversChart(plan))),
      notes("Not tried", plan.levers_left_out),
    ),
    section(
      "For how much, and what it rests on",
      grid(chart(moneyChart(plan)), chart(sensitivityChart(plan))),
      notes("Guesses", plan.guesses),
      notes("Notes", plan.notes),
    ),
    identitySection(plan, [["Simulations", numberText(plan.simulations, "count")]]),
  );
  return { dispose: () => panels.forEach((panel) => panel.dispose()) };
}
