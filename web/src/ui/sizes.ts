// Distributions of tokens (docs/scenario.md, "size, ..."): what a typical value is, and the same
// distribution with all its values multiplied.
import type { Json } from "../core/types";
import { isArray, isObject, textAt, type JsonObject } from "./json";
import { tokensOf } from "./rates";

/** 2^40: the largest size there is, which stands for no bound. */
const kUnbounded = 1099511627776;

/** Of an effective scenario's size: the median where it is known, else the mean or the bound. */
export function typical(size: Json | undefined): number | null {
  if (!isObject(size)) return tokensOf(size);
  switch (textAt(size, "type")) {
    case "fixed":
      return tokensOf(size["value"]);
    case "uniform": {
      const [low, high] = [tokensOf(size["low"]), tokensOf(size["high"])];
      return low === null || high === null ? null : (low + high) / 2;
    }
    case "lognormal":
      return tokensOf(size["p50"]);
    case "zipf":
      return tokensOf(size["max"]);
    case "empirical":
      return mean(size["values"]);
    default:
      return null;
  }
}

function mean(values: Json | undefined): number | null {
  if (!isArray(values)) return null;
  let sum = 0;
  let weights = 0;
  for (const item of values) {
    const value = isObject(item) ? tokensOf(item["value"]) : tokensOf(item);
    const weight = isObject(item) && typeof item["weight"] === "number" ? item["weight"] : 1;
    if (value === null) return null;
    sum += value * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : null;
}

/** How the slider's number is meant. */
export function meaning(size: Json | undefined): string {
  switch (textAt(size, "type")) {
    case "lognormal":
      return "median";
    case "uniform":
    case "empirical":
      return "mean";
    case "zipf":
      return "at most";
    default:
      return "each";
  }
}

const scale = (value: Json | undefined, factor: number): Json => {
  const tokens = tokensOf(value);
  if (tokens === null) return value ?? null;
  return tokens >= kUnbounded || tokens === 0 ? tokens : Math.max(1, Math.round(tokens * factor));
};

/** In the short form of a file: a number, or what differs from the defaults. */
export function scaled(size: JsonObject, factor: number): Json {
  const type = textAt(size, "type");
  const with_ = (name: string): { [name: string]: Json } => ({ [name]: scale(size[name], factor) });
  switch (type) {
    case "fixed":
      return scale(size["value"], factor);
    case "uniform":
      return { type, ...with_("low"), ...with_("high") };
    case "lognormal": {
      const bounds = {
        ...(tokensOf(size["min"]) ? with_("min") : {}),
        ...((tokensOf(size["max"]) ?? kUnbounded) < kUnbounded ? with_("max") : {}),
      };
      return { ...with_("p50"), ...with_("p95"), ...bounds };
    }
    case "zipf":
      return { ...size, ...with_("max"), ...with_("min") };
    case "empirical": {
      const values = isArray(size["values"]) ? size["values"] : [];
      const one = (item: Json): Json =>
        isObject(item) ? { ...item, value: scale(item["value"], factor) } : scale(item, factor);
      return { ...size, values: values.map(one) };
    }
    default:
      return size;
  }
}
