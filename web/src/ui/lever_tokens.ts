// The levers of how large requests are: input, output, and how much of the input is a prefix that
// all requests share and the API can cache. The whole input stays when that share moves.
import { isObject, numberAt, textAt, type JsonObject } from "./json";
import { idOf, numberOf, workloadOf, type Scene, type Slider } from "./scene";
import type { Edit } from "./overrides";
import { rounded } from "./rates";
import { logScale, shareScale } from "./scale";
import { meaning, scaled, typical } from "./sizes";
import type { Settings } from "./state";

const kFactor = 10;
const kMostCached = 0.98;
const kOfTrace = "the trace says how large requests are";

interface Input {
  readonly own: JsonObject | null;
  readonly ownTokens: number;
  readonly prefix: number;
  /** The share of the prefix, 0 where it is not cached. */
  readonly cached: number;
}

function inputOf(workload: JsonObject): Input {
  const own = workload["input"];
  const ownTokens = typical(own) ?? 0;
  const prefix = numberAt(workload, "prefix", "tokens") ?? 0;
  const isCached = textAt(workload, "cache", "prefix") !== "none";
  const whole = ownTokens + prefix;
  return {
    own: isObject(own) ? own : null,
    ownTokens,
    prefix,
    cached: isCached && whole > 0 ? prefix / whole : 0,
  };
}

const tokens = (value: number, words: string): string =>
  `${Math.round(value).toLocaleString("en")} ${words}`;

function sizeSlider(id: string, label: string, base: number, value: number | undefined): Slider {
  const from = Math.max(1, base);
  const scale = logScale(Math.max(1, from / kFactor), from * kFactor, from, true);
  return {
    kind: "slider",
    id,
    label,
    base: from,
    value: value ?? from,
    ...scale,
    say: (v) => tokens(v, "each"),
  };
}

export function inputLever(scene: Scene, settings: Settings): Slider {
  const id = idOf("input", scene.workload);
  const input = inputOf(workloadOf(scene));
  const made = {
    ...sizeSlider(id, "Input tokens", input.prefix + input.ownTokens, numberOf(settings, id)),
    say: (v: number) => tokens(v, input.own ? meaning(input.own) : "each"),
  };
  return input.own && input.ownTokens > 0
    ? made
    : { ...made, disabled: input.own ? "it has no input of its own" : kOfTrace };
}

export function outputLever(scene: Scene, settings: Settings): Slider {
  const id = idOf("output", scene.workload);
  const output = workloadOf(scene)["output"];
  const made = {
    ...sizeSlider(id, "Output tokens", typical(output) ?? 1, numberOf(settings, id)),
    say: (v: number) => tokens(v, meaning(output)),
  };
  return isObject(output) ? made : { ...made, disabled: kOfTrace };
}

export function cacheLever(scene: Scene, settings: Settings): Slider {
  const id = idOf("cache", scene.workload);
  const input = inputOf(workloadOf(scene));
  const base = Math.min(kMostCached, input.cached);
  const made: Slider = {
    kind: "slider",
    id,
    label: "Cached share of the input",
    base,
    value: numberOf(settings, id) ?? base,
    ...shareScale(kMostCached, base),
    say: (v) => `${Math.round(v * 100)} %`,
  };
  return input.own && input.ownTokens > 0 ? made : { ...made, disabled: kOfTrace };
}

export function tokenEdits(scene: Scene, settings: Settings): Edit[] {
  const workload = workloadOf(scene);
  const pointer = `/workloads/${scene.workload}`;
  const edits: Edit[] = [];
  const whole = numberOf(settings, idOf("input", scene.workload));
  const share = numberOf(settings, idOf("cache", scene.workload));
  const input = inputOf(workload);
  if ((whole !== undefined || share !== undefined) && input.own && input.ownTokens > 0) {
    const before = input.prefix + input.ownTokens;
    const factor = (whole ?? before) / before;
    const prefix = Math.round(
      share === undefined ? input.prefix * factor : share * before * factor,
    );
    const own = rounded((before * factor - prefix) / input.ownTokens, 6);
    if (prefix !== input.prefix) edits.push({ pointer: `${pointer}/prefix/tokens`, value: prefix });
    if (own !== 1) edits.push({ pointer: `${pointer}/input`, value: scaled(input.own, own) });
    if (share !== undefined && share > 0 && textAt(workload, "cache", "prefix") === "none") {
      edits.push({ pointer: `${pointer}/cache/prefix`, value: "5m" });
    }
  }
  const output = workload["output"];
  const wanted = numberOf(settings, idOf("output", scene.workload));
  const typicalOutput = typical(output);
  if (wanted !== undefined && isObject(output) && typicalOutput) {
    edits.push({ pointer: `${pointer}/output`, value: scaled(output, wanted / typicalOutput) });
  }
  return edits;
}
