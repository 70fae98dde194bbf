// The charts of a plan's rates and money: the ladder of rates, levers, assumptions, a month's cost.
import type { ChartSpec } from "../core/chart_panel";
import { numberText } from "../core/format";
import { changeText, dollarsText, isTie, rangeText, type Estimate } from "./estimate";
import type { PlanJson } from "./plan_types";
import { gainText, goneText, monthText } from "./plan_words";
import { rowsHeight, rowsOption, type Mark } from "./rows_chart";

function interval(estimate: Estimate): Pick<Mark, "low" | "high"> {
  return { low: estimate.low, high: estimate.high };
}

/** Today's rate, what means alone allow, and what was found. */
export function ladderChart(plan: PlanJson): ChartSpec {
  const { rate } = plan;
  const closed =
    rate.closed_form_factor === null ? null : rate.closed_form_factor * rate.today_per_minute;
  const steps: { name: string; mark: Mark; text: string }[] = [
    {
      name: "today",
      mark: { value: rate.today_per_minute },
      text: numberText(rate.today_per_minute, "per_minute"),
    },
  ];
  if (closed !== null) {
    steps.push({
      name: `means alone: ${rate.closed_form_limit}`,
      mark: { value: closed },
      text: numberText(closed, "per_minute"),
    });
  }
  if (rate.per_minute) {
    const least = rate.is_lower_bound ? "at least " : "";
    steps.push({
      name: `found: lasts in ${rate.runs} runs`,
      mark: { value: rate.per_minute.value, ...interval(rate.per_minute) },
      text: least + rangeText(rate.per_minute, "per_minute"),
    });
  }
  const values = steps.flatMap(({ mark }) => [
    mark.value,
    mark.low ?? mark.value,
    mark.high ?? mark.value,
  ]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((most - least) * 0.15, most * 0.01);
  return {
    title: "The ladder of rates",
    unit: "requests per minute",
    note: "Whiskers are the 95 % interval over runs; the axis does not begin at zero.",
    describe: steps.map(({ name, text }) => `${name}: ${text}`).join("; "),
    height: rowsHeight(steps.length),
    table: {
      columns: [
        { name: "rate" },
        { name: "requests per minute" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
      ],
      rows: steps.map(({ name, mark }) => [name, mark.value, mark.low ?? null, mark.high ?? null]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: steps.map(({ name, text }) => ({
          name,
          figure: text,
          tip: [{ name: "rate", value: text }],
        })),
        unit: "count",
        min: Math.max(0, Math.floor(least - room)),
        max: Math.ceil(most + room),
        lines: [{ value: rate.today_per_minute, name: "today" }],
        series: [
          {
            name: "rate",
            kind: "point",
            marks: steps.map(({ mark }, i) => ({
              ...mark,
              colour: [
                theme.neutral,
                theme.palette[4] ?? theme.neutral,
                theme.palette[0] ?? theme.neutral,
              ][closed === null && i === 1 ? 2 : i] as string,
            })),
          },
        ],
      }),
  };
}

/** What would raise the rate, the best first. */
export function leversChart(plan: PlanJson): ChartSpec {
  const { levers } = plan;
  const best = levers[0];
  return {
    title: "What would raise it most",
    unit: "change of the highest lasting rate",
    note:
      "One change at a time, each simulated and paired with today's run by run; 95 % " +
      "intervals. Grey: no gain that shows; red: a loss.",
    describe: best ? `${best.name}: ${best.detail} raises it by ${gainText(best)}.` : "",
    empty: levers.length === 0 ? "Nothing was found that could be tried." : undefined,
    height: rowsHeight(levers.length),
    table: {
      columns: [
        { name: "change" },
        { name: "how" },
        { name: "gain (ratio)" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "lasting rate, of today's (factor)" },
        { name: "cost of a success (change, ratio)" },
      ],
      rows: levers.map((one) => [
        one.name,
        one.detail,
        one.gain.value,
        one.gain.low,
        one.gain.high,
        one.factor.value,
        one.cost_change,
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: levers.map((one) => ({
          name: `${one.name}: ${one.detail}`,
          figure: gainText(one),
          tip: [
            { name: "gain", value: changeText(one.gain) },
            {
              name: "lasts",
              value: numberText(one.factor.value * plan.rate.today_per_minute, "per_minute"),
            },
            {
              name: "cost of a success",
              value:
                one.cost_change === null
                  ? "–"
                  : changeText({ value: one.cost_change, low: null, high: null }),
            },
          ],
        })),
        unit: "ratio",
        min: 1.1 * Math.min(0, ...levers.map(({ gain }) => gain.low ?? gain.value)),
        series: [
          {
            name: "gain",
            kind: "bar",
            marks: levers.map(({ gain }) => ({
              value: gain.value,
              ...interval(gain),
              colour: isTie(gain) ? theme.neutral : gain.value > 0 ? theme.good : theme.bad,
            })),
          },
        ],
      }),
  };
}

/** What the rate rests on, varied to the worse. */
export function sensitivityChart(plan: PlanJson): ChartSpec {
  const { assumptions } = plan;
  const first = assumptions[0];
  return {
    title: "What it rests on",
    unit: "effect on the highest lasting rate",
    note: "Each varied to the worse, simulated; 95 % intervals. Guess: nobody has published it.",
    describe: first
      ? `${first.name} (${first.change}) moves the rate most: ${changeText(first.effect)}.`
      : "",
    empty: assumptions.length === 0 ? "Nothing was varied." : undefined,
    height: rowsHeight(assumptions.length),
    table: {
      columns: [
        { name: "assumption" },
        { name: "varied" },
        { name: "effect (ratio)" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
        { name: "a guess" },
      ],
      rows: assumptions.map((one) => [
        one.name,
        one.change,
        one.effect.value,
        one.effect.low,
        one.effect.high,
        one.is_guess ? "yes" : "no",
      ]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: assumptions.map((one) => ({
          name: `${one.name}, ${one.change}${one.is_guess ? " (a guess)" : ""}`,
          figure: isTie(one.effect) ? "none that shows" : changeText(one.effect),
          tip: [{ name: "effect", value: changeText(one.effect) }],
        })),
        unit: "ratio",
        lines: [{ value: 0, name: "as assumed" }],
        series: [
          {
            name: "effect",
            kind: "point",
            marks: assumptions.map(({ effect }) => ({
              value: effect.value,
              ...interval(effect),
              colour: isTie(effect) ? theme.neutral : effect.value < 0 ? theme.bad : theme.good,
            })),
          },
        ],
      }),
  };
}

/** A month's cost against budget and cap. */
export function moneyChart(plan: PlanJson): ChartSpec {
  const { money } = plan;
  const rows: { name: string; text: string; mark: Mark; kind: "cost" | "bound" }[] = [];
  if (money.month) {
    rows.push({
      name: "a month",
      text: monthText(plan),
      mark: { value: money.month.value, ...interval(money.month) },
      kind: "cost",
    });
  }
  if (money.month_wanted) {
    const wanted = money.month_wanted;
    rows.push({
      name: "a month without the spending limit",
      text: dollarsText(wanted.value),
      mark: { value: wanted.value, ...interval(wanted) },
      kind: "cost",
    });
  }
  if (money.budget !== null) {
    rows.push({
      name: "budget",
      text: dollarsText(money.budget),
      mark: { value: money.budget },
      kind: "bound",
    });
  }
  for (const row of plan.tiers) {
    if (row.cap === null) continue;
    const gone = row.cap_lasts === null ? "lasts" : goneText(row.cap_lasts, row.gone_by);
    const name = `cap of ${row.tier}${row.is_current ? " (today's)" : ""}, ${gone}`;
    if (rows.some((one) => one.name === name)) continue;
    rows.push({ name, text: dollarsText(row.cap), mark: { value: row.cap }, kind: "bound" });
  }
  return {
    title: "A month's cost",
    unit: "dollars",
    note: "30 days like this, against the budget and what each tier may spend in a month.",
    describe: rows.map(({ name, text }) => `${name}: ${text}`).join("; "),
    empty: rows.length === 0 ? "Nothing has a price." : undefined,
    height: rowsHeight(rows.length),
    table: {
      columns: [
        { name: "what" },
        { name: "dollars a month" },
        { name: "low (95 %)" },
        { name: "high (95 %)" },
      ],
      rows: rows.map(({ name, mark }) => [name, mark.value, mark.low ?? null, mark.high ?? null]),
    },
    option: (theme) =>
      rowsOption(theme, {
        rows: rows.map(({ name, text }) => ({
          name,
          figure: text,
          tip: [{ name: "a month", value: text }],
        })),
        unit: "dollars",
        min: 0,
        series: [
          {
            name: "dollars a month",
            kind: "bar",
            marks: rows.map(({ mark, kind }) => ({
              ...mark,
              colour: kind === "cost" ? (theme.palette[0] ?? theme.neutral) : theme.neutral,
            })),
          },
        ],
      }),
  };
}
