// What a tune says in words, as its text report does (src/report/tune_text.cpp).
import { numberText, percentText } from "../core/format";
import type { KeyFigure, Tone } from "../core/layout";
import { differenceText, estimateText, halfOf, unitOf, whole, type Estimate } from "./estimate";
import type { Bound, Figure, Overload, SpendStop, TuneJson } from "./tune_types";
import type { Unit } from "../core/format";

/** With its half even where it is small: an interval of nothing is left out. */
export function valueText(estimate: Estimate, unit: Unit): string {
  const half = halfOf(estimate);
  const text = numberText(estimate.value, unit);
  return half ? `${text} ± ${numberText(half, unit)}` : text;
}

export function toneOf(verdict: string): Tone {
  return verdict === "better" ? "good" : verdict === "worse" ? "bad" : "plain";
}

/** What the verdict calls the other policy. */
export function otherName(tune: TuneJson): string {
  return tune.verdict === "recommended" ? "recommended" : "best found";
}

export interface TuneVerdict {
  readonly badge: string;
  readonly tone: Tone;
  readonly sentence: string;
  readonly more: readonly string[];
}

function goalFigures(tune: TuneJson): readonly Figure[] {
  return tune.figures.slice(0, tune.goals.length);
}

function toldApart(tune: TuneJson): string {
  if (tune.figures.length === 0) return "not known from a single replication";
  return goalFigures(tune)
    .map(
      (one) => `${one.metric} ${differenceText(one.difference, unitOf(one.unit))} (${one.verdict})`,
    )
    .join(", ");
}

function effortText(tune: TuneJson): string {
  const { candidates, search_trials: trials, confirm_replications: confirmed } = tune.effort;
  const seen =
    confirmed > 0 ? `; confirmed over ${confirmed} replications that the search has not seen` : "";
  return (
    `Client "${tune.client}", ${candidates} candidates in ${numberText(trials, "count")} ` +
    `runs${seen}.`
  );
}

export function verdictOf(tune: TuneJson): TuneVerdict {
  const isBetter = tune.verdict === "recommended";
  const isConfirmed = tune.effort.confirm_replications > 0 || !tune.partial;
  const difference = `Difference: ${toldApart(tune)}.`;
  const worse = goalFigures(tune).find(({ verdict }) => verdict === "worse");
  const trade =
    isBetter && worse
      ? [
          `A trade: it is worse in ${worse.metric}, and it is the order of the goals that ` +
            "decides: turn them round with --goal.",
        ]
      : [];
  const more = [difference, ...trade, effortText(tune)];
  if (!isBetter) {
    const isAlike = !!tune.effort.as_today && tune.effort.as_today === tune.effort.candidates;
    const best = isAlike ? "nothing behaves otherwise here than today's policy" : tune.chosen;
    const kept = `${tune.today}: nothing in the search is better by the goals.`;
    return { badge: "KEEP", tone: "good", sentence: `${kept} Best found: ${best}.`, more };
  }
  const badge = isConfirmed ? "RECOMMENDED" : "BEST SO FAR";
  return { badge, tone: "good", sentence: `${tune.chosen}; today: ${tune.today}.`, more };
}

export function tuneFigures(tune: TuneJson): KeyFigure[] {
  return goalFigures(tune).map((one) => {
    const unit = unitOf(one.unit);
    return {
      label: one.metric,
      value: `${whole(numberText(one.today.value, unit))} → ${whole(numberText(one.chosen.value, unit))}`,
      detail: `today → ${otherName(tune)}: ${differenceText(one.difference, unit)} (${one.verdict})`,
      tone: toneOf(one.verdict),
    };
  });
}

export function boundText(bound: Bound): string {
  const unit = unitOf(bound.unit);
  let text = `${bound.metric} ${bound.least ? ">=" : "<="} ${numberText(bound.bound, unit)}`;
  if (bound.value) text += `: it is ${estimateText(bound.value, unit)}`;
  if (bound.met || bound.best === null) return text;
  const isPossible = bound.least ? bound.best >= bound.bound : bound.best <= bound.bound;
  return (
    text +
    (isPossible
      ? "; another candidate meets it, but breaks more or is worse by the goals"
      : `; no candidate meets it, the best reached ${numberText(bound.best, unit)}`)
  );
}

export function overloadText(o: Overload): string {
  const text =
    `Overload: ${o.limit} is asked for ${o.load.toFixed(2)} times what it gives for ` +
    `${numberText(o.seconds, "seconds")}`;
  if (o.lost_share <= 0) {
    return (
      `${text}: requests can wait it out in this run, but where it lasts ` +
      `${percentText(1 - 1 / o.load)} of them fail whatever the client does (1 - 1/R); see ` +
      "sluice plan."
    );
  }
  return (
    `${text}, longer than anybody waits: ${percentText(o.lost_share)} of all requests must fail ` +
    `whatever the client does (1 - 1/R of those that come meanwhile), so no policy that keeps ` +
    `to this limit raises goodput beyond ${percentText(1 - o.lost_share)}, and a percentile ` +
    `above that stays at the deadline. More capacity, ` +
    `less traffic (sluice plan) or another model's limits (--fallback) would help.`
  );
}

export function spendStopText(stop: SpendStop): string {
  const after = stop.seconds === null ? "" : ` after ${numberText(stop.seconds, "seconds")}`;
  return (
    `Spent: ${stop.limit} is gone${after}: ${percentText(stop.refused_share)} of the requests ` +
    "fail for it, and no policy helps against that. A higher limit or tier does, or cheaper " +
    "requests (sluice compare)."
  );
}
