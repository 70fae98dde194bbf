// The JSON of `sluice plan` (docs/plan.schema.json) as far as the view reads it. Times are
// seconds, money dollars, shares ratios.
import type { Json, Num } from "../core/types";
import type { Estimate } from "./estimate";

export interface Demand {
  readonly metric: string;
  readonly unit: string;
  readonly bound: number;
  readonly is_least: boolean;
  readonly is_default: boolean;
  readonly today: Estimate | null;
  readonly standing: string;
}

export interface Binding {
  readonly limit: string;
  readonly first_refused: Num;
  readonly headroom: number;
}

export interface PlanLimit {
  readonly limit: string;
  readonly first_refused: Num;
  readonly refused_share: number;
  readonly peak_minute: Num;
}

export interface PlanTier {
  readonly tier: string;
  readonly group: string;
  readonly is_current: boolean;
  readonly fits: boolean;
  readonly requests?: number;
  readonly binding: Binding | null;
  readonly rate_limited_share: number;
  readonly latency_p95: Num;
  readonly cap: Num;
  readonly cap_lasts: Num;
  readonly gone_by?: string | null;
}

export interface PlanRate {
  readonly today_per_minute: number;
  readonly factor: Estimate | null;
  readonly per_minute: Estimate | null;
  readonly is_cut_at_limit?: boolean;
  readonly is_lower_bound: boolean;
  readonly impossible: { readonly per_minute: number; readonly causes: readonly string[] } | null;
  readonly closed_form_factor: Num;
  readonly closed_form_limit: string;
  readonly closed_form_is_exact: boolean;
  readonly broken_above: readonly { readonly metric: string; readonly runs: number }[];
  readonly scatter: readonly string[];
  readonly runs: number;
  readonly run_length: number;
}

export interface Lever {
  readonly name: string;
  readonly detail: string;
  readonly factor: Estimate;
  readonly gain: Estimate;
  readonly cost_change: Num;
}

export interface Assumption {
  readonly name: string;
  readonly change: string;
  readonly effect: Estimate;
  readonly is_guess: boolean;
}

export interface Money {
  readonly month: Estimate | null;
  readonly month_is_stopped?: boolean;
  readonly month_wanted?: Estimate | null;
  readonly per_success: Estimate | null;
  readonly budget: Num;
  readonly cap: Num;
  readonly cap_is_own?: boolean;
  readonly limit?: string | null;
  readonly time_to_cap: Estimate | null;
  readonly cap_was_reached: boolean;
  readonly gone_after?: Num;
  readonly gone_by?: string | null;
}

export interface PlanJson {
  readonly format: "sluice-plan";
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_date: string;
  readonly version: string;
  readonly seed: string;
  readonly tier: string;
  readonly duration: number;
  readonly runs: number;
  readonly simulations: number;
  readonly verdict: string;
  readonly words?: string;
  readonly demands: readonly Demand[];
  readonly binding: Binding | null;
  readonly limits?: readonly PlanLimit[];
  readonly rate_limited_share: number;
  readonly tiers: readonly PlanTier[];
  readonly rate: PlanRate;
  readonly levers: readonly Lever[];
  readonly levers_left_out: readonly string[];
  readonly first_refusal: {
    readonly runs: number;
    readonly runs_refused: number;
    readonly median: Estimate | null;
    readonly earliest: Num;
  };
  readonly money: Money;
  readonly assumptions: readonly Assumption[];
  readonly guesses: readonly string[];
  readonly notes: readonly string[];
  readonly effective_scenario?: Json;
}
