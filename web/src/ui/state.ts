// What of the page a reload, a bookmark or the back button must not lose, kept in the address
// behind the "#" (which browsers never send): the scenario, the levers, the pinned setting.

/** Levers that were moved, by their id: a number, or what was chosen. */
export type Settings = { readonly [lever: string]: number | string };

export interface View {
  /** The offer that it began with. */
  readonly scenario: string;
  /** Where the editor's text is another than the offer's. */
  readonly text?: string;
  readonly settings: Settings;
  readonly seed?: string;
}

export interface State extends View {
  readonly workload: number;
  readonly pinned?: View;
}

export function toHash(state: State): string {
  return `#${encodeURIComponent(JSON.stringify(state))}`;
}

function isView(value: unknown): value is View {
  if (typeof value !== "object" || value === null) return false;
  const view = value as { [name: string]: unknown };
  return (
    typeof view["scenario"] === "string" &&
    (view["text"] === undefined || typeof view["text"] === "string") &&
    (view["seed"] === undefined || /^\d+$/.test(String(view["seed"]))) &&
    typeof view["settings"] === "object" &&
    view["settings"] !== null &&
    Object.values(view["settings"]).every((v) => typeof v === "string" || typeof v === "number")
  );
}

/** Null where the address holds none, or one that was cut. */
export function fromHash(hash: string): State | null {
  if (hash.length < 2) return null;
  try {
    const value: unknown = JSON.parse(decodeURIComponent(hash.slice(1)));
    if (!isView(value)) return null;
    const state = value as State;
    if (typeof state.workload !== "number") return null;
    return state.pinned !== undefined && !isView(state.pinned) ? null : state;
  } catch {
    return null;
  }
}
