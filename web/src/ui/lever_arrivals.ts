// The levers of when requests come: how many, and how evenly.
import type { Json } from "../core/types";
import { at, isArray, isObject, numberAt, textAt, type JsonObject } from "./json";
import { idOf, numberOf, workloadOf, type Scene, type Slider } from "./scene";
import type { Edit } from "./overrides";
import { parseRate, plain, rateText, rounded, type Rate } from "./rates";
import { logScale } from "./scale";
import type { Settings } from "./state";

const kFactor = 10; // up and down from what the scenario has

function arrivalsOf(scene: Scene): JsonObject {
  const arrivals = workloadOf(scene)["arrivals"];
  return isObject(arrivals) ? arrivals : {};
}

/** Kinds with one rate; the member that has it. */
const kRateMember: { readonly [type: string]: string } = {
  poisson: "rate",
  constant: "rate",
  gamma: "rate",
  weibull: "rate",
  on_off: "rate",
  diurnal: "mean",
};

function rateOf(arrivals: JsonObject): Rate | null {
  const member = kRateMember[textAt(arrivals, "type") ?? ""];
  const text = member === undefined ? undefined : textAt(arrivals, member);
  return text === undefined ? null : parseRate(text);
}

function slider(
  id: string,
  label: string,
  base: number,
  value: number | undefined,
  whole: boolean,
): Slider {
  const scale = logScale(whole ? 1 : base / kFactor, base * kFactor, base, whole);
  return { kind: "slider", id, label, base, value: value ?? base, ...scale, say: (v) => plain(v) };
}

export function rateLever(scene: Scene, settings: Settings): Slider {
  const id = idOf("rate", scene.workload);
  const arrivals = arrivalsOf(scene);
  const type = textAt(arrivals, "type");
  const value = numberOf(settings, id);
  const rate = rateOf(arrivals);
  if (rate) {
    const label = type === "on_off" ? "Rate while on" : type === "diurnal" ? "Mean rate" : "Rate";
    if (rate.count <= 0)
      return { ...slider(id, label, 1, value, false), disabled: "it is 0 in this scenario" };
    return {
      ...slider(id, label, rate.count, value, false),
      say: (v) => `${rounded(v, 4).toLocaleString("en")}/${rate.per}`,
    };
  }
  if (type === "closed") {
    return {
      ...slider(id, "Users", numberAt(arrivals, "users") ?? 1, value, true),
      say: (v) => v.toLocaleString("en"),
    };
  }
  return { ...slider(id, "Rate", 1, value, false), say: (v) => `× ${plain(rounded(v, 3))}` };
}

const kRegular = 10; // as even as the slider goes; constant arrivals stand there

export function burstinessLever(scene: Scene, settings: Settings): Slider {
  const id = idOf("burstiness", scene.workload);
  const arrivals = arrivalsOf(scene);
  const type = textAt(arrivals, "type") ?? "";
  const base = burstinessOf(arrivals);
  const made: Slider = {
    kind: "slider",
    id,
    label: "Burstiness",
    base,
    value: numberOf(settings, id) ?? base,
    ...logScale(0.05, kRegular, base, false),
    say: (v) =>
      `${plain(rounded(v, 2))} · ${v === 1 ? "random" : v < 1 ? "in bursts" : v < kRegular ? "regular" : "even"}`,
  };
  if (type === "closed")
    return { ...made, disabled: "each user waits for an answer before asking again" };
  if (type === "trace") return { ...made, disabled: "the trace says when requests come" };
  return made;
}

function burstinessOf(arrivals: JsonObject): number {
  const type = textAt(arrivals, "type");
  if (type === "weibull") return numberAt(arrivals, "shape") ?? 1;
  if (type === "gamma" || textAt(arrivals, "process") === "gamma")
    return numberAt(arrivals, "burstiness") ?? 1;
  return type === "constant" || textAt(arrivals, "process") === "constant" ? kRegular : 1;
}

function times(text: Json | undefined, factor: number): Json {
  const rate = typeof text === "string" ? parseRate(text) : null;
  return rate ? rateText({ ...rate, count: rounded(rate.count * factor, 9) }) : (text ?? null);
}

/** The members that a moved rate changes. */
function rateChanges(arrivals: JsonObject, value: number): { [member: string]: Json } {
  const type = textAt(arrivals, "type") ?? "";
  const rate = rateOf(arrivals);
  const member = kRateMember[type];
  if (rate && member !== undefined) return { [member]: rateText({ ...rate, count: value }) };
  switch (type) {
    case "closed":
      return { users: Math.round(value) };
    case "ramp":
      return { from: times(arrivals["from"], value), to: times(arrivals["to"], value) };
    case "steps": {
      const steps = isArray(arrivals["steps"]) ? arrivals["steps"] : [];
      return {
        steps: steps.map((s): Json => (isObject(s) ? { ...s, rate: times(s["rate"], value) } : s)),
      };
    }
    case "trace":
      return { time_scale: rounded((numberAt(arrivals, "time_scale") ?? 1) / value, 6) };
    default:
      return {};
  }
}

function burstinessChanges(arrivals: JsonObject, value: number): { [member: string]: Json } {
  switch (textAt(arrivals, "type")) {
    case "weibull":
      return { shape: value };
    case "gamma":
      return { burstiness: value };
    case "poisson":
    case "constant":
      return { type: "gamma", burstiness: value };
    case "closed":
    case "trace":
      return {};
    default:
      return { process: "gamma", burstiness: value };
  }
}

/** Member by member, but all at once where the kind of arrivals changes. */
export function arrivalEdits(scene: Scene, settings: Settings): Edit[] {
  const arrivals = arrivalsOf(scene);
  const rate = numberOf(settings, idOf("rate", scene.workload));
  const burstiness = numberOf(settings, idOf("burstiness", scene.workload));
  const changes = {
    ...(rate === undefined ? {} : rateChanges(arrivals, rate)),
    ...(burstiness === undefined ? {} : burstinessChanges(arrivals, burstiness)),
  };
  const pointer = `/workloads/${scene.workload}/arrivals`;
  const type = at(changes, "type");
  if (type !== undefined) {
    const { type: _, ...rest } = { ...arrivals, ...changes };
    return [{ pointer, value: { type, ...rest } }];
  }
  return Object.entries(changes).map(([member, value]) => ({
    pointer: `${pointer}/${member}`,
    value,
  }));
}
