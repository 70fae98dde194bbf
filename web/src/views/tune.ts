// The report of `sluice tune`: which client policy to use, how it compares with today's, how the
// finalists stand to each other, whether the choice holds when the world is otherwise, and what to
// paste.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { h } from "../core/dom";
import { echo, notice, section } from "../core/layout";
import { durationText, numberText } from "../core/format";
import { answerHead, identitySection, notes } from "./answer";
import { choice } from "./choices";
import { differenceText, unitOf } from "./estimate";
import { paste } from "./paste";
import { differencesChart, worldsChart } from "./tune_charts";
import { frontChart, policyOf, todayIsFarOff } from "./tune_front";
import { toneTable, type TonedCell } from "./tone_table";
import type { TuneJson } from "./tune_types";
import {
  boundText,
  otherName,
  overloadText,
  spendStopText,
  toneOf,
  tuneFigures,
  valueText,
  verdictOf,
} from "./tune_words";

function figuresTable(tune: TuneJson): HTMLElement {
  const rows = tune.figures.map((one): TonedCell[] => {
    const unit = unitOf(one.unit);
    const cut = one.variance_cut;
    return [
      one.metric,
      valueText(one.today, unit),
      valueText(one.chosen, unit),
      differenceText(one.difference, unit),
      { text: one.verdict, tone: toneOf(one.verdict) },
      cut === null ? "–" : `${cut.toFixed(cut < 10 ? 1 : 0)} x`,
    ];
  });
  const head = ["metric", "today", otherName(tune), "difference", "verdict", "CRN"];
  return toneTable(head, rows, "Today's policy and the other one");
}

function pointsTable(tune: TuneJson): HTMLElement {
  const rows = tune.points.map((point): TonedCell[] => [
    point.chosen ? `${point.name} (${otherName(tune)})` : point.name,
    point.on_front ? { text: "on the front", tone: "good" } : "–",
    ...point.goals.map((goal, i) => valueText(goal, unitOf(tune.goals[i]?.unit ?? ""))),
    point.tied_with.join(" ") || "–",
    policyOf(tune, point),
  ]);
  const head = ["", "front", ...tune.goals.map(({ metric }) => metric), "tied with", "policy"];
  head[0] = "finalist";
  return toneTable(
    head,
    rows,
    "Finalists",
    tune.points.flatMap(({ chosen }, i) => (chosen ? [i] : [])),
  );
}

// The two goals that tell the points apart are shown at first.
function firstGoals(tune: TuneJson): readonly [number, number] {
  const varies = tune.goals.map(
    (_, i) => new Set(tune.points.map((p) => p.goals[i]?.value)).size > 1,
  );
  const order = [...varies.keys()].sort((a, b) => Number(varies[b]) - Number(varies[a]) || a - b);
  const [first = 0, second = first] = order;
  return first < second ? [first, second] : [second, first];
}

function pasteSection(tune: TuneJson): HTMLElement | null {
  if (tune.verdict !== "recommended") return null;
  const { paste: its } = tune;
  const hasSettings = its.python_settings !== null || its.typescript_settings !== null;
  const plain = tune.points.find((point) => point.sdk_alone === true && !point.chosen);
  return section(
    "To paste",
    h(
      "div",
      { class: "card" },
      its.python_settings === null
        ? null
        : paste("Python SDK", `Anthropic(${its.python_settings})`),
      its.typescript_settings === null
        ? null
        : paste("TypeScript SDK", `new Anthropic({ ${its.typescript_settings} })`),
      hasSettings
        ? null
        : h(
            "p",
            { class: "note" },
            "The SDKs' own backoff is fixed and cannot express this: the code below has " +
              "create(), to be called in place of messages.create().",
          ),
      hasSettings || !plain
        ? null
        : h(
            "p",
            { class: "note" },
            `Without code: ${plain.name} (${policyOf(tune, plain)}) is the nearest that an ` +
              "SDK's settings express.",
          ),
      paste("In /clients of a scenario", its.client),
      paste("Try it", its.command),
      h("div", { class: "paste" }, echo("Code over the Python SDK", its.python)),
      h("div", { class: "paste" }, echo("Code over the TypeScript SDK", its.typescript)),
    ),
    notes("Left out of the code", its.left_out_of_code),
  );
}

/** What the numbers rest on, as sentences. */
function restsOn(tune: TuneJson): string[] {
  const texts: string[] = [];
  const world = tune.worlds.find(({ name }) => name === tune.most_sensitive);
  if (world) {
    texts.push(
      `Most of all on this assumption: ${world.name} (${world.change}) moves the ` +
        "difference furthest.",
    );
  }
  texts.push("Differences below 0.2 points of a share or 2 % of another figure decide nothing.");
  if (tune.assumed_deadline !== null) {
    texts.push(
      "The scenario has no deadline: a request ends, and a failure counts in " +
        `latency.offered, at ${durationText(tune.assumed_deadline)}, when the SDKs give an ` +
        "attempt up.",
    );
  }
  if (tune.effort.as_today) {
    texts.push(
      `${tune.effort.as_today} of the ${tune.effort.candidates} candidates behave here exactly ` +
        "as today's policy and are left out.",
    );
  }
  return [...texts, ...tune.notes];
}

function notices(tune: TuneJson): HTMLElement[] {
  const all: HTMLElement[] = [];
  if (tune.partial) {
    all.push(
      notice(
        tune.effort.confirm_replications > 0
          ? "Partial: stopped; not every other world was looked at."
          : "Partial: stopped; the best so far, by the replications that chose it, not confirmed.",
      ),
    );
  }
  for (const bound of tune.bounds) {
    if (!bound.met) all.push(notice(`Not met: ${boundText(bound)}.`, "bad"));
  }
  if (tune.overload) all.push(notice(overloadText(tune.overload)));
  if (tune.spend_stop) all.push(notice(spendStopText(tune.spend_stop)));
  return all;
}

/** Draws a tune into `root`. */
export function mountTune(root: HTMLElement, tune: TuneJson): { dispose(): void } {
  const panels: ChartPanel[] = [];
  const chart = (spec: ChartSpec): ChartPanel => {
    const panel = new ChartPanel(spec);
    panels.push(panel);
    return panel;
  };
  const [x, y] = firstGoals(tune);
  const isFar = todayIsFarOff(tune, x, y);
  const front = chart(frontChart(tune, x, y, !isFar));
  const names = tune.goals.map(({ metric }) => metric);
  const redraw = (): void =>
    front.update(frontChart(tune, across.value(), up.value(), shown.value() === 0));
  const across = choice("Across", names, x, redraw);
  const up = choice("Up", names, y, redraw);
  const shown = choice("Points", ["all", "without today's"], isFar ? 1 : 0, redraw);
  const met = tune.bounds.filter((bound) => bound.met).map(boundText);
  root.append(
    answerHead({
      command: "tune",
      scenario: tune.scenario,
      ...verdictOf(tune),
      figures: tuneFigures(tune),
    }),
    ...notices(tune),
    section(
      `Today's policy and the ${otherName(tune)} one`,
      h("div", { class: "card before" }, figuresTable(tune)),
      chart(differencesChart(tune)).element,
      notes("Bounds that are met", met),
    ),
    section(
      "The finalists",
      tune.goals.length > 1
        ? h("div", { class: "choices" }, across.element, up.element, shown.element)
        : null,
      front.element,
      h("div", { class: "card after" }, pointsTable(tune)),
    ),
    section(
      "How the choice holds",
      chart(worldsChart(tune)).element,
      notes("What it rests on", restsOn(tune)),
    ),
    ...[pasteSection(tune)].filter((one): one is HTMLElement => one !== null),
    identitySection(tune, [
      ["Candidates", numberText(tune.effort.candidates, "count")],
      ["Runs", numberText(tune.effort.search_trials + tune.effort.confirm_trials, "count")],
    ]),
  );
  return { dispose: () => panels.forEach((panel) => panel.dispose()) };
}
