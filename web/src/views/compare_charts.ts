// The charts of the models and mixes of a comparison: cost by category with the total's interval,
// service, differences to today.
import type { TooltipRow } from "../core/axes";
import type { ChartSpec } from "../core/chart_panel";
import type { Num } from "../core/types";
import type { TableData } from "../core/table";
import { isTie, type Estimate } from "./estimate";
import { kCategories, type CompareJson, type ComparedRow, type Measure } from "./compare_types";
import {
  calledText,
  choicesOf,
  differenceOf,
  figureText,
  isPerRequest,
  monthText,
  unitOfMeasure,
} from "./compare_words";
import { rowsHeight, rowsOption, type Mark, type RowSeries } from "./rows_chart";

const kCategoryWords: { readonly [category in (typeof kCategories)[number]]: string } = {
  input: "input",
  cache_write_5m: "write 5m",
  cache_write_1h: "write 1h",
  cache_read: "read",
  output: "output",
  tools: "tools",
};

export const kMeasureWords: { readonly [measure in Measure]: string } = {
  cost_per_month: "cost of a month",
  cost_per_request: "cost per 1,000 asked",
  cost_per_success: "cost per 1,000 answered",
  ...kCategoryWords,
  rate_limited_share: "429s of the attempts",
  success_share: "requests answered",
  goodput_share: "good requests",
  latency_p50: "p50 latency",
  latency_p95: "p95 latency",
};

/** In the unit of a chart; null where there is no figure. */
export function mark(figure: Estimate | null, scale: number): Mark | null {
  if (!figure) return null;
  return {
    value: figure.value * scale,
    low: figure.low === null ? null : figure.low * scale,
    high: figure.high === null ? null : figure.high * scale,
  };
}

function scaleOf(measure: Measure): number {
  return isPerRequest(measure) ? 1000 : 1;
}

/** Value and interval, as a table has them. */
export function three(figure: Estimate | null): Num[] {
  return [figure?.value ?? null, figure?.low ?? null, figure?.high ?? null];
}

/** Every category that somebody pays for, and the total with its interval. */
export function costChart(data: CompareJson): ChartSpec {
  const rows = choicesOf(data).filter(({ figures }) => figures.cost_per_success !== null);
  const paid = kCategories.filter((one) =>
    rows.some(({ figures }) => (figures[one]?.value ?? 0) !== 0),
  );
  const tip = (row: ComparedRow): TooltipRow[] => [
    { name: "answered", value: figureText(row, "cost_per_success") },
    { name: "asked", value: figureText(row, "cost_per_request") },
    ...paid.map((one) => ({ name: kCategoryWords[one], value: figureText(row, one) })),
    { name: "a month of this", value: monthText(row) },
  ];
  const [first] = rows;
  return {
    title: "Cost of 1,000 answers",
    unit: "dollars per 1,000 answered requests",
    note: "By category; whiskers are the total's 95 % interval.",
    describe: first
      ? `${calledText(data, first)} is the cheapest with ` +
        `${figureText(first, "cost_per_success")} per 1,000 answers.`
      : "",
    empty: rows.length === 0 ? "None of the models has a price." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "model or mix" },
        { name: "per success (dollars)" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "per request" },
        ...paid.map((one) => ({ name: `${kCategoryWords[one]}, per success` })),
        { name: "a month" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
      ],
      rows: rows.map((row) => [
        row.name,
        ...three(row.figures.cost_per_success),
        row.figures.cost_per_request?.value ?? null,
        ...paid.map((one) => row.figures[one]?.value ?? null),
        ...three(row.figures.cost_per_month),
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: calledText(data, row) + (row.keeps_all ? "" : ", misses a requirement"),
          figure: figureText(row, "cost_per_success"),
          tip: tip(row),
        })),
        unit: "dollars",
        min: 0,
        series: [
          ...paid.map((one): RowSeries => ({
            name: kCategoryWords[one],
            kind: "bar",
            stack: "categories",
            marks: rows.map(({ figures }) => {
              const value = figures[one]?.value;
              return value === undefined ? null : { value: value * 1000 };
            }),
          })),
          {
            name: "total (95 %)",
            kind: "interval",
            colour: theme.text,
            marks: rows.map(({ figures }) => mark(figures.cost_per_success, 1000)),
          },
        ],
      }),
  };
}

function estimatesTable(rows: readonly ComparedRow[], measures: readonly Measure[]): TableData {
  return {
    columns: [
      { name: "model or mix" },
      ...measures.flatMap((one) => [
        { name: one },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
      ]),
    ],
    rows: rows.map((row) => [row.name, ...measures.flatMap((one) => three(row.figures[one]))]),
  };
}

interface Service {
  readonly title: string;
  readonly unit: string;
  readonly measures: readonly Measure[];
  readonly note?: string;
  readonly max?: number;
  readonly wide?: boolean;
}

function said(row: ComparedRow, measure: Measure): string {
  return `${kMeasureWords[measure]} ${figureText(row, measure)}`;
}

/** Some measures of every choice, as points with whiskers. */
function serviceChart(data: CompareJson, service: Service): ChartSpec {
  const rows = choicesOf(data);
  const [main] = service.measures;
  return {
    title: service.title,
    unit: service.unit,
    note: service.note ?? "Whiskers are 95 % intervals.",
    wide: service.wide ?? false,
    describe: rows
      .map((row) => `${row.name}: ${service.measures.map((one) => said(row, one)).join(", ")}`)
      .join("; "),
    empty: rows.length === 0 ? "Nothing could be run." : undefined,
    height: rowsHeight(rows.length),
    table: estimatesTable(rows, service.measures),
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: calledText(data, row),
          figure: service.measures.map((one) => figureText(row, one, one === main)).join(" / "),
          tip: service.measures.map((one) => ({
            name: kMeasureWords[one],
            value: figureText(row, one),
          })),
        })),
        unit: main === undefined ? "count" : unitOfMeasure(main),
        min: 0,
        ...(service.max === undefined ? {} : { max: service.max }),
        series: service.measures.map((one, i): RowSeries => ({
          name: kMeasureWords[one],
          kind: "point",
          symbol: ["circle", "diamond", "triangle"][i] ?? "circle",
          marks: rows.map((row) => mark(row.figures[one], scaleOf(one))),
        })),
      }),
  };
}

export function latencyChart(data: CompareJson): ChartSpec {
  return serviceChart(data, {
    title: "Latency",
    unit: "of answered requests, p95 / p50",
    measures: ["latency_p95", "latency_p50"],
  });
}

export function limitsChart(data: CompareJson): ChartSpec {
  const most = Math.max(
    ...choicesOf(data).map(
      ({ figures }) => figures.rate_limited_share?.high ?? figures.rate_limited_share?.value ?? 0,
    ),
  );
  return serviceChart(data, {
    title: "Refused for a limit",
    unit: "429s, share of the attempts",
    measures: ["rate_limited_share"],
    ...(most === 0 ? { max: 0.01 } : {}),
  });
}

export function successChart(data: CompareJson): ChartSpec {
  return serviceChart(data, {
    title: "Answered, and good",
    unit: "share of the requests",
    measures: ["success_share", "goodput_share"],
    note: "Good: answered within the scenario's bounds. Whiskers are 95 % intervals.",
    max: 1.02,
    wide: true,
  });
}

/** Less today, run by run, of one measure. */
export function differenceChart(data: CompareJson, measure: Measure): ChartSpec {
  const today = data.rows[data.today];
  const rows = choicesOf(data).filter((row) => row !== today && row.differences[measure] !== null);
  // What a month costs up to a spending limit is not to be compared.
  const isStopped = (row: ComparedRow): boolean =>
    measure === "cost_per_month" && [row, today].some((one) => one?.month_is_stopped ?? false);
  return {
    title: `Less today: ${kMeasureWords[measure]}`,
    unit: today ? `against ${today.name} (as today)` : "",
    note: "Paired run by run with the same draws; 95 % intervals. Grey: no difference that shows.",
    describe: rows.map((row) => `${row.name}: ${differenceOf(row, measure)}`).join("; "),
    empty: rows.length === 0 ? "There is nothing to compare with today." : undefined,
    height: rowsHeight(rows.length),
    wide: true,
    table: {
      columns: [
        { name: "model or mix" },
        { name: `${measure}, less today` },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "variance reduction by common random numbers (factor)" },
      ],
      rows: rows.map((row) => [
        row.name,
        ...three(row.differences[measure]),
        row.differences[measure]?.variance_reduction ?? null,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map((row) => ({
          name: calledText(data, row),
          figure: isStopped(row) ? "stopped" : differenceOf(row, measure),
          tip: [
            { name: "today", value: today ? figureText(today, measure) : "–" },
            { name: row.name, value: figureText(row, measure) },
            { name: "difference", value: differenceOf(row, measure) },
          ],
        })),
        unit: unitOfMeasure(measure),
        lines: [{ value: 0, name: "as today" }],
        series: [
          {
            name: "difference",
            kind: "point",
            marks: rows.map((row) => differenceMark(row, measure, theme)),
          },
        ],
      }),
  };
}

const kMoreIsBetter: ReadonlySet<Measure> = new Set<Measure>(["success_share", "goodput_share"]);

function differenceMark(
  row: ComparedRow,
  measure: Measure,
  theme: { readonly good: string; readonly bad: string; readonly neutral: string },
): Mark | null {
  const difference = row.differences[measure];
  const its = mark(difference, scaleOf(measure));
  if (!its || !difference) return null;
  const isGood = difference.value > 0 === kMoreIsBetter.has(measure);
  return { ...its, colour: isTie(difference) ? theme.neutral : isGood ? theme.good : theme.bad };
}
