// The axes of the Pareto front, without a browser.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "../../web");

async function frontChart() {
  const folder = mkdtempSync(join(tmpdir(), "sluice-front-"));
  const { build } = createRequire(join(web, "package.json"))("esbuild");
  const outfile = join(folder, "front.mjs");
  await build({
    entryPoints: [join(web, "src/views/tune_front.ts")],
    bundle: true,
    format: "esm",
    outfile,
    logLevel: "silent",
  });
  const parts = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return parts.frontChart;
}

const kTheme = new Proxy({}, { get: () => "#000000" });
const goal = (metric, unit, more_is_better) => ({ metric, unit, more_is_better });
const kTune = {
  today: "today's",
  goals: [goal("goodput.share", "ratio", true), goal("latency.offered.p95", "seconds", false)],
  points: [{ name: "A", today: true, on_front: true, tied_with: [], goals: [1, 12].map((value) => ({ value, low: value, high: value })) }],
};

test("an axis of the front leaves room, but none above the whole of a share nor below nothing", async () => {
  const { xAxis, yAxis } = (await frontChart())(kTune, 0, 1, true).option(kTheme);
  assert.equal(xAxis.max({ min: 1, max: 1 }), 1);
  assert.equal(xAxis.max({ min: 0.9, max: 0.995 }), 1);
  assert.equal(xAxis.max({ min: 0.2, max: 0.3 }), null);
  assert.equal(xAxis.max({ min: 0.2, max: 1.4 }), null, "a use of a limit may be above it");
  assert.equal(xAxis.min({ min: 0.01, max: 0.5 }), 0);
  assert.equal(xAxis.min({ min: 0.4, max: 0.5 }), null);
  assert.equal(xAxis.min({ min: -0.01, max: 0.5 }), null);
  assert.equal(yAxis.max, undefined);
  assert.equal(yAxis.min({ min: 1, max: 100 }), 0);
});
