// What an agreement says in words, as its text report does (src/report/agreement_text.cpp).
import { numberText, percentText } from "../core/format";
import type { KeyFigure, Tone } from "../core/layout";
import { unitOf } from "./estimate";
import type { AgreementRow, VerifyJson } from "./verify_types";

const kMainRows: ReadonlySet<string> = new Set([
  "requests.offered",
  "requests.succeeded",
  "attempts.total",
  "attempts.rate_limited.total",
  "tokens.output",
  "cost.total",
  "goodput.requests",
  "latency.success.p50",
  "latency.success.p99",
  "ttft.p50",
  "ttft.p99",
]);

export function isMain(row: AgreementRow): boolean {
  return kMainRows.has(row.metric);
}

/** What differs first, then the main metrics, then the rest; those not judged last. */
export function inOrder(data: VerifyJson): AgreementRow[] {
  const rank = (row: AgreementRow): number =>
    !row.agrees ? 0 : !row.judged ? 3 : isMain(row) ? 1 : 2;
  return data.rows
    .map((row, i) => ({ row, i }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.i - b.i)
    .map(({ row }) => row);
}

/** "+12 (+1.4 %)". */
export function differenceText(row: AgreementRow): string {
  if (row.difference === 0) return row.predicted !== null && row.measured !== null ? "0" : "–";
  const sign = row.difference > 0 ? "+" : "-";
  const text = sign + numberText(Math.abs(row.difference), unitOf(row.unit));
  const base = Math.abs(row.predicted ?? 0);
  if (base === 0) return text;
  const share = Math.abs(row.difference) / base;
  return `${text} (${share < 0.001 ? "< 0.1 %" : sign + percentText(share)})`;
}

/** "42 (3 sqrt(196))". */
export function toleranceText(row: AgreementRow): string {
  if (!row.judged || row.allowed === 0) return row.tolerance;
  return `${numberText(row.allowed, unitOf(row.unit))} (${row.tolerance})`;
}

export function rowVerdict(row: AgreementRow): string {
  if (!row.judged) return "not judged";
  return row.agrees ? "ok" : "DIFFERS";
}

/** Where the measurement lies, in tolerances from the prediction; null: that has no meaning. */
export function inTolerances(row: AgreementRow): number | null {
  if (row.predicted === null || row.measured === null) return null;
  if (row.difference === 0) return 0;
  return row.allowed > 0 ? row.difference / row.allowed : null;
}

export interface VerifyVerdict {
  readonly badge: string;
  readonly tone: Tone;
  readonly sentence: string;
  readonly more: readonly string[];
}

export function verdictOf(data: VerifyJson): VerifyVerdict {
  const more = [`Basis: ${data.basis}.`];
  if (data.verdict === "void") {
    return {
      badge: "VOID",
      tone: "warn",
      sentence: `Nothing is proved: ${data.void_reason}.`,
      more,
    };
  }
  const few = data.rows.length - data.judged;
  const rest = few > 0 ? `; ${few} more have too few values to be judged` : "";
  if (data.verdict === "agrees") {
    return {
      badge: "AGREES",
      tone: "good",
      sentence: `All ${data.judged} metrics within their tolerance${rest}.`,
      more,
    };
  }
  return {
    badge: "DIFFERS",
    tone: "bad",
    sentence: `${data.differing} of ${data.judged} metrics beyond their tolerance${rest}.`,
    more: [`What differs: ${familiesOf(data)}.`, ...more],
  };
}

// "latency (3), requests (1)": where to look for the cause.
function familiesOf(data: VerifyJson): string {
  const counts = new Map<string, number>();
  for (const row of data.rows) {
    if (row.agrees) continue;
    const family = row.metric.split(".")[0] ?? row.metric;
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return [...counts].map(([family, count]) => `${family} (${count})`).join(", ");
}

export function verifyFigures(data: VerifyJson): KeyFigure[] {
  const furthest = data.rows
    .filter(({ judged }) => judged)
    .map((row) => ({ row, size: Math.abs(inTolerances(row) ?? (row.agrees ? 0 : Infinity)) }))
    .sort((a, b) => b.size - a.size)[0];
  const size = furthest?.size ?? 0;
  return [
    {
      label: "Within their tolerance",
      value: `${data.judged - data.differing} of ${data.judged}`,
      detail: data.exact
        ? "counts, tokens and cost must be equal"
        : "draws may differ, so counts have tolerances",
      tone: data.differing > 0 ? "bad" : data.verdict === "void" ? "warn" : "good",
    },
    {
      label: "Furthest from the prediction",
      value:
        size === 0
          ? "equal"
          : Number.isFinite(size)
            ? `${percentText(size)} of tolerance`
            : "beyond: must be equal",
      detail:
        furthest && size > 0
          ? `${furthest.row.metric}: ${differenceText(furthest.row)}`
          : "every judged metric",
    },
    {
      label: "Speed of the replay",
      value: `${data.speed}x`,
      detail: "model time over wall time",
    },
  ];
}
