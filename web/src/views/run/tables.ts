// The tables of a run's report: latency by kind, workloads, limits, money by what it went to. The
// same rows as in the text report; the JSON has every digit.
import { numberText, type Unit } from "../../core/format";
import { card } from "../../core/layout";
import { h } from "../../core/dom";
import { scrollingTable, type Cell, type Column, type TableData } from "../../core/table";
import type { Distribution, Num, RunJson } from "../../core/types";

function titled(title: string, data: TableData): HTMLElement | null {
  if (data.rows.length === 0) return null;
  return card(h("h3", {}, title), scrollingTable(data, title));
}

function units(unit: Unit, ...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, unit }));
}

export function latencyTable(data: RunJson): HTMLElement | null {
  const kinds: readonly (readonly [string, Distribution | undefined])[] = [
    ["Latency, succeeded", data.latency["success"]],
    ["at the first try", data.latency["first_try"]],
    ["after retries", data.latency["retried"]],
    ["Latency, failed", data.latency["failed"]],
    ["All, failures at their deadline", data.latency["offered"]],
    ["Latency from the last send", data.latency["from_send"]],
    ["Time to first token", data.ttft],
    ["TTFT from the last send", data.ttft_from_send],
    ["Queueing in the client", data.queueing],
    ["Waited between attempts", data.backoff],
    ["Gap between tokens", data.inter_token],
    ["Batches", data.latency["batch"]],
  ];
  const rows = kinds
    .filter(([, of]) => (of?.count ?? 0) > 0)
    .map(([name, of]) => [name, of?.p50, of?.p90, of?.p95, of?.p99, of?.p999, of?.max, of?.count].map((c): Cell => c ?? null));
  return titled("How it felt, from the planned arrival", {
    columns: [{ name: "what" }, ...units("seconds", "p50", "p90", "p95", "p99", "p99.9", "max"), ...units("count", "requests")],
    rows,
  });
}

export function workloadTable(data: RunJson): HTMLElement | null {
  const rows = Object.entries(data.workloads).map(([name, of]): Cell[] => [
    name,
    of.offered,
    of.succeeded,
    of.failed,
    of.attempts,
    of.rate_limited,
    of.latency.p50,
    of.latency.p95,
    of.ttft.p95,
    of.cost,
    of.cost_per_success,
  ]);
  return titled("Workloads", {
    columns: [
      { name: "workload" },
      ...units("count", "offered", "succeeded", "failed", "attempts", "429s"),
      ...units("seconds", "p50", "p95", "TTFT p95"),
      ...units("dollars", "cost", "per success"),
    ],
    rows,
  });
}

export function limitTable(data: RunJson): HTMLElement | null {
  if (data.generator) return null; // a client cannot look into a bucket
  const rows = Object.entries(data.limiters).map(([name, of]): Cell[] => [
    name,
    of.limit,
    data.utilisation[name] ?? null,
    of.peak_minute,
    of.level_min,
    of.refused,
    of.first_refused,
    of.binding_share,
  ]);
  return titled("How full the limits were", {
    columns: [
      { name: "limit" },
      { name: "of", unit: "count" },
      ...units("ratio", "mean use", "busiest minute"),
      ...units("count", "lowest level", "429s"),
      ...units("seconds", "first after"),
      ...units("ratio", "binding"),
    ],
    rows,
  });
}

export function failureTable(data: RunJson): HTMLElement | null {
  const rows = (["failed", "failed_on_limit"] as const).flatMap((group) =>
    Object.entries(data.requests[group])
      .filter(([name, value]) => name !== "total" && (value ?? 0) !== 0)
      .map(([name, value]): Cell[] => [name, group === "failed" ? "by how they ended" : "by the limit", value]),
  );
  return titled("Failed requests", {
    columns: [{ name: "reason" }, { name: "counted" }, { name: "requests", unit: "count" }],
    rows,
  });
}

const kGroups = [
  ["category", "by_category"],
  ["workload", "by_workload"],
  ["model", "by_model"],
  ["workspace", "by_workspace"],
  ["key", "by_key"],
] as const;

export function costTable(data: RunJson): HTMLElement | null {
  const total = data.cost.total ?? 0;
  const share = (part: Num): Num => (part === null || total === 0 ? null : part / total);
  const rows = kGroups.flatMap(([what, group]) => {
    const parts = Object.entries(data.cost[group] ?? {}).filter(([, value]) => (value ?? 0) !== 0);
    // A group of one says nothing that the total does not.
    if (parts.length < 2 && what !== "category") return [];
    return parts.map(([name, value]): Cell[] => [name, what, value, share(value)]);
  });
  return titled("Where the money went", {
    columns: [{ name: "what" }, { name: "kind" }, { name: "cost", unit: "dollars" }, { name: "share", unit: "ratio" }],
    rows,
  });
}

/** "2.8 s ± 0.1 s", where there are several replications; the number alone otherwise. */
export function withInterval(data: RunJson, path: string, value: Num, unit: Unit): string {
  const interval = data.intervals[path];
  const text = numberText(value, unit);
  if (interval === undefined || value === null) return text;
  const half = (interval.high - interval.low) / 2;
  return half === 0 ? text : `${text} ± ${numberText(half, unit)}`;
}
