// The Pareto front of a tune's finalists, by two of its goals, with intervals both ways.
import { tooltipBox, xValueAxis, yValueAxis, type TooltipRow } from "../core/axes";
import type { ChartSpec } from "../core/chart_panel";
import type { EChartsOption, SeriesOption } from "../core/echarts";
import type { Unit } from "../core/format";
import type { Theme } from "../core/theme";
import type { Num } from "../core/types";
import { unitOf } from "./estimate";
import { whiskers, type Whisker } from "./rows_chart";
import type { Goal, Point, TuneJson } from "./tune_types";
import { otherName, valueText } from "./tune_words";

/** Of what the points take, above them; below them a little less. */
const kRoomAbove = 0.1;
const kRoom = ["6%", `${kRoomAbove * 100}%`];

interface PointKind {
  readonly name: string;
  readonly symbol: string;
  readonly size: number;
  readonly isFilled: boolean;
  readonly colour: (theme: Theme) => string;
  readonly holds: (point: Point) => boolean;
}

// A point is of the first kind that holds. Shape says it as well as colour.
function kindsOf(tune: TuneJson): readonly PointKind[] {
  const chosen = tune.points.find((point) => point.chosen);
  return [
    {
      name: otherName(tune),
      symbol: "diamond",
      size: 20,
      isFilled: true,
      colour: (t) => t.good,
      holds: (p) => p.chosen,
    },
    {
      name: "today",
      symbol: "rect",
      size: 14,
      isFilled: true,
      colour: (t) => t.bad,
      holds: (p) => p.today,
    },
    {
      name: `tied with the ${otherName(tune)}`,
      symbol: "triangle",
      size: 14,
      isFilled: true,
      colour: (t) => t.palette[0] ?? t.neutral,
      holds: (p) => p.on_front && (chosen?.tied_with.includes(p.name) ?? false),
    },
    {
      name: "on the front",
      symbol: "circle",
      size: 13,
      isFilled: true,
      colour: (t) => t.palette[4] ?? t.neutral,
      holds: (p) => p.on_front,
    },
    {
      name: "off the front",
      symbol: "circle",
      size: 11,
      isFilled: false,
      colour: (t) => t.neutral,
      holds: () => true,
    },
  ];
}

function pointTip(tune: TuneJson, point: Point): TooltipRow[] {
  const goals = tune.goals.map((goal, i) => {
    const its = point.goals[i];
    return { name: goal.metric, value: its ? valueText(its, unitOf(goal.unit)) : "–" };
  });
  return [
    ...goals,
    { name: "on the front", value: point.on_front ? "yes" : "no" },
    { name: "tied with", value: point.tied_with.join(" ") || "–" },
  ];
}

/** "today, A-C" where marks lie on each other would be unreadable otherwise. */
function labelsAt(points: readonly Point[], x: number, y: number): Map<string, string> {
  const places = new Map<string, string[]>();
  for (const point of points) {
    const place = `${point.goals[x]?.value ?? ""} ${point.goals[y]?.value ?? ""}`;
    places.set(place, [...(places.get(place) ?? []), point.name]);
  }
  const labels = new Map<string, string>();
  for (const names of places.values()) {
    const [first] = names;
    if (first !== undefined) labels.set(first, names.join(" "));
  }
  return labels;
}

function goalAxis(goal: Goal): string {
  return `${goal.metric} (${goal.more_is_better ? "more" : "less"} is better)`;
}

// Enough digits to tell ticks apart, however narrow the range of a share is.
function fineTick(
  points: readonly Point[],
  goal: number,
  unit: Unit,
): ((value: number) => string) | null {
  const all = points.flatMap((point) => {
    const its = point.goals[goal];
    return its ? [its.low ?? its.value, its.high ?? its.value] : [];
  });
  const range = (Math.max(...all) - Math.min(...all)) * 100;
  if (unit !== "ratio" || range <= 0 || range > 5) return null;
  const digits = Math.min(6, Math.ceil(-Math.log10(range / 10)));
  return (value) => `${(value * 100).toFixed(digits)} %`;
}

function withTicks<T>(
  axis: T & { axisLabel?: object },
  tick: ((value: number) => string) | null,
): T {
  return tick ? { ...axis, axisLabel: { ...axis.axisLabel, formatter: tick } } : axis;
}

interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Room around the points, but none below nothing, nor above the whole of a share. */
function boundsOf(unit: string): object {
  const room = ({ min, max }: Extent): number => (max === min ? max : max - min) * kRoomAbove;
  const min = (of: Extent): number | null => (of.min >= 0 && of.min < room(of) ? 0 : null);
  const max = (of: Extent): number | null => (of.max <= 1 && of.max + room(of) > 1 ? 1 : null);
  return { scale: true, boundaryGap: kRoom, min, ...(unit === "ratio" ? { max } : {}) };
}

function frontOption(
  theme: Theme,
  tune: TuneJson,
  x: number,
  y: number,
  withToday: boolean,
): EChartsOption {
  const [across, up] = [tune.goals[x], tune.goals[y]];
  if (!across || !up) return {};
  const shown = tune.points.filter(({ today }) => withToday || !today);
  const labels = labelsAt(shown, x, y);
  const left = new Set(shown);
  const series: SeriesOption[] = [];
  for (const kind of kindsOf(tune)) {
    const points = [...left].filter(kind.holds);
    points.forEach((point) => left.delete(point));
    if (points.length > 0) series.push(...pointSeries(theme, kind, points, labels, x, y));
  }
  return {
    grid: { left: 8, right: 30, top: 40, bottom: 26, containLabel: true },
    xAxis: {
      ...withTicks(
        xValueAxis(theme, { unit: unitOf(across.unit) }),
        fineTick(shown, x, unitOf(across.unit)),
      ),
      ...boundsOf(across.unit),
      name: goalAxis(across),
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: theme.muted, fontSize: 12, align: "center" },
    } as NonNullable<EChartsOption["xAxis"]>,
    yAxis: {
      ...withTicks(
        yValueAxis(theme, { unit: unitOf(up.unit), name: goalAxis(up) }),
        fineTick(shown, y, unitOf(up.unit)),
      ),
      nameGap: 16,
      ...boundsOf(up.unit),
    } as NonNullable<EChartsOption["yAxis"]>,
    tooltip: {
      trigger: "item",
      formatter: (hovered: unknown) => {
        const point = tune.points.find(({ name }) => name === nameOf(hovered));
        return point
          ? tooltipBox(`${point.name}: ${policyOf(tune, point)}`, pointTip(tune, point))
          : "";
      },
    },
    series,
  };
}

function pointSeries(
  theme: Theme,
  kind: PointKind,
  points: readonly Point[],
  labels: ReadonlyMap<string, string>,
  x: number,
  y: number,
): SeriesOption[] {
  const colour = kind.colour(theme);
  const along = (goal: number, other: number): Whisker[] =>
    points.flatMap((point) => {
      const [its, at] = [point.goals[goal], point.goals[other]];
      if (!its || !at || its.low === null || its.high === null || its.low === its.high) return [];
      return [{ low: its.low, high: its.high, at: at.value }];
    });
  const data = points.map((point) => ({
    name: point.name,
    value: [point.goals[x]?.value ?? null, point.goals[y]?.value ?? null],
    label: {
      show: labels.has(point.name),
      formatter: labels.get(point.name) ?? "",
      position: "top" as const,
      distance: 6,
      color: theme.text,
      fontSize: 12,
    },
  }));
  const style = kind.isFilled
    ? { color: colour, borderColor: theme.panel, borderWidth: 1 }
    : { color: theme.panel, borderColor: colour, borderWidth: 2 };
  return [
    {
      type: "scatter",
      name: kind.name,
      color: colour,
      symbol: kind.symbol,
      symbolSize: kind.size,
      itemStyle: style,
      data,
      z: 6,
    } as SeriesOption,
    { ...whiskers(kind.name, along(x, y), colour), color: colour },
    { ...whiskers(kind.name, along(y, x), colour, true), color: colour },
  ];
}

function nameOf(point: unknown): string {
  return typeof point === "object" && point !== null && "name" in point ? String(point.name) : "";
}

/** Today's is said by its own name and not as "as it is". */
export function policyOf(tune: TuneJson, point: Point): string {
  return point.today ? tune.today : point.policy;
}

/** Today's policy is so far off that all others would lie on each other beside it. */
export function todayIsFarOff(tune: TuneJson, x: number, y: number): boolean {
  const today = tune.points.find((point) => point.today);
  return [x, y].some((goal) => {
    const its = today?.goals[goal]?.value;
    const others = tune.points.flatMap((p) => (p.today ? [] : [p.goals[goal]?.value ?? 0]));
    if (its === undefined || others.length < 2) return false;
    const [least, most] = [Math.min(...others), Math.max(...others)];
    const kFar = 4;
    return Math.max(least - its, its - most) > kFar * (most - least);
  });
}

const kFrontNote =
  "On the front nothing is better in one goal and as good in the others; ties: no goal tells " +
  "them apart. Whiskers are 95 % intervals.";
const kWithoutToday = " Today's policy is left out: it is far off, or you chose so.";

/** The finalists by two of the goals, by their places. */
export function frontChart(tune: TuneJson, x: number, y: number, withToday: boolean): ChartSpec {
  const front = tune.points.filter((point) => point.on_front);
  const names = front.map(({ name }) => name).join(", ");
  const chosen = tune.points.find((point) => point.chosen);
  const tied =
    chosen && chosen.tied_with.length > 0 ? `; ties with ${chosen.tied_with.join(", ")}` : "";
  return {
    title: "Pareto front of the finalists",
    unit: `by ${tune.goals[x]?.metric ?? ""} and ${tune.goals[y]?.metric ?? ""}`,
    note: kFrontNote + (withToday ? "" : kWithoutToday),
    describe:
      `${front.length} of ${tune.points.length} are on the front: ${names}. ` +
      (chosen ? `${chosen.name} is the ${otherName(tune)}${tied}.` : ""),
    empty: tune.points.length === 0 ? "No finalist was confirmed." : undefined,
    height: 400,
    wide: true,
    table: {
      columns: [
        { name: "name" },
        { name: "policy" },
        { name: "on the front" },
        { name: "tied with" },
        ...tune.goals.flatMap(({ metric }) => [
          { name: metric },
          { name: "low (95 %)" },
          { name: "high (95 %)" },
        ]),
      ],
      rows: tune.points.map((point) => [
        point.name,
        policyOf(tune, point),
        point.on_front ? "yes" : "no",
        point.tied_with.join(" ") || null,
        ...point.goals.flatMap((goal): Num[] => [goal.value, goal.low, goal.high]),
      ]),
    },
    option: (theme) => frontOption(theme, tune, x, y, withToday),
  };
}
