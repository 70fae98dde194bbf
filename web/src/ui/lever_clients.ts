// The levers of a workload's client: how it retries and how much it sends at once. A workload that
// names no client gets one when a lever of it is moved. Clients are shared, so their levers are too.
import { numberAt, textAt } from "./json";
import {
  choiceOf,
  numberOf,
  workloadNames,
  workloadOf,
  type Choice,
  type Scene,
  type Slider,
} from "./scene";
import { pointerOf, type Edit } from "./overrides";
import { logScale } from "./scale";
import type { Settings } from "./state";

/** Of the client that such a workload gets. */
const kNewClient = "what-if";
/** As many at once as this, the rightmost position, is no bound. */
const kMost = 10_000;

function clientOf(scene: Scene): string | undefined {
  return textAt(workloadOf(scene), "client");
}

function idFor(scene: Scene, lever: string): string {
  const client = clientOf(scene);
  return client === undefined ? `${lever}@${scene.workload}` : `${lever}:${client}`;
}

export function retryLever(scene: Scene, settings: Settings): Choice {
  const id = idFor(scene, "retry");
  const client = clientOf(scene);
  const base =
    (client === undefined
      ? undefined
      : textAt(scene.effective, "clients", client, "retry", "policy")) ??
    scene.catalog.default_retry_policy;
  const value = choiceOf(settings, id) ?? base;
  const policies = scene.catalog.retry_policies;
  const note = policies.find((policy) => policy.name === value)?.formula;
  return {
    kind: "choice",
    id,
    label: client === undefined ? "Retry policy" : `Retry policy of ${client}`,
    value,
    base,
    options: policies.map(({ name }) => ({ value: name, label: name })),
    ...(note === undefined ? {} : { note }),
  };
}

export function concurrencyLever(scene: Scene, settings: Settings): Slider {
  const id = idFor(scene, "concurrency");
  const client = clientOf(scene);
  const own =
    client === undefined ? undefined : numberAt(scene.effective, "clients", client, "concurrency");
  const base = own ?? kMost;
  return {
    kind: "slider",
    id,
    label: client === undefined ? "Concurrency" : `Concurrency of ${client}`,
    base,
    value: numberOf(settings, id) ?? base,
    ...logScale(1, Math.max(kMost, base), base, true),
    say: (v) =>
      v >= kMost && own === undefined ? "no limit" : `${v.toLocaleString("en")} at once`,
  };
}

export function clientEdits(scene: Scene, settings: Settings): Edit[] {
  const edits: Edit[] = [];
  const done = new Set<string>();
  workloadNames(scene.effective).forEach((_, workload) => {
    const one = { ...scene, workload };
    const retry = choiceOf(settings, idFor(one, "retry"));
    const concurrency = numberOf(settings, idFor(one, "concurrency"));
    if (retry === undefined && concurrency === undefined) return;
    const named = clientOf(one);
    const client = named ?? (workload === 0 ? kNewClient : `${kNewClient}-${workload + 1}`);
    if (done.has(client)) return;
    done.add(client);
    const pointer = pointerOf(["clients", client]);
    // First what makes the client where there is none.
    if (retry !== undefined || named === undefined) {
      edits.push({
        pointer: `${pointer}/retry`,
        value: retry ?? scene.catalog.default_retry_policy,
      });
    }
    if (concurrency !== undefined) {
      const isBound = concurrency < kMost || named !== undefined;
      edits.push({ pointer: `${pointer}/concurrency`, value: isBound ? concurrency : null });
    }
    if (named === undefined)
      edits.push({ pointer: `/workloads/${workload}/client`, value: client });
  });
  return edits;
}
