// The report of `sluice sweep` in a browser.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import {
  answer,
  checkEscapes,
  checkLooks,
  checkScenario,
  pageOf,
  scenario,
  sentence,
  tableBehind,
  withMarkup,
} from "./answers.mjs";
import { awaited, drawAll, openPage } from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kShort = ["--set", "/duration=2m", "--replications", "3"];
const kRates = "/workloads/0/arrivals/rate=300/min..1200/min:4";

let folder;
let line;
let cube;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-sweep-"));
  line = await answer(folder, "line", [
    "sweep",
    scenario("quickstart"),
    ...kShort,
    "--vary",
    kRates,
  ]);
  const axes = [
    "--vary",
    kRates,
    "--vary",
    "/organization/tier=start,build",
    "--vary",
    "/workloads/0/max_tokens=512,2048",
  ];
  cube = await answer(folder, "cube", ["sweep", scenario("quickstart"), ...kShort, ...axes]);
});
after(async () => {
  rmSync(folder, { recursive: true });
});

const numberOr = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const cellsOf = (data, metric) =>
  data.cells.map((cell) => {
    const { mean, low, high, against_first: against, count } = cell.figures[metric];
    return [
      ...cell.values.map(numberOr),
      mean,
      low,
      high,
      against?.difference ?? null,
      against?.low ?? null,
      against?.high ?? null,
      count,
    ];
  });

pageTest("a sweep of one axis has a chart of every metric, with the numbers of its JSON behind it", async () => {
  const { data } = line;
  const page = await openPage(line.url);
  await drawAll(page);
  assert.match(await sentence(page), /^4 cells 4 settings of \/workloads\/0\/arrivals\/rate/);
  for (const [i, { path }] of data.metrics.entries())
    assert.deepEqual(await tableBehind(page, path), cellsOf(data, i));
  await page.finish();
});

pageTest("metric, axes and the values of the others are chosen, and what is chosen twice changes places", async () => {
  const { data } = cube;
  const page = await openPage(cube.url);
  await drawAll(page);
  const select = (label) => page.getByLabel(label, { exact: true });
  await select("Metric").selectOption({ label: "latency.offered.p95" });
  assert.deepEqual(await tableBehind(page, "latency.offered.p95"), cellsOf(data, 3));
  assert.equal(
    await page.getByRole("heading", { name: "latency.offered.p95, over rate and tier" }).count(),
    1,
  );
  assert(await select("max_tokens").isVisible());
  assert(!(await select("tier").isVisible()));
  await select("By").selectOption({ label: "rate" });
  assert.equal(await select("Across").locator("option:checked").innerText(), "tier");
  assert.equal(
    await page.getByRole("heading", { name: "latency.offered.p95, over tier and rate" }).count(),
    1,
  );
  const panel = page.locator("figure.chart-panel").first();
  const toggles = () => panel.locator(".toggle").count();
  assert.equal(await awaited(page, toggles, (count) => count === 4), 4, "a line for every rate");
  const picture = () => panel.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  const earlier = await picture();
  await select("max_tokens").selectOption({ label: "512" });
  assert.notEqual(await awaited(page, picture, (now) => now !== earlier), earlier);
  await page.finish();
});

pageTest("a sweep reads well in light and dark and at 400 px", async () => {
  await checkLooks(line.url, "sweep-line");
  await checkLooks(cube.url, "sweep-cube");
});

pageTest("values of a sweep never become markup", async () => {
  const data = withMarkup(cube.data, ["format", "version", "unit", "path", "metric"]);
  for (const axis of data.axes)
    axis.values = axis.values.map((value) => `${value}<img src=x onerror="document.title='hit'">`);
  for (const cell of data.cells)
    cell.values = cell.values.map((value) => `${value}<img src=x onerror="document.title='hit'">`);
  await checkEscapes(await pageOf(folder, "markup", data));
});

pageTest("cells that are not as precise as was wished are named", async () => {
  const data = structuredClone(line.data);
  data.precision = 0.01;
  data.cells[0].precise = false;
  const page = await openPage(await pageOf(folder, "imprecise", data));
  assert.match(
    await page.locator(".notice").innerText(),
    /1 of 4 cells have figures that are not within 1\.0 %/,
  );
  await page.finish();
});

pageTest("a sweep echoes its scenario and the digest", () => checkScenario(line));
