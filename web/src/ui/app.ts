// The explorer: keeps what the page shows in step with the scenario in the editor, the levers and
// the address. One direction only: whatever changes makes a new Setting, and all is shown of that.
import { fill, h } from "../core/dom";
import type { RunJson } from "../core/types";
import { Editor, words } from "./editor";
import { LeverView } from "./lever_view";
import { leversOf } from "./levers";
import { Newest } from "./newest";
import { ReproduceCard } from "./reproduce";
import { painted, Results } from "./results";
import { openSaveDialog } from "./save_dialog";
import { workloadNames } from "./scene";
import { Schema } from "./schema";
import { server, type Catalog, type Checked, type Draft, type Flaw, type Offer } from "./server";
import {
  draftOf,
  isChanged,
  leverOverrides,
  seedOf,
  settingOf,
  viewOf,
  type Setting,
} from "./setting";
import { fromHash, toHash, type State } from "./state";
import { Status } from "./status";

interface Order {
  readonly setting: Setting;
  readonly draft: Draft;
  /** When a person asked for it, by performance.now(). */
  readonly since: number;
}

const kGroups = [
  ["own", "Your files"],
  ["shipped", "Examples"],
  ["incidents", "Incidents"],
] as const;

/** Chrome allows 200 changes of the address in half a minute. */
const kAddressEvery = 300;

export class App {
  private readonly status = new Status();
  private readonly results = new Results();
  private readonly levers = new LeverView((id, value) => this.moved(id, value));
  private readonly reproduce = new ReproduceCard(() => this.save());
  private readonly editor: Editor;
  private readonly flaws = h("ul", { class: "flaws", "aria-label": "What is wrong" });
  private readonly about = h("p", { class: "about" });
  private readonly picker = h("select", { id: "scenario" });
  private readonly workloads = h("select", { id: "workload" });
  private readonly workloadRow = h(
    "div",
    { class: "lever" },
    h("label", { for: "workload" }, "Workload"),
    this.workloads,
  );
  private readonly seed = h("input", {
    id: "seed",
    type: "text",
    inputmode: "numeric",
    pattern: "[0-9]*",
    size: 8,
  });
  private readonly pin = h("button", { type: "button", "data-action": "pin" });
  private readonly runs = new Newest<Order>((order, signal) => this.simulate(order, signal));
  private readonly checks = new Newest<{ setting: Setting; since: number }>((order) =>
    this.check(order.setting, order.since),
  );

  private setting: Setting;
  private checked: Checked | null = null;
  private workload = 0;
  /** What is drawn, which may be of an earlier setting. */
  private drawn: { readonly setting: Setting; readonly run: RunJson } | null = null;
  private pinned: { readonly setting: Setting; readonly run: RunJson } | null = null;
  private addressTimer = 0;

  constructor(
    root: HTMLElement,
    private offers: readonly Offer[],
    private readonly catalog: Catalog,
    schema: Schema,
    first: Setting,
  ) {
    this.setting = first;
    this.editor = new Editor(
      () => schema,
      (text) => this.written(text),
    );
    this.build(root);
    addEventListener("hashchange", () => void this.restore());
  }

  /** What the address says, or the first setting. */
  async restore(): Promise<void> {
    const state = fromHash(location.hash);
    const setting = state ? settingOf(state, this.offers) : null;
    this.workload = state?.workload ?? 0;
    const pinned = state?.pinned ? settingOf(state.pinned, this.offers) : null;
    this.unpin();
    if (pinned) await this.pinAgain(pinned);
    this.begin(setting ?? this.setting);
  }

  private build(root: HTMLElement): void {
    const reset = h("button", { type: "button", "data-action": "reset" }, "Reset all");
    reset.addEventListener("click", () =>
      this.change({ ...this.setting, settings: {}, seed: null }),
    );
    this.pin.addEventListener("click", () => this.togglePin());
    this.picker.addEventListener("change", () => this.picked());
    this.workloads.addEventListener("change", () => {
      this.workload = this.workloads.selectedIndex;
      this.showControls();
    });
    this.seed.addEventListener("change", () => {
      const value = this.seed.value.trim();
      this.change({ ...this.setting, seed: /^\d+$/.test(value) ? value : null });
    });
    const another = h("button", { type: "button" }, "Another");
    another.addEventListener("click", () => {
      this.change({ ...this.setting, seed: String(Number(this.setting.seed ?? 0) + 1) });
    });
    const seedRow = h(
      "div",
      { class: "lever seed" },
      h("label", { for: "seed" }, "Seed"),
      this.seed,
      another,
    );
    root.append(
      h(
        "header",
        { class: "top" },
        h("p", { class: "brand" }, "sluice ", h("span", {}, "what if")),
        h("div", { class: "pick" }, h("label", { for: "scenario" }, "Scenario"), this.picker),
        this.status.element,
        this.pin,
      ),
      h(
        "main",
        { class: "explorer" },
        h(
          "div",
          { class: "controls" },
          this.about,
          h(
            "section",
            { class: "card", "aria-labelledby": "levers-title" },
            h("div", { class: "card-head" }, h("h2", { id: "levers-title" }, "Levers"), reset),
            this.workloadRow,
            this.levers.element,
            seedRow,
          ),
          this.reproduce.element,
          h(
            "section",
            { class: "card editor", "aria-labelledby": "editor-title" },
            h("h2", { id: "editor-title" }, "Scenario"),
            h(
              "p",
              { class: "note" },
              "Ctrl-Space completes. Levers come on top of what is written here.",
            ),
            this.editor.element,
            this.flaws,
          ),
        ),
        this.results.element,
      ),
    );
    this.showPicker();
    this.showPin();
  }

  private showPicker(): void {
    const groups = kGroups.map(([group, label]) => {
      const offers = this.offers.filter((offer) => offer.group === group);
      const list = h("optgroup", { label });
      for (const { path, name } of offers)
        list.append(
          h("option", { value: path }, name.replace(/^incidents\//, "").replace(/\.json$/, "")),
        );
      return offers.length > 0 ? list : null;
    });
    fill(this.picker, ...groups);
    this.picker.value = this.setting.offer.path;
  }

  private picked(): void {
    const offer = this.offers.find(({ path }) => path === this.picker.value);
    if (!offer) return;
    history.pushState(null, "", location.href);
    this.workload = 0;
    this.begin({ offer, text: offer.text, settings: {}, seed: null });
  }

  private begin(setting: Setting): void {
    this.setting = setting;
    this.picker.value = setting.offer.path;
    this.editor.set(setting.text);
    this.checks.ask({ setting, since: performance.now() });
  }

  private written(text: string): void {
    this.setting = { ...this.setting, text };
    this.checks.ask({ setting: this.setting, since: performance.now() });
  }

  /** Of the text alone; the levers are made of what it says. */
  private async check(setting: Setting, since: number): Promise<void> {
    try {
      const answer = await server.check({
        path: setting.offer.path,
        text: setting.text,
        overrides: [],
      });
      if (setting.text !== this.setting.text) return;
      if ("errors" in answer) {
        this.checked = null;
        this.showFlaws(answer.errors);
        return;
      }
      this.checked = answer;
      this.editor.mark([]);
      this.change(this.setting, since);
    } catch (error) {
      this.lost(error);
    }
  }

  private moved(id: string, value: number | string | null): void {
    const { [id]: _, ...rest } = this.setting.settings;
    this.change({ ...this.setting, settings: value === null ? rest : { ...rest, [id]: value } });
  }

  private change(setting: Setting, since = performance.now()): void {
    this.setting = setting;
    if (!this.checked) return;
    this.showControls();
    this.runs.ask({
      setting,
      draft: draftOf(setting, this.checked.effective, this.catalog),
      since,
    });
  }

  private async simulate({ setting, draft, since }: Order, signal: AbortSignal): Promise<void> {
    try {
      const answer = await server.simulate(draft, signal, (share) => this.status.progress(share));
      if ("errors" in answer) {
        this.showFlaws(answer.errors);
        return;
      }
      const received = performance.now();
      this.drawn = { setting, run: answer.result };
      this.showFlaws([]);
      this.results.show(answer.result);
      this.pin.disabled = false;
      const updated = performance.now();
      await painted();
      const detail = {
        ...answer.milliseconds,
        page: updated - received,
        paint: performance.now() - updated,
      };
      const { duration } = performance.measure("sluice-answer", { start: since, detail });
      this.status.answered(
        duration,
        `${answer.result.verdict}; binding limit: ${answer.result.binding.limit ?? "none"}`,
      );
    } catch (error) {
      if (!signal.aborted) this.lost(error);
    }
  }

  private showControls(): void {
    if (!this.checked) return;
    const { effective } = this.checked;
    const names = workloadNames(effective);
    this.workload = Math.min(this.workload, Math.max(0, names.length - 1));
    this.workloadRow.hidden = names.length < 2;
    fill(this.workloads, ...names.map((name) => h("option", {}, name)));
    this.workloads.selectedIndex = this.workload;
    const scene = { effective, catalog: this.catalog, workload: this.workload };
    this.levers.show(leversOf(scene, this.setting.settings));
    this.seed.value = this.setting.seed ?? seedOf(effective);
    const about = effective["about"];
    this.about.textContent = Array.isArray(about) ? about.join(" ") : "";
    this.reproduce.show({
      command: {
        path: this.setting.offer.path,
        catalogFolder: this.catalog.folder ?? null,
        overlays: this.catalog.overlays,
        overrides: leverOverrides(this.setting, effective, this.catalog),
        seed: this.setting.seed,
      },
      isOnDisk: this.setting.offer.on_disk && !isChanged(this.setting),
    });
    this.showPin();
    this.keepAddress();
  }

  private showFlaws(flaws: readonly Flaw[]): void {
    this.editor.mark(flaws);
    const items = flaws.map((flaw) => {
      if (flaw.line === 0) return h("li", {}, h("p", { class: "flaw" }, words(flaw)));
      const text = `Line ${flaw.line}: ${words(flaw)}`;
      const jump = h("button", { type: "button", class: "flaw" }, text);
      jump.addEventListener("click", () => this.editor.show(flaw));
      return h("li", {}, jump);
    });
    fill(this.flaws, ...items);
    this.flaws.hidden = flaws.length === 0;
    this.results.setStale(flaws.length > 0);
    const first = flaws[0];
    if (first)
      this.status.wrong(first.line > 0 ? `Line ${first.line}: ${first.message}` : words(first));
  }

  private lost(error: unknown): void {
    this.results.setStale(true);
    this.status.wrong(
      error instanceof TypeError ? "sluice does not answer any more: was it ended?" : String(error),
    );
  }

  private togglePin(): void {
    if (this.pinned) this.unpin();
    else this.pinned = this.drawn;
    this.results.pin(this.pinned?.run ?? null);
    this.showPin();
    this.keepAddress();
  }

  private unpin(): void {
    this.pinned = null;
    this.results.pin(null);
  }

  private showPin(): void {
    this.pin.textContent = this.pinned ? "Unpin A" : "Pin as A";
    this.pin.disabled = this.drawn === null;
  }

  private async pinAgain(setting: Setting): Promise<void> {
    try {
      const checked = await server.check({
        path: setting.offer.path,
        text: setting.text,
        overrides: [],
      });
      if ("errors" in checked) return;
      const draft = draftOf(setting, checked.effective, this.catalog);
      const answer = await server.simulate(draft, new AbortController().signal, (share) =>
        this.status.progress(share),
      );
      if ("errors" in answer) return;
      this.pinned = { setting, run: answer.result };
      this.results.pin(answer.result);
    } catch (error) {
      this.lost(error);
    }
  }

  private keepAddress(): void {
    clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(() => {
      const state: State = {
        ...viewOf(this.setting),
        workload: this.workload,
        ...(this.pinned ? { pinned: viewOf(this.pinned.setting) } : {}),
      };
      history.replaceState(null, "", toHash(state));
    }, kAddressEvery);
  }

  private save(): void {
    if (!this.checked) return;
    const { offer } = this.setting;
    const name = offer.group === "own" ? offer.name : "what-if.json";
    openSaveDialog(
      draftOf(this.setting, this.checked.effective, this.catalog),
      name,
      (path) => void this.saved(path),
    );
  }

  private async saved(path: string): Promise<void> {
    this.offers = await server.scenarios();
    const offer = this.offers.find((one) => one.path === path);
    if (!offer) return;
    this.setting = { offer, text: offer.text, settings: {}, seed: null };
    this.showPicker();
    this.begin(this.setting);
  }
}
