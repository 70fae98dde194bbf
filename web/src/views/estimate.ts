// A number with its 95 % interval, in the words and digits of the text reports of plan, tune,
// compare and sweep (src/report/plan_words.cpp, tune_text.cpp).
import { numberText, type Unit } from "../core/format";
import type { Num } from "../core/types";

/** `low` and `high` are null for a single run. */
export interface Estimate {
  readonly value: number;
  readonly low: Num;
  readonly high: Num;
}

/** A unit as the JSON names it: requests and attempts are counts. */
export function unitOf(name: string): Unit {
  switch (name) {
    case "tokens":
    case "ratio":
    case "factor":
    case "per_minute":
    case "per_second":
    case "seconds":
    case "dollars":
      return name;
    default:
      return "count";
  }
}

/** Half of the interval; null where there is none. */
export function halfOf({ low, high }: Estimate): Num {
  return low === null || high === null ? null : (high - low) / 2;
}

/** "14.9 % ± 2.5 %"; without the half where that is smaller than what is shown. */
export function estimateText(estimate: Estimate | null | undefined, unit: Unit): string {
  if (!estimate) return numberText(null, unit);
  const text = numberText(estimate.value, unit);
  const half = halfOf(estimate);
  if (half === null) return text;
  const words = numberText(half, unit);
  return /[1-9]/.test(words) ? `${text} ± ${words}` : text;
}

/** "750/min (95 %: 747-753)". */
export function rangeText({ value, low, high }: Estimate, unit: Unit): string {
  const end = (at: number): string => numberText(value >= 100 ? Math.round(at) : at, unit);
  const text = end(value);
  if (low === null || high === null) return text;
  const from = end(low);
  const to = end(high);
  if (from === to) return text;
  const cut = from.search(/[ /]/);
  const isSameUnit = unit !== "dollars" && cut >= 0 && to.endsWith(from.slice(cut));
  return `${text} (95 %: ${isSameUnit ? from.slice(0, cut) : from}-${to})`;
}

function percentOf(ratio: number): string {
  return (ratio * 100).toFixed(Math.abs(ratio) < 0.0995 ? 1 : 0);
}

/** A relative change: "+151 % ± 2.1". */
export function changeText(change: Estimate): string {
  const percent = percentOf(change.value);
  const isZero = !/[1-9]/.test(percent);
  const text = isZero ? "0 %" : `${change.value > 0 ? "+" : ""}${percent} %`;
  const half = halfOf(change);
  return half === null ? text : `${text} ± ${percentOf(half)}`;
}

/** Whether the interval leaves the sign open; a tie is no difference that shows. */
export function isTie({ low, high }: Estimate): boolean {
  return low !== null && high !== null && low <= 0 && high >= 0;
}

/** Whole dollars from a thousand up, as "$308,790". */
export function dollarsText(dollars: number): string {
  return Math.abs(dollars) >= 1000
    ? numberText(Math.round(dollars), "dollars").replace(/\.00$/, "")
    : numberText(dollars, "dollars");
}

/** "1,234 ± 12 points" where it is a share, else in its unit, with a sign. */
export function differenceText(difference: Estimate, unit: Unit): string {
  const { value, low, high } = difference;
  const half = halfOf(difference);
  if (value === 0 && !half) return "0";
  const kLeastMoney = 1e-6;
  const most = Math.max(Math.abs(low ?? value), Math.abs(high ?? value));
  if (unit === "dollars" && most < kLeastMoney) return "about 0";
  const sign = value > 0 ? "+" : value < 0 ? "-" : "";
  if (unit === "ratio") {
    const text = `${sign}${Math.abs(value * 100).toFixed(2)}`;
    return half === null ? `${text} points` : `${text} ± ${(half * 100).toFixed(2)} points`;
  }
  const text = value === 0 ? "0" : sign + numberText(Math.abs(value), unit);
  return half === null ? text : `${text} ± ${numberText(half, unit)}`;
}

/** "a, b and c". */
export function listText(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1] ?? ""}`;
}

/** A figure that is not broken over lines. */
export function whole(text: string): string {
  return text.replace(/ /g, "\u00a0");
}
