// The charts of a plan's limits: how full each of them is today, and the binding one in every tier.
import type { ChartSpec } from "../core/chart_panel";
import { numberText, percentText } from "../core/format";
import type { Theme } from "../core/theme";
import { listText } from "./estimate";
import type { PlanJson, PlanLimit, PlanTier } from "./plan_types";
import { rowsHeight, rowsOption, type Row, type RowLine } from "./rows_chart";

function useColour(theme: Theme, peak: number, refuses: boolean): string {
  if (refuses || peak >= 1) return theme.bad;
  return peak > 0.8 ? theme.warn : theme.good;
}

function useText({ peak_minute: peak }: PlanLimit): string {
  if (peak === null) return "it has no utilisation";
  return `${percentText(peak)} of it was used in its busiest minute`;
}

function full(theme: Theme): RowLine {
  return { value: 1, name: "limit", colour: theme.text };
}

/** So many limits that their chart stands alone. */
export function isLong(plan: PlanJson): boolean {
  const kMost = 5;
  return (plan.limits ?? []).length > kMost;
}

/** How full each limit was in its busiest minute. */
export function limitsChart(plan: PlanJson): ChartSpec {
  const all = plan.limits ?? [];
  const limits = all.filter(({ peak_minute: peak }) => peak !== null);
  const tight = all[0];
  const rows: Row[] = limits.map((one) => ({
    name: one.limit,
    figure: percentText(one.peak_minute ?? 0),
    tip: [
      { name: "busiest minute", value: percentText(one.peak_minute ?? 0) },
      {
        name: "headroom",
        value: (one.peak_minute ?? 0) >= 1 ? "none" : percentText(1 - (one.peak_minute ?? 0)),
      },
      { name: "refused, of all attempts", value: percentText(one.refused_share) },
      { name: "first refusal", value: numberText(one.first_refused, "seconds") },
    ],
  }));
  return {
    title: "Headroom of each limit, today",
    unit: "share of the limit used in its busiest minute",
    note:
      "A bar that reaches the limit has no headroom; red ones refused attempts or were " +
      "overrun.",
    describe: tight
      ? `${tight.limit} is the tightest: ${useText(tight)}; ` +
        `${percentText(tight.refused_share)} of all attempts were refused for it.`
      : "No limit was touched.",
    empty: limits.length === 0 ? "No limit with a rate was touched." : undefined,
    height: rowsHeight(rows.length),
    wide: isLong(plan),
    table: {
      columns: [
        { name: "limit" },
        { name: "peak minute (share of the limit)" },
        { name: "refused (share of attempts)" },
        { name: "first refused (s)" },
      ],
      rows: all.map((one) => [one.limit, one.peak_minute, one.refused_share, one.first_refused]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows,
        unit: "ratio",
        min: 0,
        lines: [full(theme)],
        max: Math.max(1.08, ...limits.map(({ peak_minute: peak }) => (peak ?? 0) * 1.04)),
        series: [
          {
            name: "busiest minute",
            kind: "bar",
            marks: limits.map(({ peak_minute: peak, first_refused: first }) => ({
              value: peak ?? 0,
              colour: useColour(theme, peak ?? 0, first !== null),
            })),
          },
        ],
      }),
  };
}

function calledText(row: PlanTier, withGroup: boolean): string {
  const today = row.is_current ? " (today's)" : "";
  return row.tier + today + (withGroup ? ` for ${row.group}` : "");
}

/** The binding limit of every tier, simulated. */
export function tiersChart(plan: PlanJson): ChartSpec {
  const tiers = plan.tiers.filter(({ binding }) => binding !== null);
  const peakOf = (i: number): number => 1 - (tiers[i]?.binding?.headroom ?? 1);
  const many = new Set(plan.tiers.map(({ group }) => group)).size > 1;
  const rows: Row[] = tiers.map((row, i) => ({
    name: `${calledText(row, many)}: ${row.binding?.limit ?? ""}`,
    figure: percentText(peakOf(i)),
    tip: [
      { name: "fits", value: row.fits ? "yes" : "no" },
      { name: "busiest minute", value: percentText(peakOf(i)) },
      { name: "429s", value: percentText(row.rate_limited_share) },
      { name: "first refusal", value: numberText(row.binding?.first_refused, "seconds") },
    ],
  }));
  const fitting = tiers.filter(({ fits }) => fits).map(({ tier }) => tier);
  return {
    title: "The binding limit in every tier",
    unit: "share of the limit used in its busiest minute",
    note: "Of what got through: where anything is refused, nothing can be read about room.",
    describe:
      fitting.length > 0 ? `It fits in ${listText([...new Set(fitting)])}.` : "It fits in no tier.",
    empty: tiers.length === 0 ? "The limits are custom, or none was touched." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "tier" },
        { name: "models" },
        { name: "binds" },
        { name: "headroom (share)" },
        { name: "429s (share of attempts)" },
        { name: "first refused (s)" },
      ],
      rows: tiers.map((row) => [
        row.tier,
        row.group,
        row.binding?.limit ?? null,
        row.binding?.headroom ?? null,
        row.rate_limited_share,
        row.binding?.first_refused ?? null,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows,
        unit: "ratio",
        min: 0,
        lines: [full(theme)],
        max: Math.max(1.08, ...tiers.map((_, i) => peakOf(i) * 1.04)),
        series: [
          {
            name: "busiest minute",
            kind: "bar",
            marks: tiers.map((row, i) => ({
              value: peakOf(i),
              colour: useColour(theme, peakOf(i), row.rate_limited_share > 0),
            })),
          },
        ],
      }),
  };
}
