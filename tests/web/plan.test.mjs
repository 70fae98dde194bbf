// The report of `sluice plan` in a browser.
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

let folder;
let plan;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-plan-"));
  plan = await answer(folder, "plan", ["plan", scenario("quickstart"), "--set", "/duration=20m"]);
});
after(async () => {
  rmSync(folder, { recursive: true });
});

pageTest("a plan opens with the sentence of its text report and the figures that matter", async () => {
  const page = await openPage(plan.url);
  const said = await sentence(page);
  assert.equal(said.replace(/\s+/g, " "), `${plan.data.words}.`);
  assert(plan.text.replace(/\s+/g, " ").startsWith(plan.data.words));
  const figures = await page.locator(".answer .figures").innerText();
  const month = Math.round(plan.data.money.month.value).toLocaleString("en-US");
  assert(figures.includes(`$${month}`), figures);
  assert(figures.includes(`${Math.round(plan.data.rate.per_minute.value)}/min`), figures);
  await page.finish();
});

pageTest("the tables behind a plan's charts are the numbers of its JSON", async () => {
  const { data } = plan;
  const page = await openPage(plan.url);
  await drawAll(page);
  assert(data.limits.length > 1 && data.levers.length > 1 && data.assumptions.length > 1);
  assert.deepEqual(
    await tableBehind(page, "Headroom of each limit, today"),
    data.limits.map((one) => [one.limit, one.peak_minute, one.refused_share, one.first_refused]),
  );
  assert.deepEqual(
    await tableBehind(page, "What would raise it most"),
    data.levers.map(({ name, detail, gain, factor, cost_change }) => [
      name,
      detail,
      gain.value,
      gain.low,
      gain.high,
      factor.value,
      cost_change,
    ]),
  );
  assert.deepEqual(
    await tableBehind(page, "What it rests on"),
    data.assumptions.map(({ name, change, effect, is_guess }) => [
      name,
      change,
      effect.value,
      effect.low,
      effect.high,
      is_guess ? "yes" : "no",
    ]),
  );
  const ladder = await tableBehind(page, "The ladder of rates");
  const { rate } = data;
  assert.deepEqual(ladder[0].slice(1), [rate.today_per_minute, null, null]);
  assert.deepEqual(ladder[1].slice(1), [
    rate.closed_form_factor * rate.today_per_minute,
    null,
    null,
  ]);
  assert.deepEqual(ladder[2].slice(1), [
    rate.per_minute.value,
    rate.per_minute.low,
    rate.per_minute.high,
  ]);
  const tiers = await page
    .locator("table.data", { has: page.getByRole("columnheader", { name: "month's cap" }) })
    .locator("tbody tr")
    .count();
  assert.equal(tiers, data.tiers.length);
  await page.finish();
});

pageTest("a chart's table is saved as CSV with all its digits", async () => {
  const page = await openPage(plan.url);
  await drawAll(page);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download What would raise it most as CSV" }).click();
  const stream = await (await saved).createReadStream();
  let csv = "";
  for await (const chunk of stream) csv += chunk;
  const [first] = plan.data.levers;
  const line = csv.split("\r\n").find((one) => one.startsWith(first.name));
  assert(line.includes(`,${first.gain.value},${first.gain.low},${first.gain.high},`), line);
  await page.finish();
});

pageTest("a plan reads well in light and dark and at 400 px", () =>
  checkLooks(plan.url, "plan"));

pageTest("names in a plan never become markup", async () => {
  const data = withMarkup(plan.data, [
    "format",
    "version",
    "unit",
    "standing",
    "metric",
    "verdict",
  ]);
  await checkEscapes(await pageOf(folder, "markup", data));
});

pageTest("a plan that nothing can meet says so, and has no ladder of rates", async () => {
  const objectives = '/objectives={"max_latency_p95":"1ms"}';
  const impossible = await answer(folder, "impossible", [
    "plan",
    scenario("quickstart"),
    "--set",
    "/duration=2m",
    "--set",
    objectives,
  ]);
  assert.equal(impossible.data.verdict, "impossible");
  const page = await openPage(impossible.url);
  await drawAll(page);
  assert.match(await sentence(page), /^IMPOSSIBLE /);
  assert.equal(await page.getByRole("heading", { name: "The ladder of rates" }).count(), 0);
  await page.finish();
});

pageTest("a plan echoes its scenario and the digest", () => checkScenario(plan));
