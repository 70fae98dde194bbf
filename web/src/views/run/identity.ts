// What was run: enough to run it again, what is assumed, what happened on the way, the scenario as it
// was in effect.
import { clockText } from "../../core/format";
import { card, echo, facts } from "../../core/layout";
import type { RunJson, TimedText } from "../../core/types";

function lines(what: string, texts: readonly string[]): (readonly [string, string])[] {
  return texts.map((text, i) => [i === 0 ? what : "", text] as const);
}

function timed(entries: readonly TimedText[]): string[] {
  return entries.map((entry) => `${clockText(entry.at)}: ${entry.text}`);
}

export function identityCard(data: RunJson): HTMLElement {
  const { identity } = data;
  const runs = identity.replications.length;
  return card(
    facts([
      ["Scenario", `${identity.scenario}, sha256 ${identity.scenario_digest}`],
      ["Catalog", `${identity.catalog_date}, sha256 ${identity.catalog_digest}`],
      ["Run", `seed ${identity.seed}, ${runs} replication${runs === 1 ? "" : "s"}, sluice ${identity.version}`],
      ...lines("Events", timed(data.happened)),
      ...lines("Alerts", timed(data.alerts)),
      ...lines("Guesses", identity.guesses),
      ...lines("Warnings", identity.warnings),
      ...lines("Notes", identity.notes ?? []),
    ]),
    data.scenario ? echo("The scenario as it was in effect", JSON.stringify(data.scenario, null, 2)) : null,
  );
}
