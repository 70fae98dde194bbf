// What the page asks of its server (src/app/ui_api.hpp). The token is the one of the page's own
// address; it goes along as a header, which no other site's page can set.
import type { Json, RunJson } from "../core/types";
import type { JsonObject } from "./json";

/** A scenario to begin with. */
export interface Offer {
  readonly name: string;
  readonly group: "own" | "shipped" | "incidents";
  /** As a command line would call it, if it is on the disk. */
  readonly path: string;
  readonly text: string;
  readonly on_disk: boolean;
}

export interface Model {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly group: string;
  /** In which it has limits. */
  readonly tiers: readonly string[];
}

export interface Catalog {
  /** As the command line names it; absent: the built-in one. */
  readonly folder?: string;
  /** Files that lie under every scenario, as the command line names them. */
  readonly overlays: readonly string[];
  readonly date: string;
  readonly tiers: readonly string[];
  readonly models: readonly Model[];
  readonly retry_policies: readonly { readonly name: string; readonly formula: string }[];
  readonly default_retry_policy: string;
}

/** The text of the editor, and the overrides (POINTER=VALUE) that stand for the levers. */
export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly overrides: readonly string[];
}

/** Line and column count from 1; 0 where the error stands in no text. */
export interface Flaw {
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
  readonly message: string;
}

export interface Checked {
  /** With every default. */
  readonly effective: JsonObject;
  /** With the overrides in it. */
  readonly text: string;
  readonly digest: string;
  readonly warnings: readonly string[];
}

export interface Simulated {
  readonly result: RunJson;
  /** What the server did for how long: load, simulate, write. */
  readonly milliseconds: { readonly [step: string]: number };
}

type OrFlaws<T> = T | { readonly errors: readonly Flaw[] };
export type CheckAnswer = OrFlaws<Checked>;
export type SimulateAnswer = OrFlaws<Simulated>;
export type SaveAnswer = OrFlaws<
  { readonly saved: string; readonly text: string } | { readonly exists: string }
>;

const token = new URLSearchParams(location.search).get("token") ?? "";

async function call(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-sluice-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function json<T>(path: string, body?: unknown): Promise<T> {
  return (await (await call(path, body)).json()) as T;
}

export const server = {
  schema: (): Promise<Json> => json<Json>("/api/schema"),
  scenarios: (): Promise<readonly Offer[]> => json("/api/scenarios"),
  catalog: (): Promise<Catalog> => json("/api/catalog"),
  check: (draft: Draft): Promise<CheckAnswer> => json("/api/check", draft),
  save: (scenario: Draft, name: string, overwrite: boolean): Promise<SaveAnswer> =>
    json("/api/save", { scenario, name, overwrite }),
  simulate,
};

const kProgress = '{"progress":';

/** Any number of lines that say how far it is, then the answer; `told` hears of the former. */
async function simulate(
  draft: Draft,
  signal: AbortSignal,
  told: (share: number) => void,
): Promise<SimulateAnswer> {
  const response = await call("/api/simulate", draft, signal);
  if (!response.body) throw new Error("the answer has no body");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    while (text.startsWith(kProgress) && text.includes("\n")) {
      const end = text.indexOf("\n");
      told((JSON.parse(text.slice(0, end)) as { progress: number }).progress);
      text = text.slice(end + 1);
    }
  }
  return JSON.parse(text) as SimulateAnswer;
}
