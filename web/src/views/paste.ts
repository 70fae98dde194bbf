// A text to be pasted somewhere: shown as it is, with a button that copies it.
import { h, uniqueId } from "../core/dom";

/** Always in sight: for a line or two. */
export function paste(title: string, text: string): HTMLElement {
  const id = uniqueId("paste");
  const said = h("span", { class: "muted", role: "status" });
  const copy = h("button", { type: "button", "aria-describedby": id }, "Copy");
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => {
        said.textContent = "copied";
      },
      () => {
        said.textContent = "the browser does not allow it here; select the text instead";
      },
    );
  });
  return h(
    "div",
    { class: "paste" },
    h("div", { class: "head" }, h("h3", { id }, title), copy, said),
    h("pre", { class: "echo", tabindex: "0", "aria-label": title }, text),
  );
}
