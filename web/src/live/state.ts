// What the server tells of a run under way: the events of GET /events (src/app/dashboard.hpp).
import type { Num, RunJson } from "../core/types";

export interface LimitLeft {
  readonly name: string;
  /** Requests or tokens; below 0 in debt. */
  readonly left: number;
  readonly limit: number;
}

export interface LiveNumbers {
  /** Seconds of model time. */
  readonly now: number;
  /** Null of a mock, which runs until somebody ends it. */
  readonly duration: Num;
  readonly in_flight: number;
  readonly held: number;
  /** Dollars, as the two below. */
  readonly spent: number;
  readonly reserved: number;
  readonly cap: Num;
  /** Why nothing more is sent. */
  readonly stopping: string | null;
  /** 429s of the last seconds of wall time. */
  readonly recent: { readonly seconds: number; readonly by_cause: { readonly [cause: string]: number } };
  readonly limits: readonly LimitLeft[];
}

/** Everything until `live.now`: whoever comes late misses nothing. */
export interface LiveState {
  readonly result: RunJson;
  readonly live: LiveNumbers;
}

/** A load run has a generator whose health is judged; a mock has none. */
export function isMock(state: LiveState): boolean {
  return state.result.generator === undefined;
}
