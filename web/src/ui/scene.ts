// What a lever is, and what levers are made of: the effective scenario, the catalog, and which
// workload they move.
import { at, isArray, textAt, type JsonObject } from "./json";
import type { Catalog } from "./server";
import type { Settings } from "./state";

interface Common {
  readonly id: string;
  readonly label: string;
  /** Why it cannot be moved here. */
  readonly disabled?: string;
}

/** Positions run from 0 to `steps`. */
export interface Slider extends Common {
  readonly kind: "slider";
  readonly value: number;
  /** As the scenario has it. */
  readonly base: number;
  readonly steps: number;
  readonly valueAt: (position: number) => number;
  readonly positionOf: (value: number) => number;
  readonly say: (value: number) => string;
}

export interface Choice extends Common {
  readonly kind: "choice";
  readonly value: string;
  readonly base: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** What the chosen one means. */
  readonly note?: string;
}

export type Lever = Slider | Choice;

/** What levers are made of. */
export interface Scene {
  readonly effective: JsonObject;
  readonly catalog: Catalog;
  /** Index of the workload that the levers of a workload move. */
  readonly workload: number;
}

export function workloadOf(scene: Scene, index = scene.workload): JsonObject {
  return (at(scene.effective, "workloads", index) ?? {}) as JsonObject;
}

export function workloadNames(effective: JsonObject): string[] {
  const workloads = effective["workloads"];
  if (!isArray(workloads)) return [];
  return workloads.map((w, i) => textAt(w, "name") || `workload-${i + 1}`);
}

export function idOf(name: string, workload: number): string {
  return `${name}@${workload}`;
}

export function numberOf(settings: Settings, id: string): number | undefined {
  const value = settings[id];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function choiceOf(settings: Settings, id: string): string | undefined {
  const value = settings[id];
  return typeof value === "string" ? value : undefined;
}
