// Edits of a scenario as the command line spells them: --set POINTER=VALUE, in the order in which
// they are applied (src/describe/override.hpp).
import type { Json } from "../core/types";
import { isObject, parsed } from "./json";

export interface Edit {
  /** /workloads/0/arrivals/rate */
  readonly pointer: string;
  readonly value: Json;
}

type Tree = { [name: string]: Json };

/** What a value that is not an object stands for, by the member's name (docs/scenario.md). */
function shorthandOf(segments: readonly string[]): string | null {
  const last = segments[segments.length - 1];
  if (last === "retry") return "policy";
  if (last === "prefix") return "tokens";
  if (segments.length === 2 && segments[0] === "clients") return "retry";
  return null;
}

export function pointerOf(segments: readonly string[]): string {
  return segments.map((s) => `/${s.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

export function segmentsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((s) => s.replace(/~1/g, "/").replace(/~0/g, "~"));
}

/** A text that JSON would read as something else is quoted. */
export function valueText(value: Json): string {
  if (typeof value === "string" && parsed(value) === undefined) return value;
  return JSON.stringify(value);
}

/** One override needs its parent to exist, so a missing one comes with what it would hold. */
function apply(root: Tree, edit: Edit): string {
  const segments = segmentsOf(edit.pointer);
  let node: Tree = root;
  for (let i = 0; i + 1 < segments.length; i += 1) {
    const segment = segments[i] ?? "";
    const child = node[segment];
    if (isObject(child) || Array.isArray(child)) {
      node = child as unknown as Tree;
      continue;
    }
    let value: Json = edit.value;
    for (let k = segments.length - 1; k > i; k -= 1) value = { [segments[k] ?? ""]: value };
    const here = segments.slice(0, i + 1);
    const short = shorthandOf(here);
    if (child !== undefined && child !== null && short !== null && isObject(value)) {
      value = { [short]: child, ...value };
    }
    node[segment] = value;
    return `${pointerOf(here)}=${valueText(value)}`;
  }
  const last = segments[segments.length - 1] ?? "";
  node[last] = edit.value;
  return `${edit.pointer}=${valueText(edit.value)}`;
}

/** `text` must be the JSON object that the edits are made in; nothing otherwise. */
export function toOverrides(text: string, edits: readonly Edit[]): string[] {
  const root = parsed(text);
  if (!isObject(root)) return [];
  return edits.map((edit) => apply(root as Tree, edit));
}
