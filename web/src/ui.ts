// The entry point of the what-if explorer (sluice ui): asks the server for what it needs and hands
// over to App.
import { h } from "./core/dom";
import { notice } from "./core/layout";
import { App } from "./ui/app";
import { Schema } from "./ui/schema";
import { server, type Catalog } from "./ui/server";
import { settingOf } from "./ui/setting";
import "./core/theme.css";
import "./core/layout.css";
import "./ui/ui.css";

function knownNames(catalog: Catalog): { [member: string]: readonly string[] } {
  const models = catalog.models.flatMap(({ id, aliases }) => [...aliases, id]);
  return {
    model: models,
    sizes_for: models,
    tier: [...catalog.tiers, "custom"],
    retry: catalog.retry_policies.map(({ name }) => name),
  };
}

async function start(): Promise<void> {
  const [offers, catalog, schema] = await Promise.all([
    server.scenarios(),
    server.catalog(),
    server.schema(),
  ]);
  const own = offers.find(({ group }) => group === "own");
  const first = own ?? offers.find(({ name }) => name === "quickstart.json") ?? offers[0];
  const setting = first && settingOf({ scenario: first.path, settings: {} }, offers);
  if (!setting) throw new Error("there is no scenario to begin with");
  const names = knownNames(catalog);
  const known = new Schema(schema, { ...names, policy: names["retry"] ?? [] });
  await new App(document.body, offers, catalog, known, setting).restore();
}

start().catch((error: unknown) => {
  document.body.append(h("main", { class: "page" }, notice(String(error), "bad")));
});
