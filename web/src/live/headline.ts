// The first line of the dashboard: whether the run goes on, how far it is, how it ended; and the
// report to keep.
import { fill, h } from "../core/dom";
import { clockText, exactDurationText, percentText, slug } from "../core/format";
import type { Tone } from "../core/layout";
import { isMock, type LiveState } from "./state";

interface Status {
  readonly text: string;
  readonly tone: Tone;
}

function endStatus({ result, live }: LiveState): Status {
  if (isMock({ result, live })) return { text: "The mock has ended", tone: "plain" };
  const generator = result.generator;
  const isTrusted = generator?.verdict === "ok";
  const tone: Tone = !isTrusted ? "bad" : result.verdict === "fits" ? "good" : "warn";
  const end = live.stopping === null ? "Ended" : `Stopped: ${live.stopping}`;
  const health = isTrusted ? "" : `; load generator limited: ${generator?.reason ?? ""}`;
  return { text: `${end}: ${result.verdict}${health}`, tone };
}

function status(state: LiveState, isOver: boolean): Status {
  if (isOver) return endStatus(state);
  if (state.live.stopping !== null) {
    return { text: `Stopping: ${state.live.stopping}; waiting for what is in flight`, tone: "warn" };
  }
  return { text: isMock(state) ? "The mock is serving" : "Running", tone: "good" };
}

export class Headline {
  readonly element: HTMLElement;
  private readonly status = h("strong", { class: "live-status", role: "status" }, "Waiting for the first numbers");
  private readonly clock = h("span", { class: "live-clock" });
  private readonly bar = h("progress", { max: 1, value: 0, "aria-label": "Time that has passed" });
  private readonly report = h("a", { class: "live-report", hidden: true }, "Download the HTML report");
  private said = "";

  constructor(token: string) {
    this.report.href = `/report.html?token=${encodeURIComponent(token)}`;
    this.bar.hidden = true;
    this.element = h("div", { class: "live-head card" }, this.status, this.clock, this.bar, this.report);
  }

  show(state: LiveState, isOver: boolean): void {
    const { text, tone } = status(state, isOver);
    if (text !== this.said) fill(this.status, text); // a screen reader says it once
    this.said = text;
    this.status.className = `live-status ${tone}`;
    const { now, duration } = state.live;
    const share = duration ? Math.min(1, now / duration) : null;
    this.bar.hidden = share === null;
    this.bar.value = share ?? 0;
    this.clock.textContent =
      duration === null ? `${clockText(now)} so far` : `${clockText(now)} of ${exactDurationText(duration)}`;
    this.report.hidden = false;
    this.report.download = `${slug(state.result.identity.scenario)}.html`;
    const progress = isOver || share === null ? "" : `${percentText(share)} `;
    document.title = `${progress}${state.result.identity.scenario} - sluice`;
  }

  /** From now on the file is at hand, whatever becomes of the server. */
  keepReport(html: string): void {
    if (html === "") {
      this.report.remove();
      return;
    }
    this.report.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  }
}
