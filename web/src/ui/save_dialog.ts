// Saving: asks for a name, says what the server says of it, and asks again before a file is
// replaced.
import { fill, h } from "../core/dom";
import { words } from "./editor";
import { server, type Draft } from "./server";

type Saved = (path: string) => void;

export function openSaveDialog(draft: Draft, suggested: string, saved: Saved): void {
  const name = h("input", {
    type: "text",
    id: "save-name",
    value: suggested,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "save-said",
  });
  const said = h(
    "p",
    { class: "note", id: "save-said", role: "status" },
    "A plain name that ends in .json.",
  );
  const save = h("button", { type: "submit", class: "primary" }, "Save");
  const cancel = h("button", { type: "button" }, "Cancel");
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "save-title" }, "Save as a scenario file"),
    h("label", { for: "save-name" }, "Name"),
    name,
    said,
    h("div", { class: "buttons" }, save, cancel),
  );
  const dialog = h("dialog", { "aria-labelledby": "save-title" }, form);
  let replaces = "";
  const say = (text: string, isBad: boolean): void => {
    said.textContent = text;
    said.classList.toggle("wrong", isBad);
  };
  const attempt = async (): Promise<void> => {
    const wanted = name.value.trim();
    const answer = await server.save(draft, wanted, replaces === wanted);
    if ("errors" in answer) {
      say(answer.errors.map(words).join("; "), true);
    } else if ("exists" in answer) {
      replaces = wanted;
      fill(save, "Replace it");
      say(`${answer.exists} is there already.`, true);
    } else {
      dialog.close();
      saved(answer.saved);
    }
  };
  name.addEventListener("input", () => {
    replaces = "";
    fill(save, "Save");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt().catch((error: unknown) => say(String(error), true));
  });
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  name.select();
}
