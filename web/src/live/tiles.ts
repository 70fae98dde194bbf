// What only a run under way has: what is in flight now, money against its cap, whether sends are on
// time, the last refusals, and how much is left of each limit.
import { fill, h } from "../core/dom";
import { durationText, moneyText, numberText, percentText } from "../core/format";
import { keyFigures, section, type KeyFigure } from "../core/layout";
import type { Distribution } from "../core/types";
import { isMock, type LimitLeft, type LiveState } from "./state";

/** Of "load" in the result; seconds. */
interface LoadFigures {
  readonly schedule_delay: Distribution;
}

function inFlight({ live }: LiveState): KeyFigure {
  const held = live.held > 0 ? `${numberText(live.held, "count")} held back` : undefined;
  return { label: "In flight", value: numberText(live.in_flight, "count"), detail: held };
}

function spent({ live }: LiveState): KeyFigure {
  const parts: string[] = [];
  if (live.cap !== null) parts.push(`of ${moneyText(live.cap)}`);
  if (live.reserved > 0) parts.push(`${moneyText(live.reserved)} reserved for what is in flight`);
  const isNear = live.cap !== null && live.spent + live.reserved > live.cap * 0.9;
  return {
    label: "Spent",
    value: moneyText(live.spent),
    detail: parts.join(", ") || undefined,
    tone: isNear ? "warn" : "plain",
  };
}

function lateness({ result }: LiveState): KeyFigure {
  const load = result.load as LoadFigures | undefined;
  const delay = load?.schedule_delay;
  const p99 = delay?.p99 ?? null;
  return {
    label: "Sends late by (p99)",
    value: p99 === null ? "none sent yet" : durationText(p99),
    detail: delay ? `half of them by ${numberText(delay.p50, "seconds")} or less` : undefined,
    tone: result.generator?.verdict === "ok" ? "good" : "bad",
  };
}

function refusals({ live }: LiveState): KeyFigure {
  const causes = Object.entries(live.recent.by_cause);
  const total = causes.reduce((sum, [, count]) => sum + count, 0);
  const texts = causes.map(([cause, count]) => `${cause.replaceAll("_", " ")} ${numberText(count, "count")}`);
  return {
    label: `429s in the last ${Math.max(1, Math.round(live.recent.seconds))} s`,
    value: numberText(total, "count"),
    detail: texts.join(", ") || undefined,
    tone: total > 0 ? "warn" : "plain",
  };
}

function limitRow(limit: LimitLeft): HTMLElement {
  const share = limit.limit > 0 ? limit.left / limit.limit : 0;
  const tone = share <= 0.1 ? "bad" : share <= 0.3 ? "warn" : "plain";
  const bar = h("span", { class: `live-level ${tone}` });
  bar.style.setProperty("--level", String(Math.min(1, Math.max(0, share))));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, limit.name),
    h("td", { class: "live-bar", "aria-hidden": "true" }, bar),
    h("td", { class: "number" }, percentText(share)),
    h("td", { class: "number" }, `${numberText(limit.left, "tokens")} of ${numberText(limit.limit, "tokens")}`),
  );
}

function limitTable(state: LiveState): HTMLElement | null {
  const { limits } = state.live;
  if (limits.length === 0) return null;
  const source = isMock(state) ? "Left in each limit's bucket" : "Left of each limit, by the last answer's headers";
  return h(
    "div",
    { class: "card live-limits" },
    h(
      "table",
      { class: "data" },
      h("caption", {}, source),
      h("tbody", {}, ...limits.map(limitRow)),
    ),
  );
}

export class Tiles {
  readonly element: HTMLElement;
  private readonly figures = h("div");
  private readonly limits = h("div");

  constructor() {
    this.element = section("Now", this.figures, this.limits);
    this.element.hidden = true;
  }

  show(state: LiveState): void {
    this.element.hidden = false;
    const figures = [inFlight(state), spent(state), ...(isMock(state) ? [] : [lateness(state)]), refusals(state)];
    fill(this.figures, keyFigures(figures));
    fill(this.limits, limitTable(state));
  }

  /** Nothing is under way any more: the report has the rest. */
  hide(): void {
    this.element.hidden = true;
  }
}
