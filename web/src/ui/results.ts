// The right side of the page: the charts of the present setting, and beside them those of the one
// that was pinned, with the table of what differs.
import { h } from "../core/dom";
import type { RunJson } from "../core/types";
import { mountRun } from "../views/run";
import { FigureTable } from "./figures";

type Mounted = ReturnType<typeof mountRun>;

class Side {
  readonly element: HTMLElement;
  private readonly root = h("div", { class: "side-charts" });
  private mounted: Mounted | null = null;

  /** `waiting` is the page's heading until there is a run, which has one of its own. */
  constructor(label: string, tag: HTMLElement, waiting?: string) {
    this.element = h("section", { class: "side", "aria-label": label }, tag, this.root);
    if (waiting !== undefined) this.root.append(h("h1", { class: "visually-hidden" }, waiting));
  }

  show(run: RunJson): void {
    if (this.mounted) {
      this.mounted.update(run);
      return;
    }
    this.root.textContent = "";
    this.mounted = mountRun(this.root, run);
  }

  clear(): void {
    this.mounted?.dispose();
    this.mounted = null;
    this.root.textContent = "";
  }
}

export class Results {
  readonly element = h("div", { class: "results" });
  private readonly table = new FigureTable();
  private readonly tagA = h("p", { class: "tag" }, h("b", {}, "A"), " pinned");
  private readonly tagB = h("p", { class: "tag" }, h("b", {}, "B"), " moves");
  private readonly sideA = new Side("Setting A, pinned", this.tagA);
  private readonly sideB = new Side("The present setting", this.tagB, "No answer yet");
  private pinned: RunJson | null = null;
  private present: RunJson | null = null;

  constructor() {
    this.element.append(
      this.table.element,
      h("div", { class: "sides" }, this.sideA.element, this.sideB.element),
    );
    this.arrange();
  }

  show(run: RunJson): void {
    this.present = run;
    if (this.pinned) this.table.update(this.pinned, run);
    this.sideB.show(run);
  }

  /** Null takes the pin away. */
  pin(run: RunJson | null): void {
    this.pinned = run;
    this.arrange();
    if (run) {
      this.sideA.show(run);
      if (this.present) this.table.update(run, this.present);
    } else {
      this.sideA.clear();
    }
  }

  /** What is shown is of an earlier state: the present one has errors. */
  setStale(isStale: boolean): void {
    this.element.classList.toggle("stale", isStale);
  }

  private arrange(): void {
    const both = this.pinned !== null;
    this.element.classList.toggle("two", both);
    this.sideA.element.hidden = !both;
    this.tagB.hidden = !both;
    this.table.element.hidden = !both;
  }
}

/** After the frame in which what was changed is painted. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });
}
