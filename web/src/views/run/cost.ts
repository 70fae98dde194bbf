// Charts of money: what was spent so far, by category and against the cap, and what each model cost
// when.
import type { ChartSpec } from "../../core/chart_panel";
import { numberText } from "../../core/format";
import { isIdle, sum, timeChart, type Line } from "../../core/time_series";
import type { Series } from "../../core/types";
import { categoryColour, type RunContext } from "./context";

function soFar(values: Series): Series {
  let all = 0;
  return values.map((value) => (all += value ?? 0));
}

function busy(parts: { readonly [name: string]: Series }): (readonly [string, Series])[] {
  return Object.entries(parts).filter(([, values]) => !isIdle(values));
}

function largest(parts: readonly (readonly [string, Series])[]): string {
  const ranked = parts.map(([name, values]) => ({ name, all: sum(values) })).sort((a, b) => b.all - a.all);
  return ranked[0] ? `; most of it for ${ranked[0].name}` : "";
}

// What had been spent in the month when the run began. The rest of a mean is not money.
function spentBefore({ data, perRun }: RunContext): number {
  const month = data.spend.month_to_date ?? 0;
  const before = month - sum(data.series.traffic.cost) * perRun;
  return before > month / 100 ? before : 0;
}

function cumulative(context: RunContext): ChartSpec {
  const { data, time, perRun } = context;
  const cap = data.spend.tier_cap ?? null;
  const before = cap === null ? 0 : spentBefore(context);
  const parts: (readonly [string, Series])[] = data.series.cost
    ? busy(data.series.cost.by_category)
    : [["cost", data.series.traffic.cost]];
  const lines: Line[] = parts.map(([name, values]) => ({
    name,
    values: soFar(values),
    column: `${name}, so far ($)`,
    scale: perRun,
    colour: categoryColour(name),
  }));
  if (before > 0) {
    lines.unshift({
      name: "spent before in this month",
      values: data.series.traffic.cost.map(() => before),
      colour: (theme) => theme.neutral,
    });
  }
  // The cap is worth a line where it is near.
  const total = before + (data.cost.total ?? 0);
  const spec = timeChart(
    {
      title: "Cost so far, by category",
      unit: "dollars",
      describe:
        `${numberText(data.cost.total, "dollars")} in all${largest(parts)}` +
        `${cap === null ? "" : `; the tier's monthly cap is ${numberText(cap, "dollars")}`}.`,
      lines,
      columns: parts.map(([name, values]) => ({ name: `${name} ($)`, values })),
      stack: true,
      axis: { unit: "dollars", min: 0, ...(cap !== null && total > cap / 4 ? { max: Math.max(cap, total) * 1.05 } : {}) },
      limit: cap !== null && total > cap / 4 ? { name: `cap ${numberText(cap, "dollars")}`, value: cap } : undefined,
    },
    time,
  );
  return parts.length > 0 ? spec : { ...spec, empty: "Nothing was billed." };
}

function byModel(context: RunContext): ChartSpec | null {
  const { data, time, runs } = context;
  if (data.series.cost === undefined) return null;
  const parts = busy(data.series.cost.by_model);
  if (parts.length === 0) return null;
  return timeChart(
    {
      title: "Cost by model",
      unit: "dollars per hour",
      describe: `${numberText(data.cost.total, "dollars")} in all${largest(parts)}.`,
      lines: parts.map(([name, values]) => ({
        name,
        values,
        column: `${name} ($)`,
        scale: 3600 / time.cell / runs,
      })),
      stack: true,
      axis: { unit: "dollars", min: 0 },
    },
    time,
  );
}

export function costCharts(context: RunContext): (ChartSpec | null)[] {
  return [cumulative(context), byModel(context)];
}
