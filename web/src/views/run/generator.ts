// The load generator's own health, of replays: whether it kept its schedule, with how many
// connections and how much of a processor. Charts where it was watched over time.
import type { ChartSpec } from "../../core/chart_panel";
import { clockText, durationText, numberText, percentText } from "../../core/format";
import { card, facts } from "../../core/layout";
import { peak, timeChart } from "../../core/time_series";
import type { Json } from "../../core/types";
import type { RunContext } from "./context";

/** A number of the load's metrics by its path, null where there is none. */
function reader(load: Json | undefined): (path: string) => number | null {
  return (path) => {
    let node: Json | undefined = load;
    for (const name of path.split(".")) {
      if (typeof node !== "object" || node === null || Array.isArray(node)) return null;
      node = (node as { readonly [key: string]: Json })[name];
    }
    return typeof node === "number" ? node : null;
  };
}

export function generatorFacts(context: RunContext): HTMLElement | null {
  const { data } = context;
  if (data.generator === undefined) return null;
  const read = reader(data.load);
  const rate = (name: string): string => numberText(read(`${name}_per_second`), "per_second");
  const delay = (name: string): string => numberText(read(`schedule_delay.${name}`), "seconds");
  const wall = data.identity.speed === 1 ? "" : " (wall time)";
  const ceiling = read("machine_ceiling");
  const obeyed = read("retry_after.obeyed") ?? 0;
  const ignored = read("retry_after.disobeyed") ?? 0;
  const headroom = read("headroom_lowest");
  const cap = read("spend_cap");
  const some = (path: string, words: string): string | null => {
    const value = read(path) ?? 0;
    return value > 0 ? `${numberText(value, "count")} ${words}` : null;
  };
  return card(
    facts([
      ["Verdict", data.generator.verdict + (data.generator.reason ? `: ${data.generator.reason}` : "")],
      ["Ended", data.identity.stopped === "none" ? null : [data.identity.stopped, data.identity.stop_detail].filter(Boolean).join(": ")],
      ["Rates", `asked ${rate("asked")}, sent ${rate("sent")}, succeeded ${rate("succeeded")}; with retries ${rate("attempts")}${wall}`],
      ["Sent late by", `p50 ${delay("p50")}, p99 ${delay("p99")}, max ${delay("max")} of wall time`],
      [
        "Dispersion",
        `in 10 ms: planned ${numberText(read("dispersion.planned"), "factor")}, sent ` +
          `${numberText(read("dispersion.sent"), "factor")} (0 even, 1 Poisson, more: bursts)`,
      ],
      [
        "Processor",
        `${numberText(read("cpu_share"), "ratio")} of one` +
          (ceiling === null ? "" : `; this machine honestly sends ${numberText(ceiling, "per_second")}`),
      ],
      ["Dropped", some("dropped_late", "sessions as too late")],
      ["Held back", some("held_back", "attempts for headroom, money or a token")],
      ["Retry-after", obeyed + ignored > 0 ? `obeyed by ${numberText(obeyed, "count")} retries, ignored by ${numberText(ignored, "count")}` : null],
      [
        "Connections",
        `${numberText(read("connections.opened"), "count")} opened, ` +
          `${numberText(read("connections.reused"), "count")} attempts on an open one`,
      ],
      ["Spend allowed", cap === null ? null : numberText(cap, "dollars")],
      ["Headroom", headroom === null ? null : `lowest seen ${percentText(headroom)}`],
    ]),
  );
}

export function generatorCharts(context: RunContext): (ChartSpec | null)[] {
  const { data, time } = context;
  const load = data.series.load;
  if (load === undefined || load === null) return [];
  const late = peak(load.late_max, time.cell);
  const open = peak(load.connections, time.cell);
  const cpu = peak(load.cpu, time.cell);
  return [
    timeChart(
      {
        title: "Sent late",
        unit: "at most in a cell, wall time",
        describe: late ? `At most ${durationText(late.value)}, at ${clockText(late.at)}.` : "Nothing was sent.",
        lines: [{ name: "late, max", values: load.late_max, column: "late, max (s)" }],
        axis: { unit: "seconds", min: 0 },
      },
      time,
    ),
    timeChart(
      {
        title: "Open connections",
        describe: open ? `At most ${numberText(open.value, "count")}, at ${clockText(open.at)}.` : "",
        lines: [{ name: "connections", values: load.connections }],
        axis: { unit: "count", min: 0, whole: true },
      },
      time,
    ),
    timeChart(
      {
        title: "Processor of the load generator",
        unit: "share of one core",
        describe: cpu ? `At most ${percentText(cpu.value)} of a core, at ${clockText(cpu.at)}.` : "",
        lines: [{ name: "cpu", values: load.cpu, area: true }],
        axis: { unit: "ratio", min: 0 },
      },
      time,
    ),
  ];
}
