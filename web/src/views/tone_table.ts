// Tables for reading, with cells that say good or bad in colour as well as in words. Exact numbers
// are in the tables behind the charts.
import { h } from "../core/dom";
import type { Tone } from "../core/layout";

// Not broken over lines; the table scrolls sideways instead.
const kShort = 30;

export type TonedCell = string | { readonly text: string; readonly tone: Tone };

/** `marked` are the rows that are set off, by their places. The first cell heads its row. */
export function toneTable(
  head: readonly string[],
  rows: readonly (readonly TonedCell[])[],
  caption: string,
  marked: readonly number[] = [],
): HTMLElement {
  const top = h("tr");
  for (const name of head) top.append(h("th", { scope: "col", class: "short" }, name));
  const body = h("tbody");
  rows.forEach((row, at) => {
    const line = h("tr", { class: marked.includes(at) ? "now" : undefined });
    row.forEach((cell, i) => {
      const text = typeof cell === "string" ? cell : cell.text;
      const tone = typeof cell === "string" || cell.tone === "plain" ? "" : cell.tone;
      const kind = `${tone} ${text.length <= kShort ? "short" : ""}`.trim() || undefined;
      line.append(
        i === 0 ? h("th", { scope: "row", class: kind }, text) : h("td", { class: kind }, text),
      );
    });
    body.append(line);
  });
  return h(
    "div",
    { class: "scroll whole", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      { class: "data" },
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", {}, top),
      body,
    ),
  );
}
