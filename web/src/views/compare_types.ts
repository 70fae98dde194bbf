// The JSON of `sluice compare` (docs/compare.schema.json) as far as the view reads it. Money is in
// dollars, times are seconds; categories are per success.
import type { Json, Num } from "../core/types";
import type { Estimate } from "./estimate";

export interface Difference extends Estimate {
  readonly variance_reduction: Num;
}

export const kCategories = [
  "input",
  "cache_write_5m",
  "cache_write_1h",
  "cache_read",
  "output",
  "tools",
] as const;

export type Measure =
  | "cost_per_month"
  | "cost_per_request"
  | "cost_per_success"
  | (typeof kCategories)[number]
  | "rate_limited_share"
  | "success_share"
  | "goodput_share"
  | "latency_p50"
  | "latency_p95";

export interface ComparedRow {
  readonly kind: string;
  readonly name: string;
  readonly models: readonly string[];
  readonly change: string;
  readonly tier: string;
  readonly reference: number;
  readonly unavailable: string;
  readonly unpriced: boolean;
  readonly changes_nothing: boolean;
  /** A spending limit refuses what comes after it; `month_wanted`: dollars without it. */
  readonly month_is_stopped?: boolean;
  readonly month_wanted?: Num;
  readonly month_stops_after?: Num;
  readonly month_limit?: string | null;
  readonly token_ratio: number;
  readonly keeps_all: boolean;
  readonly missed: readonly { readonly requirement: number; readonly value: Num }[];
  readonly tier_needed: string | null;
  readonly tier_month_cap: Num;
  readonly figures: { readonly [measure in Measure]: Estimate | null };
  readonly differences: { readonly [measure in Measure]: Difference | null };
}

export interface Requirement {
  readonly metric: string;
  readonly bound_is: string;
  readonly bound: number;
  readonly unit: string;
  readonly default: boolean;
}

export interface BreakEven {
  readonly model: string;
  readonly reads_per_write_5m: Num;
  readonly reads_per_write_1h: Num;
  readonly extra_reads_1h: Num;
  readonly uses_per_minute_5m: Num;
  readonly uses_per_minute_1h: Num;
  readonly uses_per_minute_1h_over_5m: Num;
  readonly batch_factor: number;
  readonly batch_until_read_share: Num;
}

export interface PrefixSide {
  readonly workload: string;
  readonly model: string;
  readonly prefix_tokens: number;
  readonly minimum_tokens: number;
  readonly uses_per_minute: number;
  readonly best: string;
  readonly today: string;
}

export interface MixAdvice {
  readonly min_quality: Num;
  readonly max_latency_p95: Num;
  readonly verdict: string;
  readonly words: string;
  readonly shares: readonly {
    readonly model: string;
    readonly share: number;
    readonly quality: Num;
  }[];
  readonly cost_expected: Num;
  readonly quality: Num;
  readonly row: Num;
}

export interface CompareJson {
  readonly format: "sluice-comparison";
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_date: string;
  readonly catalog_digest: string;
  readonly version: string;
  readonly seed: string;
  readonly tier: string;
  readonly replications: number;
  readonly duration: number;
  readonly verdict: string;
  readonly recommended: Num;
  readonly elsewhere: Num;
  readonly next: Num;
  readonly sensitivity: { readonly words: string };
  readonly assumptions: readonly string[];
  readonly requirements: readonly Requirement[];
  readonly today: number;
  readonly rows: readonly ComparedRow[];
  readonly break_evens: readonly BreakEven[];
  readonly prefixes: readonly PrefixSide[];
  readonly cheapest_mix: MixAdvice | null;
  readonly effective_scenario?: Json;
}
