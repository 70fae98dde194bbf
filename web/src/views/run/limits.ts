// Charts of the limits: which bound when, how full every bucket was, how much of each limit was
// used; the tightest ones also in their own units.
import type { ChartSpec } from "../../core/chart_panel";
import { at, timeAxis, tooltipBox, yCategoryAxis } from "../../core/axes";
import { clockText, numberText, percentText } from "../../core/format";
import type { EChartsOption } from "../../core/echarts";
import { peak, timeChart, type Line } from "../../core/time_series";
import type { Theme } from "../../core/theme";
import type { LimiterSeries, Series } from "../../core/types";
import { limiterColour, type RunContext } from "./context";

/** A stretch of cells in which one limit bound. */
interface Stretch {
  readonly limit: string;
  readonly from: number;
  readonly to: number;
  readonly refused: number;
}

function refusedInCell(context: RunContext, i: number): number {
  const causes = Object.values(context.data.series.traffic.rate_limited);
  return causes.reduce((all, values) => all + (values[i] ?? 0), 0);
}

function stretches(context: RunContext): Stretch[] {
  const found: Stretch[] = [];
  context.data.series.binding.forEach((limit, i) => {
    if (limit === null) return;
    const refused = refusedInCell(context, i);
    const last = found[found.length - 1];
    if (last && last.limit === limit && last.to === i && last.refused > 0 === refused > 0) {
      found[found.length - 1] = { ...last, to: i + 1, refused: last.refused + refused };
    } else {
      found.push({ limit, from: i, to: i + 1, refused });
    }
  });
  return found;
}

function bandOption(context: RunContext, names: readonly string[], theme: Theme): EChartsOption {
  const { time } = context;
  const parts = stretches(context);
  return {
    grid: { left: 8, right: 18, top: 6, bottom: 4, containLabel: true },
    xAxis: timeAxis(theme, time.cells * time.cell),
    yAxis: {
      ...yCategoryAxis(theme, names),
      axisLine: { show: false },
      // The name stands in the row, above its band: names are long.
      axisLabel: {
        inside: true,
        color: theme.text,
        fontSize: 11,
        verticalAlign: "bottom",
        padding: [0, 0, 4, -6],
        width: 600,
      },
    },
    tooltip: {
      trigger: "item",
      formatter: (hovered: unknown) => {
        const i = typeof hovered === "object" && hovered !== null && "dataIndex" in hovered ? hovered.dataIndex : -1;
        const part = parts[Number(i)];
        if (part === undefined) return "";
        const span = `${clockText(part.from * time.cell)} – ${clockText(part.to * time.cell)}`;
        const count = numberText(part.refused * context.perRun, "count");
        return tooltipBox(span, [{ name: part.limit, value: part.refused > 0 ? `${count} refused` : "tightest" }]);
      },
    },
    series: [
      {
        type: "custom",
        encode: { x: [0, 1], y: 2 },
        renderItem: (_params, api) => {
          const from = api.coord([api.value(0), api.value(2)]);
          const to = api.coord([api.value(1), api.value(2)]);
          const size = api.size?.([0, 1]);
          const height = (Array.isArray(size) ? (size[1] ?? 40) : 40) * 0.4;
          const x = from[0] ?? 0;
          const shape = { x, y: from[1] ?? 0, width: Math.max(1, (to[0] ?? 0) - x), height };
          const part = parts[_params.dataIndex];
          const colour = part ? limiterColour(context, part.limit)(theme) : theme.neutral;
          const style = { fill: colour, opacity: part && part.refused > 0 ? 1 : 0.25 };
          return { type: "rect", shape, style };
        },
        clip: true,
        data: parts.map((part) => [at(part.from * time.cell), at(part.to * time.cell), names.indexOf(part.limit)]),
      },
    ],
  };
}

function bindingBand(context: RunContext): ChartSpec | null {
  const { data, time } = context;
  const names = context.limiters.filter((name) => data.series.binding.includes(name));
  if (names.length === 0) return null;
  const refusing = data.series.binding.filter((name, i) => name !== null && refusedInCell(context, i) > 0).length;
  return {
    title: "Which limit binds, and when",
    note: "Full colour: attempts were refused. Pale: nothing was refused, and this limit was the tightest.",
    describe:
      `Attempts were refused in ${refusing} of ${time.cells} cells of time` +
      `${data.binding.limit === null ? "" : `; ${data.binding.limit} bound most`}.`,
    table: {
      columns: [{ name: "from (s)" }, { name: "binding limit" }, { name: "refused attempts" }],
      rows: data.series.binding.map((name, i) => [
        Number((i * time.cell).toPrecision(12)),
        name,
        refusedInCell(context, i),
      ]),
    },
    option: (theme) => bandOption(context, names, theme),
    zoom: true,
    group: "time",
    wide: true,
    height: 34 + 40 * names.length,
  };
}

/** The most used first; those that refused before all others. None of a load run. */
export function byTightness(context: RunContext): (readonly [string, LimiterSeries])[] {
  const { data } = context;
  if (data.generator) return []; // a client cannot look into a bucket
  const rank = (name: string): number =>
    (data.limiters[name]?.refused ?? 0) * 1e3 + (data.limiters[name]?.peak_minute ?? 0);
  return Object.entries(data.series.limiters).sort(([a], [b]) => rank(b) - rank(a));
}

const kShownAtFirst = 6;

function shareOf(values: Series, capacity: Series): Series {
  return values.map((value, i) => {
    const whole = capacity[i] ?? 0;
    return value === null || whole === 0 ? null : value / whole;
  });
}

function levels(context: RunContext): ChartSpec | null {
  const limiters = byTightness(context);
  if (limiters.length === 0) return null;
  const lines: Line[] = limiters.map(([name, { level_min, capacity }]) => ({
    name,
    values: shareOf(level_min, capacity),
    column: `${name}: share`,
    colour: limiterColour(context, name),
    smooth: true,
  }));
  const lowest = lines
    .map(({ name, values }) => ({ name, low: peak(values.map((v) => (v === null ? null : -v)), context.time.cell) }))
    .sort((a, b) => (b.low?.value ?? -2) - (a.low?.value ?? -2))[0];
  return timeChart(
    {
      title: "Limiter levels",
      unit: "lowest reading in a cell, share of the capacity",
      note: "At 0 the next request waits or is refused; below 0 the bucket is in debt.",
      describe:
        lowest?.low === null || lowest === undefined
          ? ""
          : `The lowest was ${lowest.name} with ${numberText(-lowest.low.value, "ratio")} of its capacity, ` +
            `at ${clockText(lowest.low.at)}.`,
      lines,
      columns: limiters.flatMap(([name, limiter]) => [
        { name: `${name}: lowest`, values: limiter.level_min },
        { name: `${name}: mean`, values: limiter.level },
        { name: `${name}: capacity`, values: limiter.capacity },
      ]),
      off: limiters.slice(kShownAtFirst).map(([name]) => name),
      axis: { unit: "ratio", max: 1 },
    },
    context.time,
  );
}

function utilisation(context: RunContext): ChartSpec | null {
  const limiters = byTightness(context);
  const [first] = limiters;
  if (first === undefined) return null;
  const most = peak(first[1].utilisation, context.time.cell);
  return timeChart(
    {
      title: "Use of the limits",
      unit: "tokens charged in a cell, share of what the limit allows",
      describe: most
        ? `${first[0]} was used at most ${percentText(most.value)}, at ${clockText(most.at)}.`
        : "",
      lines: limiters.map(([name, limiter]) => ({
        name,
        values: limiter.utilisation,
        colour: limiterColour(context, name),
      })),
      limit: { name: "the limit", value: 1 },
      off: limiters.slice(kShownAtFirst).map(([name]) => name),
      axis: { unit: "ratio", min: 0 },
    },
    context.time,
  );
}

/** In its own units, with its capacity and what it refused. */
function oneLimiter(context: RunContext, name: string, limiter: LimiterSeries): ChartSpec {
  const least = peak(limiter.level_min.map((v) => (v === null ? null : -v)), context.time.cell);
  const colour = limiterColour(context, name);
  return timeChart(
    {
      title: name,
      unit: "level of the bucket",
      describe: least
        ? `Its lowest level was ${numberText(-least.value, "count")} of ` +
          `${numberText(limiter.capacity[0] ?? null, "count")}, at ${clockText(least.at)}.`
        : "",
      lines: [
        { name: "mean", values: limiter.level, colour, smooth: true, area: true },
        { name: "lowest", values: limiter.level_min, colour: (theme) => theme.bad, smooth: true },
        // The capacity is known where the bucket was looked at.
        {
          name: "capacity",
          values: limiter.capacity,
          drawn: limiter.capacity.map((value, i) => (limiter.level[i] === null ? null : value)),
          colour: (theme) => theme.muted,
          dashed: true,
        },
      ],
      columns: [
        { name: "taken", values: limiter.taken },
        { name: "refused", values: limiter.refused },
      ],
      axis: { unit: "count" },
    },
    context.time,
  );
}

const kInOwnUnits = 2;

export function limitCharts(context: RunContext): (ChartSpec | null)[] {
  return [
    bindingBand(context),
    levels(context),
    utilisation(context),
    ...byTightness(context)
      .slice(0, kInOwnUnits)
      .map(([name, limiter]) => oneLimiter(context, name, limiter)),
  ];
}
