// The entry point of the live dashboard: a load run or a mock while it runs, with the charts of the
// report; when the run has ended it is the report.
import { h } from "./core/dom";
import { notice } from "./core/layout";
import type { Identity, RunJson } from "./core/types";
import { follow, type Message } from "./live/feed";
import { Headline } from "./live/headline";
import { isMock, type LiveState } from "./live/state";
import { Tiles } from "./live/tiles";
import { mountRun, type MountedRun } from "./views/run";
import "./core/theme.css";
import "./core/layout.css";
import "./live/live.css";

const kLost =
  "The connection is lost: the run goes on unseen, or its process has ended. What stands here is what came last.";

const token = new URLSearchParams(location.search).get("token") ?? "";
const headline = new Headline(token);
const lost = notice(kLost, "bad");
const tiles = new Tiles();
const report = h("div", { class: "live-report-view" });
lost.hidden = true;
lost.setAttribute("role", "alert");
document.body.append(h("main", { class: "page" }, headline.element, lost, tiles.element, report));

let run: MountedRun | undefined;
let latest: Message | undefined; // not shown yet

/** Until it has ended it counts as cut short, and a mock always does: the page says it in other words. */
function underWay({ result, live }: LiveState): RunJson {
  const identity: { -readonly [K in keyof Identity]: Identity[K] } = { ...result.identity, partial: false, stopped_at: null };
  if (live.duration === null) identity.duration = Math.round(live.now);
  identity.start = identity.start.replace(/\.\d+Z$/, "Z");
  // An idle mock's result has no limiters at all.
  return Object.assign({ limiters: {}, utilisation: {} }, result, { identity });
}

function show(message: Message): void {
  if (message.kind !== "state" && message.kind !== "end") return;
  const state = JSON.parse(message.text) as LiveState;
  const isOver = message.kind === "end";
  headline.show(state, isOver);
  if (isOver) {
    tiles.hide();
    headline.keepReport(message.report);
  } else {
    tiles.show(state);
  }
  const result = isOver && !isMock(state) ? state.result : underWay(state);
  if (run) {
    run.update(result);
  } else {
    run = mountRun(report, result);
  }
}

/** Nobody sees a hidden page: it draws when it is looked at again. */
function showIfSeen(): void {
  if (document.hidden || !latest) return;
  const message = latest;
  latest = undefined;
  show(message);
}

let isOver = false;
follow(token, (message) => {
  if (message.kind === "hello" || (isOver && message.kind === "connection")) return;
  isOver ||= message.kind === "end";
  lost.hidden = message.kind !== "connection" || message.isUp;
  if (message.kind === "connection") return;
  latest = message;
  showIfSeen();
});
document.addEventListener("visibilitychange", showIfSeen);
