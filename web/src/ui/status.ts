// What the page is doing, in one quiet line: how far a long simulation is, how fast the last answer
// came, or what is wrong. Screen readers hear of an answer once the levers have come to rest.
import { h } from "../core/dom";

const kRest = 800; // milliseconds

export class Status {
  readonly element: HTMLElement;
  private readonly text = h("span", { class: "status-text", id: "status" });
  private readonly bar = h("progress", {
    max: 1,
    value: 0,
    "aria-label": "Simulation",
    hidden: true,
  });
  private readonly heard = h("span", { class: "visually-hidden", role: "status" });
  private timer = 0;

  constructor() {
    this.element = h("div", { class: "status" }, this.bar, this.text, this.heard);
  }

  progress(share: number): void {
    this.bar.hidden = false;
    this.bar.value = share;
    this.text.textContent = `${Math.floor(share * 100)} %`;
  }

  answered(milliseconds: number, verdict: string): void {
    this.bar.hidden = true;
    this.element.classList.remove("wrong");
    this.text.textContent = `answered in ${Math.round(milliseconds)} ms`;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.heard.textContent = verdict;
    }, kRest);
  }

  wrong(text: string): void {
    this.bar.hidden = true;
    clearTimeout(this.timer);
    this.element.classList.add("wrong");
    this.text.textContent = text;
    this.heard.textContent = text;
  }
}
