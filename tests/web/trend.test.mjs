// `sluice runs trend` in a browser: a scenario's kept runs over time.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { answer, checkLooks, scenario, sentence, tableBehind } from "./answers.mjs";
import { drawAll, openPage, sluice } from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kMetrics = ["requests.success_share", "latency.success.p95", "cost.per_success"];

let folder;
let trend;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-trend-"));
  process.env.SLUICE_RUNS_DB = join(folder, "runs.db");
  for (const rate of ["400", "400", "800", "1200", "900"]) {
    const set = ["--set", "/duration=5m", "--set", `/workloads/0/arrivals/rate=${rate}/min`];
    execFileSync(sluice, ["simulate", scenario("quickstart"), ...set, "--replications", "8", "--save"], { stdio: "ignore" });
  }
  trend = await answer(folder, "trend", ["runs", "trend", "quickstart"]);
});
after(async () => {
  rmSync(folder, { recursive: true });
});

pageTest("every figure has a chart over the runs, with the numbers of the JSON behind it", async () => {
  const { data } = trend;
  const page = await openPage(trend.url);
  await drawAll(page);
  assert.match(await sentence(page), /^5 runs From 20.* 3 of them with another scenario/);
  assert.deepEqual(data.metrics.map(({ metric }) => metric), kMetrics);
  for (const { metric, value, low, high } of data.metrics) {
    const rows = await tableBehind(page, metric);
    assert.deepEqual(rows.map((row) => row[0]), [1, 2, 3, 4, 5]);
    assert.deepEqual(rows.map((row) => row.slice(3, 6)), value.map((one, i) => [one, low[i], high[i]]));
  }
  await page.finish();
});

pageTest("the page looks right in light, dark and on a phone", async () => {
  await checkLooks(trend.url, "trend");
});
