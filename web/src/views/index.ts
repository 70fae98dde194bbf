// Which view shows a result: by the "format" of its JSON.
import { mountRun } from "./run";
import type { RunJson } from "../core/types";

/** What a page keeps of a view that it has mounted. */
export interface Mounted {
  dispose(): void;
}

/** Draws `data`, which is the JSON of one format, into `root`. */
export type Mount = (root: HTMLElement, data: unknown) => Mounted;

const kViews: { readonly [format: string]: Mount } = {
  "sluice-result": (root, data) => mountRun(root, data as RunJson),
};

/** Undefined where no view shows that format. */
export function viewOf(format: string): Mount | undefined {
  return Object.hasOwn(kViews, format) ? kViews[format] : undefined;
}
