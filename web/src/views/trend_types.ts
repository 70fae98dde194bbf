// The JSON of `sluice runs trend` (docs/history.md). Lists are in the order of the runs, the oldest
// first; all numbers of a metric are in its unit.
import type { Num } from "../core/types";

export interface SavedRun {
  readonly id: number;
  /** RFC 3339, UTC. */
  readonly saved_at: string;
  readonly kind: string;
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_date: string;
  readonly seed: string;
  readonly version: string;
  readonly replications: number;
  readonly partial: boolean;
  readonly verdict: string;
}

export interface TrendMetric {
  readonly metric: string;
  readonly unit: string | null;
  readonly value: readonly Num[];
  readonly low: readonly Num[];
  readonly high: readonly Num[];
}

export interface TrendJson {
  readonly format: "sluice-trend";
  readonly scenario: string;
  /** Runs that are kept; `runs` may be the newest of them. */
  readonly total: number;
  readonly runs: readonly SavedRun[];
  /** What is new in each run: "scenario", "catalog", "version". */
  readonly changes: readonly (readonly string[])[];
  readonly metrics: readonly TrendMetric[];
}
