// What the charts of a run have in common: its time line, how many replications its sums are over,
// and a fixed colour for every limiter, cause and category.
import { hue, type Theme } from "../../core/theme";
import type { Timeline } from "../../core/time_series";
import type { RunJson } from "../../core/types";

export interface RunContext {
  readonly data: RunJson;
  readonly time: Timeline;
  /** Series are sums over so many runs; charts show their mean. */
  readonly runs: number;
  /** From a count in a cell to a rate per minute of one run. */
  readonly perMinute: number;
  /** From a sum over replications to one run. */
  readonly perRun: number;
  /** In the order of the result. */
  readonly limiters: readonly string[];
}

export function contextOf(data: RunJson): RunContext {
  const runs = Math.max(1, data.identity.replications.length);
  return {
    data,
    time: {
      cell: data.series.cell,
      cells: data.series.traffic.offered.length,
      countsFrom: data.identity.counts_from,
      duration: data.identity.duration,
      events: data.happened,
    },
    runs,
    perMinute: 60 / data.series.cell / runs,
    perRun: 1 / runs,
    limiters: limiterNames(data),
  };
}

// Limits without a bucket (spend, the ramp, concurrency) occur in the binding only.
function limiterNames(data: RunJson): string[] {
  const names = Object.keys(data.series.limiters);
  for (const name of data.series.binding) {
    if (name !== null && !names.includes(name)) names.push(name);
  }
  return names;
}

export function limiterColour(context: RunContext, name: string): (theme: Theme) => string {
  return (theme) => hue(theme, Math.max(0, context.limiters.indexOf(name)));
}

const kCauses = ["requests", "input_tokens", "output_tokens", "ramp", "concurrency", "spend", "batch_queue", "unknown"];

export function causeColour(cause: string): (theme: Theme) => string {
  const i = kCauses.indexOf(cause);
  return (theme) => (i < 0 ? theme.neutral : hue(theme, i));
}

const kCategories = ["input", "output", "cache_read", "write_5m", "write_1h", "tools"];

export function categoryColour(category: string): (theme: Theme) => string {
  const i = kCategories.indexOf(category);
  return (theme) => (i < 0 ? theme.neutral : hue(theme, i));
}
