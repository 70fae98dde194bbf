// The forest plot of an agreement: every metric's measurement against its prediction, in units of
// its own tolerance, so that counts, money and latencies share one axis.
import type { ChartSpec } from "../core/chart_panel";
import { numberText } from "../core/format";
import { unitOf } from "./estimate";
import { rowsHeight, rowsOption, type Mark } from "./rows_chart";
import type { AgreementRow, VerifyJson } from "./verify_types";
import {
  differenceText,
  inOrder,
  inTolerances,
  isMain,
  rowVerdict,
  toleranceText,
} from "./verify_words";

// Further away is drawn there; the figure beside the name says how far it is.
const kFurthest = 3;

// What must be equal and is not lies at the edge, on its side.
function place(row: AgreementRow): number | null {
  const at = inTolerances(row);
  if (at !== null) return Math.max(-kFurthest, Math.min(kFurthest, at));
  return row.difference === 0 ? null : Math.sign(row.difference) * kFurthest;
}

function figureOf(row: AgreementRow): string {
  if (!row.agrees) return `DIFFERS ${differenceText(row)}`;
  if (!row.judged) return "not judged";
  return row.difference === 0 ? "equal" : differenceText(row);
}

export type Shown = "main" | "differing" | "all";

function rowsOf(data: VerifyJson, shown: Shown): AgreementRow[] {
  const rows = inOrder(data);
  if (shown === "all") return rows;
  return rows.filter((row) => !row.agrees || (shown === "main" && isMain(row)));
}

/** Predicted against measured; the band is the tolerance. */
export function forestChart(data: VerifyJson, shown: Shown): ChartSpec {
  const rows = rowsOf(data, shown);
  return {
    title: "Measured against predicted",
    unit: "difference in tolerances of each metric",
    note:
      "The prediction is 0, the shaded band its tolerance: a point inside agrees. What lies " +
      "more than three tolerances away is drawn at the edge.",
    describe: `${data.differing} of ${data.judged} metrics lie beyond their tolerance${
      data.differing > 0
        ? `: ${data.rows
            .filter(({ agrees }) => !agrees)
            .map(({ metric }) => metric)
            .join(", ")}`
        : ""
    }.`,
    empty: rows.length === 0 ? "No metric differs." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "metric" },
        { name: "unit" },
        { name: "predicted" },
        { name: "measured" },
        { name: "difference" },
        { name: "allowed" },
        { name: "tolerance" },
        { name: "verdict" },
      ],
      rows: rows.map((row) => [
        row.metric,
        row.unit,
        row.predicted,
        row.measured,
        row.difference,
        row.allowed,
        row.tolerance,
        rowVerdict(row),
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: row.metric,
          figure: figureOf(row),
          tip: [
            { name: "predicted", value: numberText(row.predicted, unitOf(row.unit)) },
            { name: "measured", value: numberText(row.measured, unitOf(row.unit)) },
            { name: "difference", value: differenceText(row) },
            { name: "tolerance", value: toleranceText(row) },
          ],
        })),
        unit: "count",
        min: -kFurthest * 1.08,
        max: kFurthest * 1.08,
        tick: (value) => (value === 0 ? "predicted" : `${value > 0 ? "+" : ""}${value}`),
        band: { from: -1, to: 1 },
        lines: [{ value: 0, name: "" }],
        series: [
          {
            name: "measured",
            kind: "point",
            marks: rows.map((row): Mark | null => {
              const value = place(row);
              if (value === null) return null;
              return {
                value,
                colour: !row.agrees ? theme.bad : row.judged ? theme.good : theme.neutral,
              };
            }),
          },
        ],
      }),
  };
}
