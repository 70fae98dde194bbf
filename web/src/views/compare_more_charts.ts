// The charts of what else a comparison looked at: changes, other tiers, mixes, and by prices alone
// the reuse from which caching pays.
import type { ChartSpec } from "../core/chart_panel";
import { numberText, percentText } from "../core/format";
import type { Num } from "../core/types";
import type { CompareJson, ComparedRow } from "./compare_types";
import { differenceOf, figureText, monthText } from "./compare_words";
import { mark, three } from "./compare_charts";
import { isTie } from "./estimate";
import { rowsHeight, rowsOption, type Mark, type RowSeries } from "./rows_chart";

function standing(row: ComparedRow): string {
  if (row.changes_nothing) return ": as it is";
  return row.keeps_all ? "" : ", misses a requirement";
}

/** What one change makes of the cost of an answer. */
export function whatIfChart(data: CompareJson): ChartSpec {
  const rows = data.rows.filter(
    (row) => row.kind === "what_if" && row.unavailable === "" && row.differences.cost_per_success,
  );
  const share = (row: ComparedRow): Mark | null => {
    const base = data.rows[row.reference]?.figures.cost_per_success?.value ?? 0;
    return base > 0 ? mark(row.differences.cost_per_success, 1 / base) : null;
  };
  return {
    title: "What if",
    unit: "change of the cost of an answer",
    note:
      "Each against the same model as it is, run by run; 95 % intervals. Grey: nothing that " +
      "shows.",
    describe: rows
      .map((row) => `${row.change} on ${row.name}: ${differenceOf(row, "cost_per_success")}`)
      .join("; "),
    empty: rows.length === 0 ? "None of the changes is possible." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "on" },
        { name: "what if" },
        { name: "change per success (dollars)" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "change of 429s (share)" },
        { name: "change of p95 (s)" },
      ],
      rows: rows.map((row) => [
        row.name,
        row.change,
        ...three(row.differences.cost_per_success),
        row.differences.rate_limited_share?.value ?? null,
        row.differences.latency_p95?.value ?? null,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: `${row.change} on ${row.name}${standing(row)}`,
          figure: row.changes_nothing ? "0" : `${differenceOf(row, "cost_per_success")} per 1,000`,
          tip: [
            { name: "answered", value: figureText(row, "cost_per_success") },
            { name: "429s", value: differenceOf(row, "rate_limited_share") },
            { name: "p95", value: differenceOf(row, "latency_p95") },
          ],
        })),
        unit: "ratio",
        lines: [{ value: 0, name: "as it is" }],
        series: [
          {
            name: "change",
            kind: "bar",
            marks: rows.map((row) => {
              const its = share(row);
              if (!its) return null;
              const isNone =
                its.value === 0 ||
                isTie({ value: its.value, low: its.low ?? null, high: its.high ?? null });
              return {
                ...its,
                colour: isNone ? theme.neutral : its.value < 0 ? theme.good : theme.bad,
              };
            }),
          },
        ],
      }),
  };
}

/** 429s of every model in every tier. */
export function tiersChart(data: CompareJson): ChartSpec {
  const rows = data.rows.filter((row) => row.kind === "tier" && row.unavailable === "");
  return {
    title: "In other tiers",
    unit: "429s, share of the attempts",
    note: "Green keeps all requirements; whiskers are 95 % intervals.",
    describe: rows
      .map(
        (row) =>
          `${row.name} in ${row.tier}: ${figureText(row, "rate_limited_share")}, ` +
          (row.keeps_all ? "keeps all" : "does not keep all"),
      )
      .join("; "),
    empty: rows.length === 0 ? "None is available." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "model or mix" },
        { name: "tier" },
        { name: "keeps all" },
        ...(
          ["rate_limited_share", "cost_per_success", "cost_per_month", "latency_p95"] as const
        ).flatMap((one) => [{ name: one }, { name: "low (95 %)" }, { name: "high (95 %)" }]),
      ],
      rows: rows.map((row) => [
        row.name,
        row.tier,
        row.keeps_all ? "yes" : "no",
        ...three(row.figures.rate_limited_share),
        ...three(row.figures.cost_per_success),
        ...three(row.figures.cost_per_month),
        ...three(row.figures.latency_p95),
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: `${row.name} in ${row.tier}${row.keeps_all ? ": keeps all" : ""}`,
          figure: figureText(row, "rate_limited_share"),
          tip: [
            { name: "429s", value: figureText(row, "rate_limited_share") },
            { name: "answered", value: figureText(row, "cost_per_success") },
            { name: "p95", value: figureText(row, "latency_p95") },
            { name: "a month of this", value: monthText(row) },
          ],
        })),
        unit: "ratio",
        min: 0,
        ...(rows.every((row) => !row.figures.rate_limited_share?.value) ? { max: 0.01 } : {}),
        series: [
          {
            name: "429s",
            kind: "point",
            marks: rows.map((row) => {
              const its = mark(row.figures.rate_limited_share, 1);
              return its ? { ...its, colour: row.keeps_all ? theme.good : theme.bad } : null;
            }),
          },
        ],
      }),
  };
}

/** Reuse from which caching pays, by model. */
export function breakEvenChart(data: CompareJson): ChartSpec {
  const all = data.break_evens;
  const parts = [
    ["5m", "reads_per_write_5m"],
    ["1h", "reads_per_write_1h"],
    ["1h over 5m", "extra_reads_1h"],
  ] as const;
  const text = (value: Num): string =>
    value === null ? "never" : Number(value.toPrecision(3)).toString();
  return {
    title: "Caching pays from",
    unit: "reads per write",
    note:
      "By prices alone. A prefix that is read more often than that after each write costs " +
      "less cached.",
    describe: all
      .map(
        (one) =>
          `${one.model}: ${parts.map(([name, key]) => `${name} ${text(one[key])}`).join(", ")}`,
      )
      .join("; "),
    empty: all.length === 0 ? "No model has a price." : undefined,
    height: rowsHeight(all.length) + 12 * all.length,
    table: {
      columns: [
        { name: "model" },
        { name: "reads per write, 5m" },
        { name: "reads per write, 1h" },
        { name: "extra reads, 1h over 5m" },
        { name: "uses per minute, 5m" },
        { name: "uses per minute, 1h" },
        { name: "uses per minute, 1h over 5m" },
        { name: "batch (factor of every price)" },
        { name: "batch pays below this share read" },
      ],
      rows: all.map((one) => [
        one.model,
        one.reads_per_write_5m,
        one.reads_per_write_1h,
        one.extra_reads_1h,
        one.uses_per_minute_5m,
        one.uses_per_minute_1h,
        one.uses_per_minute_1h_over_5m,
        one.batch_factor,
        one.batch_until_read_share,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: all.map((one) => ({
          name: one.model,
          figure: parts.map(([, key]) => text(one[key])).join(" / "),
          tip: [
            ...parts.map(([name, key]) => ({ name, value: text(one[key]) })),
            { name: "uses an hour, 5m", value: hourly(one.uses_per_minute_5m) },
            { name: "uses an hour, 1h", value: hourly(one.uses_per_minute_1h) },
            { name: "batch", value: percentText(one.batch_factor) },
          ],
        })),
        unit: "count",
        min: 0,
        series: parts.map(([name, key], i): RowSeries => ({
          name,
          kind: "point",
          symbol: ["circle", "diamond", "triangle"][i] ?? "circle",
          marks: all.map((one) => {
            const value = one[key];
            return value === null ? null : { value };
          }),
        })),
      }),
  };
}

function hourly(perMinute: Num): string {
  return perMinute === null ? "never" : numberText(perMinute * 60, "factor");
}

/** The shares of the mix that was found. */
export function mixChart(data: CompareJson): ChartSpec {
  const shares = data.cheapest_mix?.shares ?? [];
  return {
    title: "The mix that was looked at last",
    unit: "share of the sessions",
    describe: shares.map((one) => `${percentText(one.share)} ${one.model}`).join(", "),
    empty: shares.length === 0 ? "There is none." : undefined,
    height: rowsHeight(shares.length),
    table: {
      columns: [{ name: "model" }, { name: "share" }, { name: "quality" }],
      rows: shares.map((one) => [one.model, one.share, one.quality]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: shares.map((one) => ({
          name: one.model,
          figure: percentText(one.share),
          tip: [
            { name: "share", value: percentText(one.share) },
            { name: "quality", value: one.quality === null ? "–" : String(one.quality) },
          ],
        })),
        unit: "ratio",
        min: 0,
        max: 1,
        series: [
          {
            name: "share",
            kind: "bar",
            colour: theme.palette[0] ?? theme.neutral,
            marks: shares.map(({ share }) => ({ value: share })),
          },
        ],
      }),
  };
}
