// A labelled <select> whose choice redraws something.
import { h, uniqueId } from "../core/dom";

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
  const id = uniqueId("choice");
  const select = h("select", { id });
  options.forEach((text, i) => {
    const option = h("option", { value: i }, text);
    option.selected = i === chosen;
    select.append(option);
  });
  select.addEventListener("change", changed);
  return {
    element: h("span", { class: "choice" }, h("label", { for: id }, label), select),
    value: () => select.selectedIndex,
    set: (index) => {
      select.selectedIndex = index;
    },
  };
}
