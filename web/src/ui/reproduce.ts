// The card that says how to get the same without this page: the overrides that the levers stand
// for, the command line, and saving.
import { fill, h } from "../core/dom";
import { commandLine, type Command } from "./command_line";

interface Shown {
  readonly command: Command;
  /** The file of the command says what the editor says. */
  readonly isOnDisk: boolean;
}

export class ReproduceCard {
  readonly element: HTMLElement;
  private readonly overrides = h("ul", { class: "overrides" });
  private readonly line = h("code", { class: "command", id: "command-line" });
  private readonly copy = h("button", { type: "button" }, "Copy");
  private readonly said = h("span", { class: "muted", role: "status" });
  private readonly note = h("p", { class: "note" });

  constructor(save: () => void) {
    const saveButton = h("button", { type: "button", "data-action": "save" }, "Save as a file…");
    saveButton.addEventListener("click", save);
    this.copy.addEventListener("click", () => {
      navigator.clipboard.writeText(this.line.textContent ?? "").then(
        () => this.say("copied"),
        () => this.say("the browser does not allow it; select the text instead"),
      );
    });
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "reproduce-title" },
      h("h2", { id: "reproduce-title" }, "The same on the command line"),
      this.overrides,
      h("div", { class: "command-box" }, this.line),
      this.note,
      h("div", { class: "buttons" }, this.copy, saveButton, this.said),
    );
  }

  show({ command, isOnDisk }: Shown): void {
    const all =
      command.seed === null ? command.overrides : [...command.overrides, `/seed=${command.seed}`];
    fill(this.overrides, ...all.map((override) => h("li", {}, h("code", {}, override))));
    this.overrides.hidden = all.length === 0;
    this.line.textContent = commandLine(command);
    this.copy.disabled = !isOnDisk;
    this.note.textContent = isOnDisk
      ? ""
      : "The scenario is not on the disk as it stands here. Save it; then the line gives these figures.";
    this.note.hidden = isOnDisk;
    this.say("");
  }

  private say(text: string): void {
    this.said.textContent = text;
  }
}
