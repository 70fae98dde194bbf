// ChartPanel: one chart with everything that belongs to it: heading and unit, toggles for its
// series, zoom and reset, the exact table behind it, that table as CSV, a sentence that says what
// it shows. Drawn when it comes into view; update() draws anew only what is seen.
import { h, uniqueId } from "./dom";
import { connect, init, type ECharts, type EChartsOption } from "./echarts";
import { slug } from "./format";
import { chartBase, namedSeries, type NamedSeries } from "./chart_option";
import { keyZoom, zoomTo } from "./zoom";
import { kPaperWidth, onPrint } from "./print";
import { download, scrollingTable, toCsv, type TableData } from "./table";
import { onThemeChange, theme, type Theme } from "./theme";
import "./chart_panel.css";

export interface ChartSpec {
  readonly title: string;
  /** Of the y axis, beside the title: "requests per minute". */
  readonly unit?: string;
  /** A line under the title: how to read it. */
  readonly note?: string;
  /** One sentence, computed from the data, for who cannot see the chart. */
  readonly describe: string;
  /** Exactly what stands in the result, with all its digits. */
  readonly table: TableData;
  readonly option: (theme: Theme) => EChartsOption;
  /** Said instead of the chart when there is nothing to draw. */
  readonly empty?: string | undefined;
  /** The x axis can be zoomed: by dragging, pinching, ctrl and wheel, or the keys + - and arrows. */
  readonly zoom?: boolean;
  /** Charts of one group zoom together; they have the same x axis. */
  readonly group?: string;
  /** Pixels; default 260. */
  readonly height?: number;
  /** As wide as the page. */
  readonly wide?: boolean;
  /** Series that are switched off at first. */
  readonly off?: readonly string[];
}

const kHeight = 260;
const kZoomHint = "Keys: plus and minus zoom, arrows move, 0 shows everything.";

export class ChartPanel {
  readonly element: HTMLElement;
  private spec: ChartSpec;
  private chart: ECharts | null = null;
  private isSeen = false;
  private isStale = true;
  private readonly off: Set<string>;
  private readonly heading = h("h3", { id: uniqueId("chart") });
  private readonly unit = h("span", { class: "unit" });
  private readonly note = h("p", { class: "note" });
  private readonly reset = h("button", { type: "button", hidden: true }, "Reset zoom");
  private readonly toggles = h("div", { class: "toggles", role: "group" });
  private readonly canvas = h("div", { class: "canvas", role: "img", tabindex: "0" });
  private readonly paper = h("img", { class: "paper", alt: "" });
  private readonly none = h("p", { class: "none" });
  private readonly details = h("details");
  private readonly foot = h("div", { class: "foot" });
  private readonly seen: IntersectionObserver;
  private readonly sized: ResizeObserver;
  private readonly stops: (() => void)[] = [];

  constructor(spec: ChartSpec) {
    this.spec = spec;
    this.off = new Set(spec.off);
    this.element = h(
      "figure",
      { class: "card chart-panel", "aria-labelledby": this.heading.id },
      h("div", { class: "head" }, this.heading, this.unit, this.reset),
      this.note,
      this.toggles,
      this.canvas,
      this.paper,
      this.none,
      this.foot,
    );
    this.fillFoot();
    this.seen = new IntersectionObserver((entries) => this.see(entries), { rootMargin: "150px" });
    this.seen.observe(this.element);
    this.sized = new ResizeObserver(() => this.chart?.resize());
    this.sized.observe(this.canvas);
    this.listen();
    this.update(spec);
  }

  /** Cheap where the panel is out of sight: it is drawn when it comes into view. */
  update(spec: ChartSpec): void {
    this.spec = spec;
    this.element.classList.toggle("wide", spec.wide === true);
    this.heading.textContent = spec.title;
    this.unit.textContent = spec.unit ?? "";
    this.note.textContent = spec.note ?? "";
    this.note.hidden = !spec.note;
    this.none.textContent = spec.empty ?? "";
    this.none.hidden = !spec.empty;
    this.canvas.hidden = this.toggles.hidden = this.foot.hidden = spec.empty !== undefined;
    this.canvas.style.height = `${spec.height ?? kHeight}px`;
    const hint = spec.zoom ? ` ${kZoomHint}` : "";
    this.canvas.setAttribute("aria-label", `${spec.title}. ${spec.describe}${hint}`);
    this.isStale = true;
    if (this.isSeen) this.draw();
    if (this.details.open) this.fillTable();
  }

  /** Draws now, seen or not; for print. */
  draw(): void {
    if (!this.isStale || this.spec.empty !== undefined) return;
    this.isStale = false;
    const colours = theme();
    const option = this.spec.option(colours);
    const series = namedSeries(option, colours);
    const isNew = this.chart === null;
    const chart = this.chart ?? this.makeChart();
    chart.setOption(
      { ...chartBase(colours, option, this.spec.zoom ?? false), ...this.legend(series) },
      { replaceMerge: ["series", "xAxis", "yAxis"] },
    );
    if (isNew) this.armZoom(chart);
    this.fillToggles(series);
  }

  dispose(): void {
    this.seen.disconnect();
    this.sized.disconnect();
    for (const stop of this.stops) stop();
    this.chart?.dispose();
    this.element.remove();
  }

  private makeChart(): ECharts {
    const chart = init(this.canvas, null, { renderer: "canvas" });
    this.chart = chart;
    if (this.spec.group !== undefined) {
      chart.group = this.spec.group;
      connect(this.spec.group);
    }
    chart.on("datazoom", () => {
      this.reset.hidden = !zoomTo(chart).isZoomed();
    });
    return chart;
  }

  private legend(series: readonly NamedSeries[]): EChartsOption {
    const selected = Object.fromEntries(series.map(({ name }) => [name, !this.off.has(name)]));
    return { legend: { show: false, data: series.map(({ name }) => name), selected } };
  }

  // Dragging over the chart chooses a part; on touch screens it scrolls the page, and a pinch zooms.
  private armZoom(chart: ECharts): void {
    if (!this.spec.zoom || !matchMedia("(hover: hover)").matches) return;
    chart.dispatchAction({
      type: "takeGlobalCursor",
      key: "dataZoomSelect",
      dataZoomSelectActive: true,
      escapeConnect: true,
    });
  }

  private listen(): void {
    const redraw = (): void => {
      this.isStale = true;
      if (this.isSeen) this.draw();
    };
    const print = (): void => this.print();
    const printed = (): void => {
      this.paper.removeAttribute("src");
      this.chart?.resize({ width: "auto", height: "auto" });
      redraw();
    };
    this.stops.push(onThemeChange(redraw), onPrint(print, printed));
    this.reset.addEventListener("click", () => {
      if (this.chart) zoomTo(this.chart).reset();
      this.canvas.focus();
    });
    this.canvas.addEventListener("keydown", (event) => {
      if (this.chart && this.spec.zoom && keyZoom(this.chart, event.key)) event.preventDefault();
    });
  }

  private print(): void {
    this.isStale = true;
    this.draw();
    if (this.chart === null || this.spec.empty !== undefined) return;
    const width = this.spec.wide ? kPaperWidth.whole : kPaperWidth.half;
    this.chart.resize({ width, height: this.spec.height ?? kHeight });
    this.chart.getZr().flush();
    this.paper.src = this.chart.getDataURL({ type: "png", pixelRatio: 2 });
    this.paper.alt = this.canvas.getAttribute("aria-label") ?? "";
  }

  private see(entries: readonly IntersectionObserverEntry[]): void {
    this.isSeen = entries.some((entry) => entry.isIntersecting);
    if (this.isSeen) this.draw();
  }

  private fillToggles(series: readonly NamedSeries[]): void {
    const wanted = series.length > 1 ? series : [];
    const names = JSON.stringify(wanted);
    if (this.toggles.dataset["series"] === names) return;
    this.toggles.dataset["series"] = names;
    this.toggles.textContent = "";
    this.toggles.setAttribute("aria-label", `Series of ${this.spec.title}`);
    for (const one of wanted) this.toggles.append(this.toggle(one));
  }

  private toggle({ name, colour }: NamedSeries): HTMLElement {
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colour;
    swatch.style.borderColor = colour;
    const button = h(
      "button",
      { type: "button", class: "toggle", "aria-pressed": this.off.has(name) ? "false" : "true" },
      swatch,
      name,
    );
    button.addEventListener("click", () => {
      const isOn = this.off.delete(name);
      if (!isOn) this.off.add(name);
      button.setAttribute("aria-pressed", String(isOn));
      this.chart?.dispatchAction({ type: isOn ? "legendSelect" : "legendUnSelect", name, escapeConnect: true });
    });
    return button;
  }

  private fillFoot(): void {
    const csv = h("button", { type: "button" }, "CSV");
    csv.setAttribute("aria-label", `Download ${this.spec.title} as CSV`);
    csv.addEventListener("click", () => {
      download(`${slug(this.spec.title)}.csv`, toCsv(this.spec.table), "text/csv");
    });
    const summary = h("summary", {}, "Table");
    summary.append(h("span", { class: "visually-hidden" }, ` behind ${this.spec.title}`));
    this.details.append(summary);
    this.details.addEventListener("toggle", () => {
      if (this.details.open) this.fillTable();
    });
    this.foot.append(this.details, csv);
  }

  // Made when it is asked for: a page has dozens, and most stay closed.
  private fillTable(): void {
    this.details.querySelector(".scroll")?.remove();
    this.details.append(scrollingTable(this.spec.table, `Table behind ${this.spec.title}`));
  }
}
