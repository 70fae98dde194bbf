// A setting of the page: a scenario's text, what was moved in it, and the seed; and the draft that
// the server gets of it.
import { at, type JsonObject } from "./json";
import { editsOf } from "./levers";
import { toOverrides } from "./overrides";
import type { Catalog, Draft, Offer } from "./server";
import type { Settings, View } from "./state";

export interface Setting {
  readonly offer: Offer;
  readonly text: string;
  readonly settings: Settings;
  /** Null: the scenario's. */
  readonly seed: string | null;
}

export function isChanged(setting: Setting): boolean {
  return setting.text !== setting.offer.text;
}

/** Without the seed, which a command line says in another way. */
export function leverOverrides(
  setting: Setting,
  effective: JsonObject,
  catalog: Catalog,
): string[] {
  const edits = editsOf({ effective, catalog, workload: 0 }, setting.settings);
  return toOverrides(setting.text, edits);
}

export function draftOf(setting: Setting, effective: JsonObject, catalog: Catalog): Draft {
  const overrides = leverOverrides(setting, effective, catalog);
  if (setting.seed !== null) overrides.push(`/seed=${setting.seed}`);
  return { path: setting.offer.path, text: setting.text, overrides };
}

export function seedOf(effective: JsonObject): string {
  return String(at(effective, "seed") ?? 1);
}

export function viewOf(setting: Setting): View {
  return {
    scenario: setting.offer.path,
    settings: setting.settings,
    ...(isChanged(setting) ? { text: setting.text } : {}),
    ...(setting.seed === null ? {} : { seed: setting.seed }),
  };
}

/** The first offer stands in for one that is gone; its text, if it came along, is still there. */
export function settingOf(view: View, offers: readonly Offer[]): Setting | null {
  const offer = offers.find(({ path }) => path === view.scenario) ?? offers[0];
  if (!offer) return null;
  const isSame = offer.path === view.scenario || view.text !== undefined;
  return {
    offer,
    text: view.text ?? offer.text,
    settings: isSame ? view.settings : {},
    seed: view.seed ?? null,
  };
}
