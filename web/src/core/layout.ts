// The pieces that pages are laid out with: sections with headings, cards, key figures, lists of
// facts, notices. They only make elements; what they say comes from the views.
import { breakable, h, uniqueId } from "./dom";

export type Tone = "good" | "warn" | "bad" | "plain";

/** A landmark with a heading: `<section aria-labelledby>`. */
export function section(title: string, ...children: readonly (Node | null)[]): HTMLElement {
  const id = uniqueId("section");
  return h("section", { class: "section", "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

export function card(...children: readonly (Node | string | null)[]): HTMLElement {
  return h("div", { class: "card" }, ...children);
}

/** Charts and cards side by side where there is room. */
export function grid(...children: readonly (Node | null)[]): HTMLElement {
  return h("div", { class: "grid" }, ...children);
}

export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly detail?: string | undefined;
  readonly tone?: Tone;
}

const kLong = 16;

// A number stays on one line with its unit.
function together(text: string): string {
  return text.replace(/(\d) (ns|us|ms|s|min|h|d|%)(?![a-z])/g, "$1\u00a0$2");
}

/** What a reader should see first. */
export function keyFigures(figures: readonly KeyFigure[]): HTMLElement {
  const list = h("div", { class: "figures", role: "list" });
  list.style.setProperty("--all", String(figures.length));
  list.style.setProperty("--half", String(Math.max(1, Math.ceil(figures.length / 2))));
  for (const figure of figures) {
    list.append(
      h(
        "div",
        { class: `card figure ${figure.tone ?? "plain"}`, role: "listitem" },
        h("div", { class: "label" }, figure.label),
        h("div", { class: figure.value.length > kLong ? "value long" : "value" }, breakable(figure.value)),
        figure.detail ? h("div", { class: "detail" }, together(figure.detail)) : null,
      ),
    );
  }
  return list;
}

/** Name and value pairs; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | null | undefined])[]): HTMLElement {
  const list = h("dl", { class: "facts" });
  for (const [name, value] of pairs) {
    if (value) list.append(h("dt", {}, name), h("dd", {}, value));
  }
  return list;
}

/** Something that a reader must not overlook. */
export function notice(text: string, tone: Tone = "warn"): HTMLElement {
  return h("p", { class: `notice ${tone}` }, text);
}

/** A text that can be unfolded and copied, such as the scenario. */
export function echo(summary: string, text: string): HTMLElement {
  const copied = h("span", { class: "muted", role: "status" });
  const copy = h("button", { type: "button" }, "Copy");
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => {
        copied.textContent = " copied";
      },
      () => {
        copied.textContent = " the browser does not allow it here; select the text instead";
      },
    );
  });
  return h(
    "details",
    { class: "echo" },
    h("summary", {}, summary),
    h("p", { class: "screen-only" }, copy, copied),
    h("pre", { class: "echo", tabindex: "0", "aria-label": summary }, text),
  );
}
