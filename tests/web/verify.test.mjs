// The report of `sluice verify` in a browser.
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
import { drawAll, openPage } from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kForest = "Measured against predicted";

let folder;
let verified;
let differing;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-verify-"));
  const short = [
    "--set",
    "/duration=1m",
    "--set",
    "/workloads/0/arrivals/rate=120/min",
    "--speed",
    "20",
  ];
  verified = await answer(
    folder,
    "verify",
    ["verify", scenario("quickstart"), ...short],
    [0, 3, 5],
  );
  // Two metrics that are off, whatever this machine measured.
  differing = structuredClone(verified.data);
  Object.assign(differing, { verdict: "differs", void_reason: "" });
  for (const row of differing.rows) row.agrees = true;
  for (const path of ["tokens.output", "latency.success.p99"]) {
    const row = differing.rows.find(({ metric }) => metric === path);
    row.measured = row.predicted * 1.5;
    row.difference = row.measured - row.predicted;
    Object.assign(row, { agrees: false, judged: true });
  }
  differing.differing = 2;
  differing.judged = differing.rows.filter(({ judged }) => judged).length;
});
after(async () => {
  rmSync(folder, { recursive: true });
});

const shown = (row) => [
  row.metric,
  row.unit,
  row.predicted,
  row.measured,
  row.difference,
  row.allowed,
  Number.isFinite(Number(row.tolerance)) ? Number(row.tolerance) : row.tolerance,
  !row.judged ? "not judged" : row.agrees ? "ok" : "DIFFERS",
];

pageTest("an agreement opens with its verdict", async () => {
  const badge = { agrees: "AGREES", differs: "DIFFERS", void: "VOID" }[verified.data.verdict];
  const page = await openPage(verified.url);
  assert((await sentence(page)).startsWith(badge));
  assert(verified.text.includes(badge));
  assert((await page.locator(".answer").innerText()).includes(verified.data.basis));
  await page.finish();
});

pageTest("behind the forest of all metrics are the numbers of the JSON", async () => {
  const page = await openPage(verified.url);
  await drawAll(page);
  await page.getByLabel("Metrics", { exact: true }).selectOption({ label: "all" });
  const rows = await tableBehind(page, kForest);
  const sorted = (all) => [...all].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  assert.deepEqual(sorted(rows), sorted(verified.data.rows.map(shown)));
  await page.finish();
});

pageTest("what differs comes first and is counted", async () => {
  const page = await openPage(await pageOf(folder, "differs", differing));
  await drawAll(page);
  const said = await sentence(page);
  assert(said.startsWith(`DIFFERS 2 of ${differing.judged} metrics beyond their tolerance`), said);
  const rows = await tableBehind(page, kForest);
  assert.deepEqual(
    rows.slice(0, 2).map((row) => row[0]),
    ["tokens.output", "latency.success.p99"],
  );
  assert.equal(rows[2][7], "ok");
  const first = await page
    .locator("section", { has: page.getByRole("heading", { name: "Metric by metric" }) })
    .locator("tbody tr")
    .first()
    .innerText();
  assert.match(first, /tokens\.output.*DIFFERS/s);
  await page.getByLabel("Metrics", { exact: true }).selectOption({ label: "what differs" });
  assert.equal((await tableBehind(page, kForest)).length, 2);
  await page.finish();
});

pageTest("a void agreement says that it proves nothing", async () => {
  const data = { ...verified.data, verdict: "void", void_reason: "the replay was late" };
  const page = await openPage(await pageOf(folder, "void", data));
  assert.equal(await sentence(page), "VOID Nothing is proved: the replay was late.");
  await page.finish();
});

pageTest("an agreement reads well in light and dark and at 400 px", async () => {
  await checkLooks(await pageOf(folder, "looks", differing), "verify");
});

pageTest("names in an agreement never become markup", async () => {
  const data = withMarkup(differing, ["format", "version", "unit", "verdict"]);
  await checkEscapes(await pageOf(folder, "markup", data));
});

pageTest("an agreement echoes its scenario and the digest", () => checkScenario(verified));
