// The levers on the page: sliders and lists, each with what it stands for now, and a way back to
// what the scenario has.
import { fill, h, uniqueId } from "../core/dom";
import type { Choice, Lever, Slider } from "./scene";

/** null: back to what the scenario has. */
export type Moved = (id: string, value: number | string | null) => void;

interface Row {
  readonly element: HTMLElement;
  show(lever: Lever): void;
}

export class LeverView {
  readonly element = h("div", { class: "levers" });
  private readonly rows = new Map<string, Row>();

  constructor(private readonly moved: Moved) {}

  /** Rows stay as long as their lever is there, so that one can go on being dragged. */
  show(levers: readonly Lever[]): void {
    const wanted = levers.map((lever) => `${lever.kind} ${lever.id}`);
    if (wanted.join("\n") !== [...this.rows.keys()].join("\n")) {
      this.rows.clear();
      levers.forEach((lever, i) => {
        this.rows.set(
          wanted[i] ?? "",
          lever.kind === "slider" ? sliderRow(lever, this.moved) : choiceRow(lever, this.moved),
        );
      });
      fill(this.element, ...[...this.rows.values()].map((row) => row.element));
    }
    levers.forEach((lever, i) => this.rows.get(wanted[i] ?? "")?.show(lever));
  }
}

function head(
  id: string,
  label: string,
): { element: HTMLElement; name: HTMLElement; value: HTMLElement; back: HTMLButtonElement } {
  const name = h("label", { for: id }, label);
  const value = h("output", { for: id });
  const back = h(
    "button",
    { type: "button", class: "back", "aria-label": `reset ${label}` },
    "reset",
  );
  return { element: h("div", { class: "lever-head" }, name, back, value), name, value, back };
}

function setDisabled(row: HTMLElement, control: HTMLElement, why: HTMLElement, lever: Lever): void {
  row.classList.toggle("off", lever.disabled !== undefined);
  control.toggleAttribute("disabled", lever.disabled !== undefined);
  why.textContent = lever.disabled ?? (lever.kind === "choice" ? (lever.note ?? "") : "");
  why.hidden = why.textContent === "";
}

function sliderRow(first: Slider, moved: Moved): Row {
  const id = uniqueId("lever");
  const why = h("p", { class: "note", id: `${id}-why` });
  const input = h("input", {
    type: "range",
    id,
    min: 0,
    max: first.steps,
    step: 1,
    "aria-describedby": why.id,
    "data-lever": first.id,
  });
  const { element: top, name, value, back } = head(id, first.label);
  const element = h("div", { class: "lever" }, top, input, why);
  let lever = first;
  input.addEventListener("input", () => {
    const next = lever.valueAt(Number(input.value));
    moved(lever.id, next === lever.base ? null : next);
  });
  back.addEventListener("click", () => moved(lever.id, null));
  return {
    element,
    show: (next) => {
      if (next.kind !== "slider") return;
      lever = next;
      name.textContent = next.label;
      input.max = String(next.steps);
      const position = String(next.positionOf(next.value));
      if (input.value !== position) input.value = position;
      input.style.setProperty("--share", String(Number(position) / next.steps));
      const said = next.disabled === undefined ? next.say(next.value) : "";
      value.textContent = said;
      input.setAttribute("aria-valuetext", said || "does not apply");
      back.hidden = next.value === next.base || next.disabled !== undefined;
      setDisabled(element, input, why, next);
    },
  };
}

function choiceRow(first: Choice, moved: Moved): Row {
  const id = uniqueId("lever");
  const why = h("p", { class: "note", id: `${id}-why` });
  const select = h("select", { id, "aria-describedby": why.id, "data-lever": first.id });
  const { element: top, name, back } = head(id, first.label);
  const element = h("div", { class: "lever" }, top, select, why);
  let lever = first;
  let shown = "";
  select.addEventListener("change", () =>
    moved(lever.id, select.value === lever.base ? null : select.value),
  );
  back.addEventListener("click", () => moved(lever.id, null));
  return {
    element,
    show: (next) => {
      if (next.kind !== "choice") return;
      lever = next;
      name.textContent = next.label;
      const options = next.options.map(({ value }) => value).join("\n");
      if (options !== shown) {
        shown = options;
        fill(select, ...next.options.map(({ value, label }) => h("option", { value }, label)));
      }
      select.value = next.value;
      back.hidden = next.value === next.base || next.disabled !== undefined;
      setDisabled(element, select, why, next);
    },
  };
}
