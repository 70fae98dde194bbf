// Looking into JSON whose shape is known only in part: what is not there is undefined, never an
// exception.
import type { Json } from "../core/types";

export type JsonObject = { readonly [name: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** at(scenario, "workloads", 0, "model"). */
export function at(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): Json | undefined {
  let node = value;
  for (const step of path) {
    if (isArray(node)) node = node[Number(step)];
    else if (isObject(node))
      node = Object.prototype.hasOwnProperty.call(node, step) ? node[step] : undefined;
    else return undefined;
  }
  return node;
}

export function textAt(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** The value of a text, or undefined where it is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
