// The JSON of `sluice tune` (docs/tune.schema.json) as far as the view reads it. Times are seconds.
import type { Json, Num } from "../core/types";
import type { Estimate } from "./estimate";

/** Two policies over the same replications. */
export interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly more_is_better: boolean;
  readonly today: Estimate;
  readonly chosen: Estimate;
  readonly difference: Estimate;
  readonly verdict: string;
  readonly variance_cut: Num;
}

export interface Goal {
  readonly name: string;
  readonly metric: string;
  readonly unit: string;
  readonly more_is_better: boolean;
}

export interface Point {
  readonly name: string;
  readonly policy: string;
  readonly today: boolean;
  readonly chosen: boolean;
  readonly on_front: boolean;
  readonly sdk_alone?: boolean;
  readonly tied_with: readonly string[];
  readonly goals: readonly Estimate[];
}

export interface Bound {
  readonly metric: string;
  readonly unit: string;
  readonly least: boolean;
  readonly bound: number;
  readonly value: Estimate | null;
  readonly met: boolean;
  readonly best: Num;
}

export interface World {
  readonly name: string;
  readonly change: string;
  readonly assumption: boolean;
  readonly figures: readonly Figure[];
}

export interface Overload {
  readonly limit: string;
  readonly seconds: number;
  readonly load: number;
  readonly lost_share: number;
}

/** A spending limit refuses requests, and no policy helps against that. */
export interface SpendStop {
  readonly limit: string;
  readonly seconds: Num;
  readonly refused_share: number;
}

export interface Paste {
  readonly python_settings: string | null;
  readonly typescript_settings: string | null;
  readonly python: string;
  readonly typescript: string;
  readonly left_out_of_code: readonly string[];
  readonly client: string;
  readonly overrides: readonly string[];
  readonly command: string;
}

export interface TuneJson {
  readonly format: "sluice-tune";
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_date: string;
  readonly version: string;
  readonly seed: string;
  readonly client: string;
  readonly verdict: string;
  readonly partial: boolean;
  readonly today: string;
  readonly chosen: string;
  readonly goals: readonly Goal[];
  readonly figures: readonly Figure[];
  readonly points: readonly Point[];
  readonly bounds: readonly Bound[];
  readonly worlds: readonly World[];
  readonly most_sensitive: string | null;
  readonly overload: Overload | null;
  readonly spend_stop?: SpendStop | null;
  readonly assumed_deadline: Num;
  readonly paste: Paste;
  readonly effort: {
    readonly candidates: number;
    /** Of these, behave here as today's policy does. */
    readonly as_today?: number;
    readonly finalists: number;
    readonly search_trials: number;
    readonly confirm_trials: number;
    readonly confirm_replications: number;
  };
  readonly notes: readonly string[];
  readonly effective_scenario?: Json;
}
