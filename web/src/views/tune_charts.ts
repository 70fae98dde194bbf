// The charts of a tune beside its front: paired differences to today's policy, and how the choice
// holds in other worlds.
import type { ChartSpec } from "../core/chart_panel";
import { numberText } from "../core/format";
import type { Num } from "../core/types";
import { differenceText, isTie, unitOf } from "./estimate";
import { heatHeight, heatOption, type HeatCell } from "./heat_chart";
import { rowsHeight, rowsOption, type Mark } from "./rows_chart";
import type { Figure, Goal, TuneJson } from "./tune_types";
import { otherName, valueText } from "./tune_words";

// Shares differ by points, everything else by a part of today's value.
function scaleOf(figure: Figure): Num {
  if (unitOf(figure.unit) === "ratio") return 1;
  return figure.today.value === 0 ? null : Math.abs(figure.today.value);
}

function relative(figure: Figure): Mark | null {
  const scale = scaleOf(figure);
  if (scale === null) return null;
  const { value, low, high } = figure.difference;
  return {
    value: value / scale,
    low: low === null ? null : low / scale,
    high: high === null ? null : high / scale,
  };
}

/** Today's policy and the other one, run by run. */
export function differencesChart(tune: TuneJson): ChartSpec {
  const { figures } = tune;
  const other = otherName(tune);
  const shown = figures.filter((figure) => scaleOf(figure) !== null);
  return {
    title: `The ${other} policy less today's`,
    unit: "points of a share; else part of today's value",
    note:
      "95 % intervals of paired differences over the same replications. Grey: tied, which is " +
      "no difference that shows.",
    describe: figures
      .map(
        (one) =>
          `${one.metric} ${differenceText(one.difference, unitOf(one.unit))}, ${one.verdict}`,
      )
      .join("; "),
    empty: figures.length === 0 ? "Not known from a single replication." : undefined,
    height: rowsHeight(shown.length),
    wide: true,
    table: {
      columns: [
        { name: "metric" },
        { name: "unit" },
        { name: "today" },
        { name: other },
        { name: "difference" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "verdict" },
        { name: "variance cut by CRN (factor)" },
      ],
      rows: figures.map((one) => [
        one.metric,
        one.unit,
        one.today.value,
        one.chosen.value,
        one.difference.value,
        one.difference.low,
        one.difference.high,
        one.verdict,
        one.variance_cut,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: shown.map((one) => ({
          name: `${one.metric} (${one.verdict})`,
          figure: differenceText(one.difference, unitOf(one.unit)),
          tip: [
            { name: "today", value: valueText(one.today, unitOf(one.unit)) },
            { name: other, value: valueText(one.chosen, unitOf(one.unit)) },
            { name: "difference", value: differenceText(one.difference, unitOf(one.unit)) },
          ],
        })),
        unit: "ratio",
        lines: [{ value: 0, name: "as today" }],
        series: [
          {
            name: "difference",
            kind: "point",
            marks: shown.map((one) => {
              const mark = relative(one);
              const colour =
                one.verdict === "better"
                  ? theme.good
                  : one.verdict === "worse"
                    ? theme.bad
                    : theme.neutral;
              return mark === null ? null : { ...mark, colour };
            }),
          },
        ],
      }),
  };
}

// How much better, as a part of the larger of the two; a share in points. Ties have no colour.
function benefit(figure: Figure): number {
  if (isTie(figure.difference)) return 0;
  const unit = unitOf(figure.unit);
  const scale =
    unit === "ratio" ? 1 : Math.max(Math.abs(figure.today.value), Math.abs(figure.chosen.value));
  const change = scale === 0 ? 0 : figure.difference.value / scale;
  const good = figure.more_is_better ? change : -change;
  const kLeastShown = 0.25;
  return good === 0 ? 0 : Math.sign(good) * Math.max(kLeastShown, Math.min(1, Math.abs(good)));
}

/** The same comparison where something about the world is otherwise. */
export function worldsChart(tune: TuneJson): ChartSpec {
  const { worlds, goals } = tune;
  const figureOf = (world: number, goal: Goal): Figure | undefined =>
    worlds[world]?.figures.find(({ metric }) => metric === goal.metric);
  const cellOf = (figure: Figure | undefined): HeatCell => {
    if (!figure) return { value: null, text: "–", tip: [] };
    const unit = unitOf(figure.unit);
    return {
      value: benefit(figure),
      text:
        `${numberText(figure.today.value, unit)} → ` +
        `${numberText(figure.chosen.value, unit)}\n${figure.verdict}`,
      tip: [
        { name: "today", value: valueText(figure.today, unit) },
        { name: otherName(tune), value: valueText(figure.chosen, unit) },
        { name: "difference", value: differenceText(figure.difference, unit) },
      ],
    };
  };
  const worse = worlds.filter((_, i) =>
    goals.some((goal) => figureOf(i, goal)?.verdict === "worse"),
  );
  return {
    title: "If the world is otherwise",
    unit: `today → ${otherName(tune)}`,
    note:
      "Green where the other policy is better than today's, red where it is worse, by how " +
      "much; grey where they are tied.",
    describe:
      worse.length === 0
        ? "In no other world is it worse in any goal."
        : `It is worse in some goal with: ${worse.map(({ name }) => name).join(", ")}.`,
    empty: worlds.length === 0 ? "No other world was looked at." : undefined,
    height: heatHeight(worlds.length) + 10 * worlds.length,
    wide: true,
    table: {
      columns: [
        { name: "world" },
        { name: "change" },
        { name: "metric" },
        { name: "today" },
        { name: otherName(tune) },
        { name: "difference" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "verdict" },
      ],
      rows: worlds.flatMap((world) =>
        world.figures.map((one) => [
          world.name,
          world.change,
          one.metric,
          one.today.value,
          one.chosen.value,
          one.difference.value,
          one.difference.low,
          one.difference.high,
          one.verdict,
        ]),
      ),
    },
    option: (theme) =>
      heatOption(theme, {
        columns: goals.map(({ metric }) => metric),
        rows: worlds.map(({ name }) => name),
        cells: worlds.map((_, i) => goals.map((goal) => cellOf(figureOf(i, goal)))),
        isDiverging: true,
      }),
  };
}
