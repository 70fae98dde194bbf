// The frame of an answer's report: its question, the answer in a sentence, key figures; at the end
// what it rests on and how to get the same again.
import { h, uniqueId } from "../core/dom";
import { echo, facts, keyFigures, section, type KeyFigure, type Tone } from "../core/layout";
import type { Json } from "../core/types";
import "./answer.css";

export interface Answer {
  /** "plan", as the command is called. */
  readonly command: string;
  readonly scenario: string;
  /** The verdict in a word or three. */
  readonly badge: string;
  readonly tone: Tone;
  readonly sentence: string;
  /** Further sentences, in smaller print. */
  readonly more?: readonly string[];
  readonly figures: readonly KeyFigure[];
}

export function answerHead(answer: Answer): HTMLElement {
  return h(
    "header",
    { class: "answer" },
    h("p", { class: "question" }, `sluice ${answer.command}`),
    h("h1", {}, answer.scenario),
    h(
      "p",
      { class: "sentence" },
      h("strong", { class: `badge ${answer.tone}` }, answer.badge),
      " ",
      answer.sentence,
    ),
    ...(answer.more ?? []).map((text) => h("p", { class: "note" }, text)),
    keyFigures(answer.figures),
  );
}

/** Texts that come from the result, as a list under a heading; null for none. */
export function notes(title: string, texts: readonly string[]): HTMLElement | null {
  if (texts.length === 0) return null;
  const id = uniqueId("notes");
  const list = h("ul", { "aria-labelledby": id });
  for (const text of texts) list.append(h("li", {}, text));
  return h("div", { class: "card notes" }, h("h3", { id }, title), list);
}

export interface Identity {
  readonly version: string;
  readonly scenario_digest: string;
  readonly seed?: string;
  readonly catalog_date?: string;
  readonly catalog_digest?: string;
  readonly effective_scenario?: Json;
}

/** What the result was made of. `more` are further facts. */
export function identitySection(
  data: Identity,
  more: readonly (readonly [string, string | null])[] = [],
): HTMLElement {
  const list = facts([
    ...more,
    ["Seed", data.seed],
    ["Catalog", data.catalog_date ?? data.catalog_digest],
    ["Scenario", `sha256 ${data.scenario_digest}`],
    ["Made by", `sluice ${data.version}`],
  ]);
  const scenario = data.effective_scenario;
  return section(
    "What it was made of",
    h(
      "div",
      { class: "card" },
      list,
      scenario ? echo("The effective scenario", JSON.stringify(scenario, null, 2)) : null,
    ),
  );
}
