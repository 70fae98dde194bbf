// The zoom of a chart's x axis in percent of its whole: read, moved by keys, reset. Charts of one
// group follow each other through ECharts' connect.
import type { ECharts } from "./echarts";

interface Window {
  readonly start: number;
  readonly end: number;
}

function windowOf(chart: ECharts): Window {
  const option: unknown = chart.getOption();
  const zooms = typeof option === "object" && option !== null && "dataZoom" in option ? option.dataZoom : null;
  const first: unknown = Array.isArray(zooms) ? zooms[0] : null;
  if (typeof first !== "object" || first === null) return { start: 0, end: 100 };
  const { start, end } = first as { start?: unknown; end?: unknown };
  return {
    start: typeof start === "number" ? start : 0,
    end: typeof end === "number" ? end : 100,
  };
}

function show(chart: ECharts, { start, end }: Window): void {
  chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, start, end });
}

export function zoomTo(chart: ECharts): { isZoomed(): boolean; reset(): void } {
  return {
    isZoomed: () => {
      const { start, end } = windowOf(chart);
      return start > 0.01 || end < 99.99;
    },
    reset: () => show(chart, { start: 0, end: 100 }),
  };
}

function moved({ start, end }: Window, by: number): Window {
  const shift = Math.max(-start, Math.min(100 - end, by * (end - start)));
  return { start: start + shift, end: end + shift };
}

function scaled({ start, end }: Window, factor: number): Window {
  const width = Math.min(100, Math.max(0.5, (end - start) * factor));
  const middle = (start + end) / 2;
  const begin = Math.min(100 - width, Math.max(0, middle - width / 2));
  return { start: begin, end: begin + width };
}

/** True if `key` is one that zooms or moves. */
export function keyZoom(chart: ECharts, key: string): boolean {
  const now = windowOf(chart);
  const next: Record<string, Window> = {
    "+": scaled(now, 0.5),
    "=": scaled(now, 0.5),
    "-": scaled(now, 2),
    ArrowLeft: moved(now, -0.25),
    ArrowRight: moved(now, 0.25),
    "0": { start: 0, end: 100 },
  };
  const wanted = next[key];
  if (wanted) show(chart, wanted);
  return wanted !== undefined;
}
