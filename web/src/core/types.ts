// The JSON of sluice-result (docs/result.schema.json) as far as the pages read it. Every number
// may be null where the run has none; what a newer sluice adds is simply not read.

/** A number of the report, or null where there is none. */
export type Num = number | null;
/** One number per cell of time. */
export type Series = readonly Num[];

/** Any object of JSON, of which nothing is known yet. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface TimedText {
  readonly at: number;
  readonly text: string;
}

export interface Identity {
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly catalog_date: string;
  readonly catalog_digest: string;
  readonly tier: string;
  readonly version: string;
  readonly seed: string;
  readonly start: string;
  readonly duration: number;
  readonly counts_from: number;
  readonly partial: boolean;
  readonly stopped_at: Num;
  readonly latency_within: Num;
  readonly ttft_within: Num;
  readonly guesses: readonly string[];
  readonly notes?: readonly string[];
  readonly warnings: readonly string[];
  /** Of load runs only. */
  readonly target?: string;
  readonly speed?: number;
  readonly stopped?: string;
  readonly stop_detail?: string;
  readonly replications: readonly { readonly number: number }[];
}

/** Seconds. */
export interface Distribution {
  readonly count: Num;
  readonly mean: Num;
  readonly min: Num;
  readonly p50: Num;
  readonly p90: Num;
  readonly p95: Num;
  readonly p99: Num;
  readonly p999: Num;
  readonly max: Num;
}

/** Points of a cumulative distribution: `value` in seconds at `quantile` from 0 to 1. */
export interface Quantiles {
  readonly quantile: readonly number[];
  readonly value: readonly number[];
}

export interface Traffic {
  readonly offered: Series;
  readonly succeeded: Series;
  readonly failed: Series;
  readonly attempts: Series;
  readonly overloaded: Series;
  readonly rate_limited: { readonly [cause: string]: Series };
  readonly input_tokens: Series;
  readonly output_tokens: Series;
  readonly cost: Series;
  readonly latency_mean: Series;
  readonly latency_max: Series;
  readonly first_tries?: Series;
  readonly in_flight?: Series;
  readonly queueing_mean?: Series;
  readonly queueing_max?: Series;
  readonly latency_p50?: Series;
  readonly latency_p95?: Series;
  readonly latency_p99?: Series;
  readonly ttft_p50?: Series;
  readonly ttft_p95?: Series;
  readonly cache_read_tokens?: Series;
  readonly cache_write_tokens?: Series;
}

export interface LimiterSeries {
  readonly level: Series;
  readonly level_min: Series;
  readonly capacity: Series;
  readonly taken: Series;
  readonly utilisation: Series;
  readonly refused: Series;
}

export interface RunSeries {
  /** Seconds; cell i begins at i x cell. */
  readonly cell: number;
  readonly traffic: Traffic;
  readonly binding: readonly (string | null)[];
  readonly limiters: { readonly [limiter: string]: LimiterSeries };
  readonly cost?: {
    readonly by_category: { readonly [category: string]: Series };
    readonly by_model: { readonly [model: string]: Series };
  };
  readonly load?: {
    readonly late_max: Series;
    readonly connections: Series;
    readonly cpu: Series;
  } | null;
}

export interface LimiterTotals {
  readonly peak_minute: Num;
  readonly refused: Num;
  readonly first_refused: Num;
  readonly refusing_share: Num;
  readonly binding_share: Num;
  readonly level_min: Num;
  readonly limit: Num;
  readonly taken: Num;
}

export interface WorkloadTotals {
  readonly offered: Num;
  readonly succeeded: Num;
  readonly failed: Num;
  readonly attempts: Num;
  readonly rate_limited: Num;
  readonly cost: Num;
  readonly cost_per_success: Num;
  readonly latency: Distribution;
  readonly ttft: Distribution;
}

type Parts = { readonly [part: string]: Num };

export interface RunJson {
  readonly format: "sluice-result";
  readonly format_version: number;
  readonly verdict: string;
  readonly binding: { readonly limit: string | null; readonly refused: number; readonly first_refused: Num };
  readonly identity: Identity;
  /** The effective scenario, or null. */
  readonly scenario?: Json;
  readonly generator?: { readonly verdict: string; readonly reason: string };
  readonly fit: { readonly headroom: Num; readonly backlog: Num; readonly [key: string]: Num };
  readonly requests: {
    readonly offered: Num;
    readonly succeeded: Num;
    readonly unfinished: Num;
    readonly success_share: Num;
    readonly offered_per_minute: Num;
    readonly succeeded_per_minute: Num;
    readonly in_flight_max: Num;
    readonly failed: Parts;
    readonly failed_on_limit: Parts;
  };
  readonly goodput: { readonly requests: Num; readonly share: Num; readonly per_minute: Num };
  readonly attempts: {
    readonly total: Num;
    readonly per_success: Num;
    readonly per_request_max: Num;
    readonly overloaded: Num;
    readonly never_fits: Num;
    readonly rate_limited_share: Num;
    readonly rate_limited: Parts;
    readonly first_rate_limited: Parts;
  };
  readonly tokens: {
    readonly prompt: Num;
    readonly input: Num;
    readonly cache_write_5m: Num;
    readonly cache_write_1h: Num;
    readonly cache_read: Num;
    readonly output: Num;
    readonly cache_read_share: Num;
  };
  readonly cost: {
    readonly total: Num;
    readonly per_success: Num;
    readonly per_month: Num;
    readonly saved_by_cache: Num;
    readonly unpriced_responses: Num;
    readonly by_category: Parts;
    readonly by_workload: Parts;
    readonly by_model: Parts;
    readonly by_workspace: Parts;
    readonly by_key: Parts;
  };
  readonly latency: { readonly [kind: string]: Distribution };
  readonly ttft: Distribution;
  readonly ttft_from_send: Distribution;
  readonly first_answer: Distribution;
  readonly queueing: Distribution;
  readonly inter_token: Distribution;
  readonly backoff: Distribution;
  readonly utilisation: Parts;
  readonly limiters: { readonly [limiter: string]: LimiterTotals };
  readonly workloads: { readonly [workload: string]: WorkloadTotals };
  readonly spend: {
    readonly month_to_date: Num;
    readonly time_to_cap: Num;
    readonly cap_reached_at: Num;
    readonly tier_cap?: Num;
  };
  readonly load?: Json;
  /** 95 % intervals of several replications, by the metric's path. */
  readonly intervals: { readonly [path: string]: { readonly low: number; readonly high: number } };
  readonly happened: readonly TimedText[];
  readonly alerts: readonly TimedText[];
  readonly distributions?: {
    readonly offered: Quantiles;
    readonly success: Quantiles;
    readonly ttft: Quantiles;
    readonly queueing: Quantiles;
  };
  readonly series: RunSeries;
}
