// What a comparison says in words, as its text report does (src/report/compare_words.cpp and
// compare_text.cpp).
import { numberText, percentText, type Unit } from "../core/format";
import type { KeyFigure, Tone } from "../core/layout";
import { dollarsText, halfOf, unitOf, type Estimate } from "./estimate";
import {
  kCategories,
  type CompareJson,
  type ComparedRow,
  type Measure,
  type PrefixSide,
  type Requirement,
} from "./compare_types";

const kPerRequest: ReadonlySet<Measure> = new Set<Measure>([
  "cost_per_request",
  "cost_per_success",
  ...kCategories,
]);

/** What a request costs is said per thousand. */
export function isPerRequest(measure: Measure): boolean {
  return kPerRequest.has(measure);
}

export function unitOfMeasure(measure: Measure): Unit {
  if (measure.startsWith("latency")) return "seconds";
  return measure.endsWith("_share") ? "ratio" : "dollars";
}

export function measureText(value: number, measure: Measure): string {
  return numberText(isPerRequest(measure) ? value * 1000 : value, unitOfMeasure(measure));
}

export function figureText(row: ComparedRow, measure: Measure, withInterval = true): string {
  const figure = row.figures[measure];
  if (!figure) return row.unpriced && unitOfMeasure(measure) === "dollars" ? "unpriced" : "–";
  const text = measureText(figure.value, measure);
  const half = halfOf(figure);
  if (!withInterval || !half || text.startsWith("<")) return text;
  return `${text} ± ${measureText(half, measure)}`;
}

export function differenceOf(row: ComparedRow, measure: Measure): string {
  const difference = row.differences[measure];
  if (!difference) return row.unpriced && unitOfMeasure(measure) === "dollars" ? "unpriced" : "–";
  if (difference.value === 0 && !difference.high) return "0";
  const text =
    (difference.value < 0 ? "-" : "+") + measureText(Math.abs(difference.value), measure);
  const half = halfOf(difference);
  return half === null ? text : `${text} ± ${measureText(half, measure)}`;
}

/** "haiku *" is as today. */
export function calledText(data: CompareJson, row: ComparedRow): string {
  if (row === data.rows[data.today] && row.kind === "model") return `${row.name} (as today)`;
  return row.kind === "cheapest_mix" ? `${row.name} (found)` : row.name;
}

/** What one can choose, the cheapest first; tiers and what-ifs have tables of their own. */
export function choicesOf(data: CompareJson): ComparedRow[] {
  const cost = (row: ComparedRow): number => row.figures.cost_per_success?.value ?? Infinity;
  return data.rows
    .filter((row) => row.kind !== "tier" && row.kind !== "what_if" && row.unavailable === "")
    .map((row, i) => ({ row, i }))
    .sort((a, b) => cost(a.row) - cost(b.row) || a.i - b.i)
    .map(({ row }) => row);
}

export function tierText(row: ComparedRow): string {
  if (row.tier_needed === null) return "–";
  return row.tier_needed === "" ? "none" : row.tier_needed;
}

const kOfKeys = ["key", "workspace", "key_alert"];

function limitWords({ month_limit: limit, tier }: ComparedRow): string {
  if (limit && kOfKeys.includes(limit)) return "limits of keys and workspaces";
  if (limit === "credit") return "the end of the prepaid credit";
  const isOwn = limit === "organization" || limit === "alert";
  return isOwn ? "the organization's own limit" : `the limit of the ${tier} tier`;
}

/** "$500.00, the cap", "$50.00, the credit". */
export function monthText(row: ComparedRow, withInterval = true): string {
  const isStopped = row.month_is_stopped ?? false;
  const month = figureText(row, "cost_per_month", withInterval && !isStopped);
  const cost = row.figures.cost_per_month;
  const isWhole = cost && row.month_wanted && cost.value >= row.month_wanted;
  if (!isStopped || isWhole) return month; // a whole month holds enough
  if (row.month_limit === "credit") return `${month}, the credit`;
  const isOfKeys = kOfKeys.includes(row.month_limit ?? "");
  return `${month}, ${isOfKeys ? "key limits" : "the cap"}`;
}

/** Where requests after a spending limit are refused, so that a month answers only a part. */
export function stoppedText(row: ComparedRow): string | null {
  const parts: string[] = [];
  const wanted = row.month_wanted ?? null;
  if (row.month_is_stopped) {
    const want = wanted === null ? "" : `: 30 days like this want ${numberText(wanted, "dollars")}`;
    parts.push(`spending stops at ${limitWords(row)}${want}`);
  } else if ((row.month_stops_after ?? null) !== null) {
    const after = numberText(row.month_stops_after, "seconds");
    parts.push(
      `what is left of this month is gone at ${limitWords(row)} after ${after}; a whole month is not`,
    );
  }
  const cap = row.tier_needed ? row.tier_month_cap : null;
  if (cap !== null && wanted !== null && wanted > cap && row.tier_needed !== row.tier) {
    const stops = `stops at ${numberText(cap, "dollars")} a month too`;
    parts.push(`the ${row.tier_needed ?? ""} tier that its rate needs ${stops}`);
  }
  return parts.length > 0 ? `${row.name}: ${parts.join("; ")}` : null;
}

function pathWords(path: string): string {
  return path.replace(/[._]/g, " ");
}

export function requirementText(one: Requirement): string {
  return `${pathWords(one.metric)} at ${one.bound_is} ${numberText(one.bound, unitOf(one.unit))}`;
}

export function missedText(data: CompareJson, row: ComparedRow): string {
  return row.missed
    .map(({ requirement, value }) => {
      const one = data.requirements[requirement];
      if (!one) return "";
      const said = value === null ? "has no value" : numberText(value, unitOf(one.unit));
      return `${pathWords(one.metric)} ${said}`;
    })
    .join(", ");
}

export function prefixText(side: PrefixSide): string {
  const used =
    `${side.workload}: prefix of ${numberText(side.prefix_tokens, "count")} tokens ` +
    `on ${side.model}, each variant used ` +
    numberText(side.uses_per_minute, "per_minute");
  if (side.prefix_tokens < side.minimum_tokens) {
    return (
      `${used}: too short to be cached by itself (the model's minimum is ` +
      `${numberText(side.minimum_tokens, "count")})`
    );
  }
  const best = side.best === "none" ? "not caching" : `caching for ${side.best}`;
  return side.best === side.today
    ? `${used}: ${best} is cheapest, as today`
    : `${used}: ${best} is cheapest, today it is ${side.today}`;
}

// As the text report heads it: what the verdict is of is in its sentence.
const kBadge = "VERDICT";

export interface CompareVerdict {
  readonly badge: string;
  readonly tone: Tone;
  readonly sentence: string;
  readonly more: readonly string[];
}

export function verdictOf(data: CompareJson): CompareVerdict {
  const mix = data.cheapest_mix;
  const isOurs = data.requirements[0]?.default ?? false;
  const asked = data.requirements.map(requirementText).join(", ");
  const required = `Required: ${asked}${isOurs ? " (the scenario asks for nothing)" : ""}.`;
  const hangs = `It hangs on ${data.sensitivity.words}.`;
  const tail = [hangs, required];
  if (mix) {
    const isFound = mix.verdict === "confirmed";
    return {
      badge: kBadge,
      tone: isFound ? "good" : "bad",
      sentence: `${mix.words}.`,
      more: [`Without it: ${data.verdict}.`, ...tail],
    };
  }
  const tone = data.recommended !== null ? "good" : data.elsewhere !== null ? "warn" : "bad";
  return { badge: kBadge, tone, sentence: `${data.verdict}.`, more: tail };
}

function estimateDetail(figure: Estimate | null, measure: Measure): string | undefined {
  const half = figure ? halfOf(figure) : null;
  return half ? `± ${measureText(half, measure)}` : undefined;
}

function oneOf(data: CompareJson, row: ComparedRow, label: string, tone: Tone): KeyFigure {
  const cost = row.figures.cost_per_success;
  const month = row.figures.cost_per_month;
  const parts = [
    `${calledText(data, row)}: $ per 1,000 answers`,
    estimateDetail(cost, "cost_per_success"),
    month ? `; ${dollarsText(Math.round(month.value))} a month` : undefined,
    row.figures.latency_p95
      ? `; p95 ${numberText(row.figures.latency_p95.value, "seconds")}`
      : undefined,
    row.figures.rate_limited_share
      ? `; 429s ${percentText(row.figures.rate_limited_share.value)}`
      : undefined,
  ];
  return {
    label,
    value: cost ? measureText(cost.value, "cost_per_success") : "–",
    detail: parts
      .filter((part) => part !== undefined)
      .join(" ")
      .replace(/ ;/g, ";"),
    tone,
  };
}

export function compareFigures(data: CompareJson): KeyFigure[] {
  const at = (i: number | null): ComparedRow | undefined => (i === null ? undefined : data.rows[i]);
  const mix = data.cheapest_mix ? at(data.cheapest_mix.row) : undefined;
  const best = at(data.recommended);
  const elsewhere = at(data.elsewhere);
  const today = at(data.today);
  const figures: KeyFigure[] = [];
  if (mix && data.cheapest_mix?.verdict === "confirmed")
    figures.push(oneOf(data, mix, "Cheapest mix", "good"));
  if (best)
    figures.push(oneOf(data, best, "Cheapest that keeps all", best === today ? "good" : "plain"));
  if (elsewhere)
    figures.push(
      oneOf(data, elsewhere, `Cheapest elsewhere (tier ${elsewhere.tier_needed ?? ""})`, "warn"),
    );
  if (today && today !== best)
    figures.push(oneOf(data, today, "Today", today.keeps_all ? "plain" : "bad"));
  const next = at(data.next);
  if (next && next !== today && next !== mix)
    figures.push(oneOf(data, next, "Next cheapest", "plain"));
  return figures;
}
