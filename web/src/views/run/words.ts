// What a run's result says in words: the verdict and its reasons, as the text report has them
// (src/report/text.cpp, verdict_text.cpp).
import { durationText, exactDurationText, numberText, percentText, plural } from "../../core/format";
import type { Tone } from "../../core/layout";
import type { Num, RunJson } from "../../core/types";

/** Of the offered requests; more than that lost to anything is worth a word. */
const kLossWorthAWord = 0.001;

export interface Verdict {
  readonly word: string;
  readonly tone: Tone;
}

function number(value: Num | undefined): number {
  return value ?? 0;
}

export function verdict(data: RunJson): Verdict {
  const offered = number(data.requests.offered);
  if (offered > 0 && number(data.requests.succeeded) === 0) return { word: "Nothing got through", tone: "bad" };
  if (data.verdict === "fits with retries") return { word: "Fits with retries", tone: "warn" };
  if (data.verdict === "does not fit") return { word: "Does not fit", tone: "bad" };
  if (data.identity.partial) return { word: "Fits so far", tone: "warn" };
  if (number(data.requests.failed["total"]) > offered * kLossWorthAWord) {
    return { word: "Fits, but loses requests", tone: "warn" };
  }
  return { word: "Fits", tone: "good" };
}

/** Causes with a count, the most frequent first: "requests 242, output_tokens 123". */
export function partsText(parts: { readonly [part: string]: Num }): string {
  return Object.entries(parts)
    .filter(([name, value]) => name !== "total" && number(value) !== 0)
    .map(([name, value]) => `${name} ${numberText(value, "count")}`)
    .join(", ");
}

function seenByAClient(data: RunJson): string {
  const { rate_limited, total, rate_limited_share, first_rate_limited } = data.attempts;
  if (number(rate_limited["total"]) === 0) return "No attempt was refused for a limit.";
  const firsts = Object.values(first_rate_limited).filter((value): value is number => value !== null);
  return (
    `${numberText(rate_limited["total"] ?? null, "count")} of ${numberText(total, "count")} attempts ` +
    `(${numberText(rate_limited_share, "ratio")}) were refused with 429, the first after ` +
    `${durationText(Math.min(...firsts))}: ${partsText(rate_limited)}.`
  );
}

/** Which limit binds, since when, how often; or which is the tightest. */
export function bindingSentence(data: RunJson): string {
  if (data.generator) return seenByAClient(data);
  const name = data.binding.limit;
  if (name === null) return "No limit was touched.";
  const limit = data.limiters[name];
  const peak = limit?.peak_minute ?? null;
  const busiest = peak === null || peak === 0 ? "" : `its busiest minute used ${percentText(peak)} of the limit`;
  if (data.binding.refused === 0) return `The tightest limit is ${name}${busiest ? `: ${busiest}` : ""}.`;
  const replications = data.identity.replications.length;
  const often =
    replications > 1
      ? ` in the earliest of ${replications} replications`
      : limit?.refusing_share
        ? `, refusing in ${percentText(limit.refusing_share)} of the time`
        : "";
  const first = data.binding.first_refused === null ? "" : ` first after ${durationText(data.binding.first_refused)}`;
  return `${name} binds:${first}${often}${busiest ? `; ${busiest}` : ""}.`;
}

/** What was lost and what was left over; empty where nothing was. */
export function lossSentences(data: RunJson): string[] {
  const sentences: string[] = [];
  const onLimit = number(data.requests.failed_on_limit["total"]);
  const others = number(data.requests.failed["total"]) - onLimit;
  if (onLimit > 0) sentences.push(`${plural(onLimit, "request")} failed on a limit.`);
  if (others > 0) sentences.push(`${plural(others, "request")} failed for other reasons.`);
  if (number(data.fit.backlog) > 0 && data.verdict !== "fits") {
    sentences.push(`${plural(number(data.fit.backlog), "request")} had not ended when arrivals stopped.`);
  }
  if (number(data.attempts.never_fits) > 0) {
    sentences.push(
      `${plural(number(data.attempts.never_fits), "attempt")} cost more than a limit can hold: no waiting helps them.`,
    );
  }
  return sentences;
}

/** "quickstart: 30m from 2026-07-01T00:00:00Z, Build tier, mean of 8 replications". */
export function subtitle(data: RunJson): string {
  const { identity } = data;
  const parts = [`${exactDurationText(identity.duration)} from ${identity.start}`];
  if (identity.tier) parts.push(`${identity.tier} tier`);
  if (identity.counts_from > 0) parts.push(`the first ${exactDurationText(identity.counts_from)} left out as warm-up`);
  if (identity.replications.length > 1) {
    parts.push(`mean of ${identity.replications.length} replications ± 95 % interval`);
  }
  if (identity.target) parts.push(`sent to ${identity.target}`);
  if (identity.speed !== undefined && identity.speed !== 1) parts.push(`${identity.speed} times as fast as real time`);
  return parts.join(", ");
}
