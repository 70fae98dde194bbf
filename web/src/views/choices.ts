// A labelled <select> whose choice redraws something.
import { h } from "../core/dom";

export interface Choice {
  readonly element: HTMLElement;
  /** Index of what is chosen. */
  value(): number;
  /** Chooses without calling anybody. */
  set(index: number): void;
}

export function choice(
  label: string,
  options: readonly string[],
  chosen: number,
  changed: () => void,
): Choice {
  const select = h("select");
  options.forEach((text, i) => {
    const option = h("option", { value: i }, text);
    option.selected = i === chosen;
    select.append(option);
  });
  select.addEventListener("change", changed);
  return {
    element: h("label", {}, label, select),
    value: () => select.selectedIndex,
    set: (index) => {
      select.selectedIndex = index;
    },
  };
}
