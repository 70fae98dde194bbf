// The top of a run's report, read in five seconds: fits or not, which limit binds and when, what got
// through, what it costs, how it felt.
import { h } from "../../core/dom";
import { durationText, numberText } from "../../core/format";
import { keyFigures, notice, type KeyFigure } from "../../core/layout";
import type { RunJson } from "../../core/types";
import { withInterval } from "./tables";
import { bindingSentence, lossSentences, partsText, subtitle, verdict } from "./words";
import "./head.css";

function bindingFigure(data: RunJson): KeyFigure {
  const name = data.binding.limit;
  if (data.generator || name === null) {
    const count = data.attempts.rate_limited["total"] ?? null;
    return {
      label: "Refused with 429",
      value: numberText(count, "count"),
      detail: partsText(data.attempts.rate_limited) || "no limit was touched",
      tone: count ? "warn" : "good",
    };
  }
  const limit = data.limiters[name];
  const refuses = data.binding.refused > 0;
  const peak = limit ? `busiest minute ${numberText(limit.peak_minute, "ratio")} of ${numberText(limit.limit, "count")}` : "";
  const first = data.binding.first_refused === null ? "" : `first after ${durationText(data.binding.first_refused)}`;
  return {
    label: refuses ? "Binding limit" : "Tightest limit",
    value: name,
    detail: [refuses ? first : "", peak].filter(Boolean).join("; "),
    tone: refuses ? "bad" : "plain",
  };
}

function refusedFigure(data: RunJson): KeyFigure | null {
  if (data.generator || data.binding.limit === null) return null;
  const count = data.attempts.rate_limited["total"] ?? null;
  const headroom = data.fit.headroom;
  const left = headroom === null ? "" : `headroom ${numberText(headroom, "ratio")}`;
  const share = data.attempts.rate_limited_share;
  return {
    label: "Refused with 429",
    value: withInterval(data, "attempts.rate_limited.total", count, "count"),
    detail: count ? `${numberText(share, "ratio")} of the attempts: ${partsText(data.attempts.rate_limited)}` : left,
    tone: count ? "warn" : "good",
  };
}

function figures(data: RunJson): KeyFigure[] {
  const success = data.latency["success"];
  const share = data.requests.success_share;
  const list: (KeyFigure | null)[] = [
    bindingFigure(data),
    refusedFigure(data),
    {
      label: "Got through",
      value: numberText(share, "ratio"),
      detail:
        `${withInterval(data, "requests.succeeded", data.requests.succeeded, "count")} of ` +
        `${numberText(data.requests.offered, "count")} requests, ` +
        `${numberText(data.requests.succeeded_per_minute, "per_minute")}`,
      tone: share !== null && share < 0.999 ? (share < 0.95 ? "bad" : "warn") : "good",
    },
    {
      label: "Cost",
      value: numberText(data.cost.total, "dollars"),
      detail:
        `${numberText(data.cost.per_success, "dollars")} per success, ` +
        `${numberText(data.cost.per_month, "dollars")} in 30 days`,
    },
    {
      label: "Latency p95",
      value: numberText(success?.p95, "seconds"),
      detail: `p50 ${numberText(success?.p50, "seconds")}, p99 ${numberText(success?.p99, "seconds")}`,
    },
    {
      label: "Time to first token p95",
      value: numberText(data.ttft.p95, "seconds"),
      detail: `p50 ${numberText(data.ttft.p50, "seconds")}, p99 ${numberText(data.ttft.p99, "seconds")}`,
    },
  ];
  return list.filter((figure): figure is KeyFigure => figure !== null);
}

function partial(data: RunJson): HTMLElement | null {
  if (!data.identity.partial) return null;
  const stopped = data.identity.stopped_at;
  const when = stopped === null ? "before its end" : `at ${durationText(stopped)}`;
  return notice(`Partial: the run was stopped ${when}; the numbers are of what ran.`);
}

function unpriced(data: RunJson): HTMLElement | null {
  const count = data.cost.unpriced_responses ?? 0;
  if (count === 0) return null;
  return notice(`${numberText(count, "count")} responses of models without a price are not in the costs.`);
}

/** What stands above the charts. */
export function runHead(data: RunJson): Node[] {
  const { word, tone } = verdict(data);
  const sentences = [bindingSentence(data), ...lossSentences(data)];
  const banner = h(
    "div",
    { class: `verdict ${tone}` },
    h("p", { class: "word" }, word),
    h("p", { class: "why" }, sentences.join(" ")),
  );
  const isVoid = data.generator !== undefined && data.generator.verdict !== "ok";
  const nodes: (Node | null)[] = [
    h("h1", {}, data.identity.scenario),
    h("p", { class: "muted subtitle" }, subtitle(data)),
    banner,
    partial(data),
    isVoid ? notice(`What is said of rates and latency is void: ${data.generator?.reason ?? ""}.`, "bad") : null,
    ...data.identity.warnings.map((warning) => notice(`Warning: ${warning}`)),
    unpriced(data),
    keyFigures(figures(data)),
  ];
  return nodes.filter((node): node is Node => node !== null);
}
