// What every chart has in common: fonts, grid, tooltip, zoom; and a colour for every series by its
// place, so that toggles and chart show the same one.
import type { EChartsOption, SeriesOption } from "./echarts";
import { hue, type Theme } from "./theme";

export interface NamedSeries {
  readonly name: string;
  readonly colour: string;
}

/** A chart's own option with what all have in common put under it. */
export function chartBase(theme: Theme, own: EChartsOption, canZoom: boolean): EChartsOption {
  return {
    animation: false,
    useUTC: true,
    color: [...theme.palette],
    backgroundColor: "transparent",
    textStyle: { fontFamily: theme.font, color: theme.text },
    grid: { left: 8, right: 18, top: 14, bottom: 6, containLabel: true },
    ...(canZoom ? zoomParts() : {}),
    ...own,
    tooltip: {
      confine: true,
      backgroundColor: theme.panel,
      borderColor: theme.line,
      padding: [6, 10],
      textStyle: { color: theme.text, fontSize: 12, fontFamily: theme.font },
      ...own.tooltip,
    },
  };
}

function zoomParts(): EChartsOption {
  return {
    dataZoom: [
      {
        type: "inside",
        filterMode: "none",
        zoomOnMouseWheel: "ctrl",
        moveOnMouseMove: "shift",
        moveOnMouseWheel: false,
        preventDefaultMouseMove: false,
      },
    ],
    // The toolbox is out of sight; it brings zooming by dragging (ChartPanel switches it on).
    toolbox: {
      top: -100,
      itemSize: 1,
      feature: { dataZoom: { yAxisIndex: "none", filterMode: "none", brushStyle: { color: "rgba(110,130,150,0.25)" } } },
    },
  };
}

function listOf(series: EChartsOption["series"]): SeriesOption[] {
  if (series === undefined) return [];
  return Array.isArray(series) ? series : [series];
}

/** The series that have a name, in their order, each once; gives each that has no colour its hue. */
export function namedSeries(option: EChartsOption, theme: Theme): NamedSeries[] {
  const named: NamedSeries[] = [];
  for (const series of listOf(option.series)) {
    if (typeof series.name !== "string") continue;
    const earlier = named.find(({ name }) => name === series.name);
    const own: unknown = "color" in series ? series.color : undefined;
    const colour = earlier?.colour ?? (typeof own === "string" ? own : hue(theme, named.length));
    Object.assign(series, { color: colour });
    if (earlier === undefined) named.push({ name: series.name, colour });
  }
  return named;
}
