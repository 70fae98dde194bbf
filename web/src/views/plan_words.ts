// What a plan says in words, as its text report does (src/report/plan_words.cpp, plan_text.cpp).
import { numberText, percentText } from "../core/format";
import type { KeyFigure, Tone } from "../core/layout";
import {
  changeText,
  dollarsText,
  estimateText,
  halfOf,
  isTie,
  rangeText,
  unitOf,
} from "./estimate";
import type { Demand, Lever, Money, PlanJson, PlanTier } from "./plan_types";

const kWords: { readonly [path: string]: string } = {
  "requests.success_share": "requests answered",
  "attempts.rate_limited_share": "429s of the attempts",
  "goodput.share": "good requests",
  "latency.offered.p95": "p95 of all offered",
  "latency.offered.p99": "p99 of all offered",
  "attempts.per_success": "attempts per success",
  "cost.per_month": "cost of a month",
};

/** A metric's path in words. */
export function wordsOf(path: string): string {
  const words = Object.hasOwn(kWords, path) ? kWords[path] : undefined;
  if (words !== undefined) return words;
  return path.startsWith("utilisation.")
    ? `${path.slice(path.indexOf(".") + 1)} takes more than flows back`
    : path;
}

export function boundText(demand: Demand): string {
  return (
    (demand.is_least ? "at least " : "at most ") + numberText(demand.bound, unitOf(demand.unit))
  );
}

const kBadges: { readonly [verdict: string]: readonly [string, Tone] } = {
  fits: ["FITS", "good"],
  unclear: ["ON THE EDGE", "warn"],
  "too little to say": ["TOO LITTLE TO SAY", "warn"],
  "does not fit": ["DOES NOT FIT", "bad"],
  impossible: ["IMPOSSIBLE", "bad"],
};

export interface Verdict {
  readonly badge: string;
  readonly tone: Tone;
  readonly sentence: string;
}

/** The verdict's word apart from its sentence. */
export function verdictOf(plan: PlanJson): Verdict {
  const known = Object.hasOwn(kBadges, plan.verdict) ? kBadges[plan.verdict] : undefined;
  const [badge, tone] = known ?? [plan.verdict.toUpperCase(), "plain"];
  const words = plan.words ?? "";
  const sentence = words.startsWith(badge) ? words.slice(badge.length).trim() : words;
  return { badge, tone, sentence: sentence === "" ? "" : `${sentence}.` };
}

/** The smallest tier that fits, by group of models: "build for sonnet-5.5". */
export function smallestTiers(tiers: readonly PlanTier[]): string[] {
  const groups = [...new Set(tiers.map(({ group }) => group))];
  return groups.map((group) => {
    const first = tiers.find((row) => row.group === group && row.fits && row.requests !== 0);
    return `${first?.tier ?? "none"} for ${group}`;
  });
}

export function goneText(lasts: number, by?: string | null): string {
  const gone = lasts <= 0 ? "gone already" : `gone in ${numberText(lasts, "seconds")}`;
  if (by === "credit") return `${gone}: prepaid credit`;
  const isOfKeys = by === "key" || by === "workspace" || by === "key_alert";
  return isOfKeys ? `${gone}: limits of keys` : gone;
}

/** Why a little less than arithmetic on means allows. */
export function closedFormText(plan: PlanJson): string | null {
  const { closed_form_factor: closed, factor, today_per_minute: today } = plan.rate;
  if (closed === null || !factor) return null;
  const kSame = 0.004;
  const above = closed / factor.value - 1;
  const measured = plan.rate.closed_form_is_exact ? "" : " (measured means)";
  const rate = numberText(closed * today, "per_minute");
  const text = `${rate} by ${plan.rate.closed_form_limit}${measured}`;
  if (above <= kSame) return `${text}, the same within what the search tells apart`;
  const why =
    plan.rate.scatter.length > 0 ? plan.rate.scatter.join(", ") : "a run is never exactly its mean";
  return `${text}, ${percentText(above)} higher: they leave out that ${why}`;
}

export function foundText(plan: PlanJson): string {
  const { per_minute: found, today_per_minute: today } = plan.rate;
  if (!found) {
    return plan.rate.impossible
      ? "none: what is asked for is not kept at any rate"
      : "not to be told from so few requests";
  }
  const least = plan.rate.is_lower_bound ? "at least " : "";
  const cut = plan.rate.is_cut_at_limit ? ", cut at what the limit gives" : "";
  return (
    `${least}${rangeText(found, "per_minute")}${cut}, ` +
    `${percentText(found.value / today)} of today's ` +
    `${numberText(today, "per_minute")}; ${plan.rate.runs} runs of ` +
    `${numberText(plan.rate.run_length, "seconds")} of traffic`
  );
}

/** A gain that its interval does not tell from nothing is none. */
export function gainText({ gain }: Lever): string {
  return isTie(gain) ? "none that shows" : changeText(gain);
}

export function firstRefusalText(plan: PlanJson): string {
  const first = plan.first_refusal;
  if (!first.median) return `none in ${first.runs} runs`;
  const earliest =
    first.runs_refused > 1 ? `, at the earliest ${numberText(first.earliest, "seconds")}` : "";
  return (
    `after ${rangeText(first.median, "seconds")}${earliest}; in ${first.runs_refused} of ` +
    `${first.runs} runs`
  );
}

export function monthText(plan: PlanJson): string {
  const { month } = plan.money;
  if (!month) return "–";
  const whole = (dollars: number): string => `$${numberText(Math.round(dollars), "count")}`;
  const half = halfOf(month);
  // In whole dollars: less is not shown.
  const text = whole(month.value) + (half !== null && half >= 0.5 ? ` ± ${whole(half)}` : "");
  return isHeld(plan.money) ? `${text}, the spending limit` : text;
}

// A limit holds the month's cost; not where only this month, which has begun, has too little left.
function isHeld({ month, month_is_stopped: stopped, month_wanted: wanted }: Money): boolean {
  return stopped === true && !(month && wanted && month.value >= wanted.value);
}

function monthDetail(plan: PlanJson): string {
  const { money } = plan;
  let text = "for 30 days like this";
  if (isHeld(money)) {
    text = "what is sent once it is gone is refused";
    if (money.month_wanted) text += `; without it ${dollarsText(money.month_wanted.value)}`;
  }
  if (money.per_success) text += `; ${estimateText(money.per_success, "dollars")} per success`;
  if (money.budget !== null && money.month) {
    text +=
      `; the budget is ${dollarsText(money.budget)}: ` +
      `${money.month.value <= money.budget ? "kept" : "exceeded"}`;
  }
  return text;
}

function capFigure(plan: PlanJson): KeyFigure[] {
  const { cap, time_to_cap: gone, cap_was_reached: reached, gone_after: after, gone_by: by } = plan.money;
  if (cap === null) return [];
  const isCredit = plan.money.limit === "credit";
  const label = isCredit ? "Prepaid credit" : "Month's cap";
  if (!gone && isCredit && by === "credit" && typeof after === "number") {
    const detail = `gone after ${numberText(after, "seconds")} (extrapolated)`;
    return [{ label, value: dollarsText(cap), detail, tone: "bad" }];
  }
  if (!gone) {
    const lasts = isCredit ? "last for a year" : "last until the month ends";
    const detail = isCredit && by ? "last until the keys stop" : lasts;
    return [{ label, value: dollarsText(cap), detail, tone: "good" }];
  }
  const whose = plan.money.cap_is_own ? "the organization's own, " : "";
  const how = reached ? "simulated" : "extrapolated";
  return [
    {
      label,
      value: dollarsText(cap),
      detail: `${whose}gone after ${rangeText(gone, "seconds")} (${how})`,
      tone: "bad",
    },
  ];
}

export function planFigures(plan: PlanJson): KeyFigure[] {
  const found = plan.rate.per_minute;
  const first = plan.first_refusal.median;
  const tiers = smallestTiers(plan.tiers);
  return [
    {
      label: "Highest rate that lasts",
      value: found
        ? numberText(found.value >= 100 ? Math.round(found.value) : found.value, "per_minute")
        : "none",
      detail: foundText(plan),
    },
    {
      label: "First 429",
      value: first ? numberText(first.value, "seconds") : "none",
      detail: firstRefusalText(plan),
      tone: first ? "bad" : "good",
    },
    ...(tiers.length > 0
      ? [{ label: "Smallest tier whose rate limits fit", value: tiers.join(", ") }]
      : []),
    { label: "A month", value: monthText(plan), detail: monthDetail(plan) },
    ...capFigure(plan),
  ];
}
