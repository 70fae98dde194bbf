// The report of one run (simulate, replay): whether it fits, what binds and when, what it costs;
// then the charts and tables that show why.
import { ChartPanel, type ChartSpec } from "../core/chart_panel";
import { axisTooltip, cellMiddle, cellTitle, timeAxis, yValueAxis } from "../core/axes";
import { fill, h } from "../core/dom";
import { numberText } from "../core/format";
import { grid, keyFigures, section } from "../core/layout";
import type { RunJson } from "../core/types";

function offered(data: RunJson): ChartSpec {
  const { cell, traffic } = data.series;
  const rate = (value: number | null): number => ((value ?? 0) * 60) / cell;
  return {
    title: "Offered and achieved",
    unit: "requests per minute",
    describe: `${numberText(data.requests.offered, "count")} requests were offered.`,
    zoom: true,
    group: "time",
    table: {
      columns: [{ name: "from (s)" }, { name: "offered" }, { name: "succeeded" }],
      rows: traffic.offered.map((value, i) => [i * cell, value, traffic.succeeded[i] ?? null]),
    },
    option: (theme) => ({
      xAxis: timeAxis(theme, traffic.offered.length * cell),
      yAxis: yValueAxis(theme, { unit: "count" }),
      tooltip: axisTooltip(theme, { title: cellTitle(cell), unit: "per_minute" }),
      series: (["offered", "succeeded"] as const).map((name) => ({
        type: "line" as const,
        name,
        symbol: "none",
        data: traffic[name].map((value, i) => [cellMiddle(i, cell), rate(value)]),
      })),
    }),
  };
}

export interface MountedRun {
  update(data: RunJson): void;
  dispose(): void;
}

export function mountRun(root: HTMLElement, data: RunJson): MountedRun {
  const head = h("header");
  const chart = new ChartPanel(offered(data));
  root.append(head, section("What got through", grid(chart.element)));
  const update = (next: RunJson): void => {
    fill(
      head,
      h("h1", {}, next.identity.scenario),
      keyFigures([{ label: "Verdict", value: next.verdict }]),
    );
    chart.update(offered(next));
  };
  update(data);
  return { update, dispose: () => chart.dispose() };
}

