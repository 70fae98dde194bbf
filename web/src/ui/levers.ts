// The levers of a scenario: what can be moved, between which values, and which edits of the
// scenario a position stands for. Pure: a lever is made of the effective scenario and what was
// moved so far, and one that does not apply says why.
import type { Json } from "../core/types";
import { arrivalEdits, burstinessLever, rateLever } from "./lever_arrivals";
import { clientEdits, concurrencyLever, retryLever } from "./lever_clients";
import { cacheLever, inputLever, outputLever, tokenEdits } from "./lever_tokens";
import { textAt } from "./json";
import type { Edit } from "./overrides";
import {
  choiceOf,
  idOf,
  workloadNames,
  workloadOf,
  type Choice,
  type Lever,
  type Scene,
} from "./scene";
import type { Model } from "./server";
import type { Settings } from "./state";

export function leversOf(scene: Scene, settings: Settings): Lever[] {
  return [
    rateLever(scene, settings),
    burstinessLever(scene, settings),
    inputLever(scene, settings),
    outputLever(scene, settings),
    cacheLever(scene, settings),
    concurrencyLever(scene, settings),
    modelLever(scene, settings),
    tierLever(scene, settings),
    retryLever(scene, settings),
  ];
}

/** What all that was moved stands for, of every workload, in an order that makes parents first. */
export function editsOf(scene: Scene, settings: Settings): Edit[] {
  const edits: Edit[] = [];
  const tier = choiceOf(settings, "tier");
  if (tier !== undefined) edits.push({ pointer: "/organization/tier", value: tier });
  workloadNames(scene.effective).forEach((_, workload) => {
    const one = { ...scene, workload };
    edits.push(...arrivalEdits(one, settings));
    edits.push(...modelEdits(one, settings));
    edits.push(...tokenEdits(one, settings));
  });
  edits.push(...clientEdits(scene, settings));
  return edits;
}

function tierLever(scene: Scene, settings: Settings): Choice {
  const base = textAt(scene.effective, "organization", "tier") ?? "start";
  const tiers = scene.catalog.tiers.includes(base)
    ? scene.catalog.tiers
    : [base, ...scene.catalog.tiers];
  return {
    kind: "choice",
    id: "tier",
    label: "Tier",
    value: choiceOf(settings, "tier") ?? base,
    base,
    options: tiers.map((tier) => ({ value: tier, label: tier })),
    ...(base === "custom" ? { disabled: "this organization has limits of its own" } : {}),
  };
}

function shortName(model: Model): string {
  return [model.id, ...model.aliases].reduce((a, b) => (b.length < a.length ? b : a));
}

function isNamed(model: Model, name: string): boolean {
  return model.id === name || model.aliases.includes(name);
}

function modelLever(scene: Scene, settings: Settings): Choice {
  const id = idOf("model", scene.workload);
  const base = textAt(workloadOf(scene), "model") ?? "";
  const tier = choiceOf(settings, "tier") ?? textAt(scene.effective, "organization", "tier") ?? "";
  const isKnown = scene.catalog.tiers.includes(tier);
  const options = scene.catalog.models
    .filter((model) => !isKnown || model.tiers.includes(tier) || isNamed(model, base))
    .map((model) => (isNamed(model, base) ? base : shortName(model)));
  const names = options.includes(base) ? options : [base, ...options];
  return {
    kind: "choice",
    id,
    label: "Model",
    value: choiceOf(settings, id) ?? base,
    base,
    options: names.map((name) => ({ value: name, label: name })),
  };
}

/** The traffic stays the same text: its sizes go on counting the tokens that they were written in. */
function modelEdits(scene: Scene, settings: Settings): Edit[] {
  const model = choiceOf(settings, idOf("model", scene.workload));
  const workload = workloadOf(scene);
  if (model === undefined || model === workload["model"]) return [];
  const pointer = `/workloads/${scene.workload}`;
  const edits: Edit[] = [{ pointer: `${pointer}/model`, value: model }];
  const sizes: Json = workload["sizes_for"] ?? workload["model"] ?? null;
  if (workload["sizes_for"] === undefined)
    edits.push({ pointer: `${pointer}/sizes_for`, value: sizes });
  return edits;
}
