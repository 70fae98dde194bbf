// Charts of what was asked for and what got through: rates, refusals by cause, retries, requests in
// flight, time spent waiting in the client.
import type { ChartSpec } from "../../core/chart_panel";
import { clockText, numberText, percentText } from "../../core/format";
import { isIdle, peak, sum, timeChart, type Line } from "../../core/time_series";
import type { Series } from "../../core/types";
import { causeColour, type RunContext } from "./context";

function offered(context: RunContext): ChartSpec {
  const { data, time, perMinute } = context;
  const { traffic } = data.series;
  const line = (name: string, values: Series, more: Partial<Line> = {}): Line => ({
    name,
    values,
    scale: perMinute,
    ...more,
  });
  return timeChart(
    {
      title: "Offered and achieved",
      unit: "requests per minute",
      describe:
        `${numberText(data.requests.offered, "count")} requests were offered, ` +
        `${numberText(data.requests.succeeded, "count")} succeeded ` +
        `(${numberText(data.requests.success_share, "ratio")}), ` +
        `${numberText(data.requests.failed["total"] ?? null, "count")} failed.`,
      lines: [
        line("offered", traffic.offered, { colour: (theme) => theme.neutral }),
        line("succeeded", traffic.succeeded, { colour: (theme) => theme.palette[0] ?? "" , area: true }),
        line("failed", traffic.failed, { colour: (theme) => theme.palette[1] ?? "" }),
        line("attempts", traffic.attempts, { colour: (theme) => theme.palette[3] ?? "", dashed: true }),
      ],
      off: ["attempts"],
      axis: { unit: "count" },
      tipUnit: "per_minute",
    },
    time,
  );
}

function refusals(context: RunContext): ChartSpec {
  const { data, time, perMinute } = context;
  const { traffic } = data.series;
  const causes = Object.entries(traffic.rate_limited).filter(([, values]) => !isIdle(values));
  const lines: Line[] = causes.map(([cause, values]) => ({
    name: cause,
    values,
    scale: perMinute,
    colour: causeColour(cause),
  }));
  if (!isIdle(traffic.overloaded)) {
    lines.push({
      name: "529 overloaded",
      values: traffic.overloaded,
      scale: perMinute,
      colour: (theme) => theme.neutral,
    });
  }
  const most = causes.map(([cause, values]) => ({ cause, count: sum(values) })).sort((a, b) => b.count - a.count)[0];
  const spec = timeChart(
    {
      title: "429s by cause",
      unit: "refused attempts per minute",
      describe:
        `${numberText(data.attempts.rate_limited["total"] ?? null, "count")} attempts were refused with 429` +
        `${most ? `, most of them for ${most.cause}` : ""}.`,
      lines,
      axis: { unit: "count" },
      tipUnit: "per_minute",
      stack: true,
    },
    time,
  );
  return lines.length > 0 ? spec : { ...spec, empty: "No attempt was refused." };
}

function retries(context: RunContext): ChartSpec | null {
  const { data, time } = context;
  const first = data.series.traffic.first_tries;
  if (first === undefined || isIdle(first)) return null;
  const amplification = data.series.traffic.attempts.map((attempts, i) => {
    const tries = first[i] ?? 0;
    return attempts === null || tries === 0 ? null : attempts / tries;
  });
  const most = peak(amplification, time.cell);
  return timeChart(
    {
      title: "Retry amplification",
      unit: "attempts per first attempt",
      note: "1 is no retries. Above 2, more of the traffic is retries than requests.",
      describe: most
        ? `At most ${numberText(most.value, "factor")} attempts per first attempt, at ${clockText(most.at)}; ` +
          `${numberText(data.attempts.per_success, "factor")} per success over the whole run.`
        : "Nothing was sent.",
      lines: [{ name: "amplification", values: amplification, colour: (theme) => theme.palette[3] ?? "" }],
      columns: [
        { name: "attempts", values: data.series.traffic.attempts },
        { name: "first tries", values: first },
      ],
      axis: { unit: "factor", min: 0 },
      tipUnit: "factor",
    },
    time,
  );
}

function inFlight(context: RunContext): ChartSpec | null {
  const { data, time, perRun } = context;
  const values = data.series.traffic.in_flight;
  if (values === undefined || isIdle(values)) return null;
  const most = peak(values, time.cell);
  return timeChart(
    {
      title: "In flight",
      unit: "requests begun and not ended, at the end of a cell",
      describe: most
        ? `At most ${numberText(most.value * perRun, "count")} requests were in flight, at ${clockText(most.at)}.`
        : "",
      lines: [{ name: "in flight", values, scale: perRun, area: true }],
      axis: { unit: "count" },
    },
    time,
  );
}

function queueing(context: RunContext): ChartSpec | null {
  const { data, time } = context;
  const { queueing_mean, queueing_max } = data.series.traffic;
  if (queueing_mean === undefined || queueing_max === undefined || isIdle(queueing_max)) return null;
  const most = peak(queueing_max, time.cell);
  return timeChart(
    {
      title: "Queueing in the client",
      unit: "from the planned instant to the first send",
      describe: most ? `At most ${numberText(most.value, "seconds")}, at ${clockText(most.at)}.` : "",
      lines: [
        { name: "max", values: queueing_max, column: "max (s)", colour: (theme) => theme.palette[4] ?? "" },
        { name: "mean", values: queueing_mean, column: "mean (s)", colour: (theme) => theme.palette[0] ?? "" },
      ],
      axis: { unit: "seconds", min: 0 },
    },
    time,
  );
}

function cache(context: RunContext): ChartSpec | null {
  const { data, time } = context;
  const { cache_read_tokens, cache_write_tokens, input_tokens } = data.series.traffic;
  if (cache_read_tokens === undefined || cache_write_tokens === undefined) return null;
  if (isIdle(cache_read_tokens) && isIdle(cache_write_tokens)) return null;
  const share = (part: Series): Series =>
    part.map((value, i) => {
      const all = input_tokens[i] ?? 0;
      return value === null || all === 0 ? null : value / all;
    });
  return timeChart(
    {
      title: "Cache hits",
      unit: "share of the input tokens",
      describe: `${percentText(data.tokens.cache_read_share ?? 0)} of the input was read from the cache.`,
      lines: [
        { name: "read", values: share(cache_read_tokens), column: "read, share", area: true },
        { name: "written", values: share(cache_write_tokens), column: "written, share" },
      ],
      columns: [
        { name: "read (tokens)", values: cache_read_tokens },
        { name: "written (tokens)", values: cache_write_tokens },
        { name: "input (tokens)", values: input_tokens },
      ],
      axis: { unit: "ratio", min: 0, max: 1 },
    },
    time,
  );
}

export function trafficCharts(context: RunContext): (ChartSpec | null)[] {
  return [offered(context), refusals(context), retries(context), inFlight(context), queueing(context)];
}

export function cacheCharts(context: RunContext): (ChartSpec | null)[] {
  return [cache(context)];
}
