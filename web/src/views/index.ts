// Which view shows a result: by the "format" of its JSON.
import { mountCompare } from "./compare";
import type { CompareJson } from "./compare_types";
import { mountPlan } from "./plan";
import type { PlanJson } from "./plan_types";
import { mountRun } from "./run";
import { mountSweep } from "./sweep";
import type { SweepJson } from "./sweep_types";
import { mountTrend } from "./trend";
import type { TrendJson } from "./trend_types";
import { mountTune } from "./tune";
import type { TuneJson } from "./tune_types";
import { mountVerify } from "./verify";
import type { VerifyJson } from "./verify_types";
import type { RunJson } from "../core/types";

/** What a page keeps of a view that it has mounted. */
export interface Mounted {
  dispose(): void;
}

/** Draws `data`, which is the JSON of one format, into `root`. */
export type Mount = (root: HTMLElement, data: unknown) => Mounted;

const kViews: { readonly [format: string]: Mount } = {
  "sluice-result": (root, data) => mountRun(root, data as RunJson),
  "sluice-comparison": (root, data) => mountCompare(root, data as CompareJson),
  "sluice-plan": (root, data) => mountPlan(root, data as PlanJson),
  "sluice-agreement": (root, data) => mountVerify(root, data as VerifyJson),
  "sluice-sweep": (root, data) => mountSweep(root, data as SweepJson),
  "sluice-trend": (root, data) => mountTrend(root, data as TrendJson),
  "sluice-tune": (root, data) => mountTune(root, data as TuneJson),
};

/** Undefined where no view shows that format. */
export function viewOf(format: string): Mount | undefined {
  return Object.hasOwn(kViews, format) ? kViews[format] : undefined;
}
