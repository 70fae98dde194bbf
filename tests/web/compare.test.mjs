// The report of `sluice compare` in a browser.
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
let compared;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-compare-"));
  const more = [
    "--what-if",
    "no-cache,1h,batch",
    "--tiers",
    "start,build",
    "--mix",
    "haiku:80,sonnet:15,opus:5",
  ];
  const mix = ["--quality", "haiku:0.7,sonnet:0.9,opus:1", "--min-quality", "0.85"];
  const short = ["--set", "/duration=20m", "--replications", "3"];
  compared = await answer(folder, "compare", [
    "compare",
    scenario("support-chat"),
    ...short,
    ...more,
    ...mix,
  ]);
});
after(async () => {
  rmSync(folder, { recursive: true });
});

const three = (figure) => (figure ? [figure.value, figure.low, figure.high] : [null, null, null]);
const choices = (data) =>
  data.rows
    .filter(({ kind, unavailable }) => kind !== "tier" && kind !== "what_if" && unavailable === "")
    .sort((a, b) => a.figures.cost_per_success.value - b.figures.cost_per_success.value);

pageTest("a comparison opens with its verdict in the words of its JSON", async () => {
  const page = await openPage(compared.url);
  const said = await sentence(page);
  assert(said.includes(compared.data.cheapest_mix.words), said);
  assert((await page.locator(".answer").innerText()).includes(compared.data.verdict));
  await page.finish();
});

pageTest("the tables behind a comparison's charts are the numbers of its JSON", async () => {
  const { data } = compared;
  const page = await openPage(compared.url);
  await drawAll(page);
  const costs = await tableBehind(page, "Cost of 1,000 answers");
  assert.deepEqual(
    costs.map((row) => [...row.slice(0, 5), ...row.slice(-3)]),
    choices(data).map(({ name, figures }) => [
      name,
      ...three(figures.cost_per_success),
      figures.cost_per_request.value,
      ...three(figures.cost_per_month),
    ]),
  );
  // The categories are what the answer costs.
  costs.forEach((row) =>
    assert(Math.abs(row.slice(5, -3).reduce((a, b) => a + b) - row[1]) < 1e-9, row.join()),
  );
  assert.deepEqual(
    await tableBehind(page, "Latency"),
    choices(data).map(({ name, figures }) => [
      name,
      ...three(figures.latency_p95),
      ...three(figures.latency_p50),
    ]),
  );
  const tiers = data.rows.filter(({ kind }) => kind === "tier");
  assert.equal((await tableBehind(page, "In other tiers")).length, tiers.length);
  const whatIfs = data.rows.filter(
    ({ kind, differences }) => kind === "what_if" && differences.cost_per_success,
  );
  assert.deepEqual(
    (await tableBehind(page, "What if")).map((row) => row.slice(0, 5)),
    whatIfs.map(({ name, change, differences }) => [
      name,
      change,
      ...three(differences.cost_per_success),
    ]),
  );
  assert.deepEqual(
    (await tableBehind(page, "Caching pays from")).map((row) => row.slice(0, 3)),
    data.break_evens.map((one) => [one.model, one.reads_per_write_5m, one.reads_per_write_1h]),
  );
  await page.finish();
});

pageTest("the difference to today is shown in the measure that is chosen", async () => {
  const { data } = compared;
  const page = await openPage(compared.url);
  await drawAll(page);
  await page.getByLabel("Difference in").selectOption({ label: "p95 latency" });
  const others = choices(data).filter((row) => row !== data.rows[data.today]);
  assert.deepEqual(
    await tableBehind(page, "Less today: p95 latency"),
    others.map(({ name, differences }) => [
      name,
      ...three(differences.latency_p95),
      differences.latency_p95.variance_reduction,
    ]),
  );
  await page.finish();
});

pageTest("a comparison reads well in light and dark and at 400 px", () =>
  checkLooks(compared.url, "compare"));

pageTest("names in a comparison never become markup", async () => {
  const keep = [
    "format",
    "version",
    "unit",
    "kind",
    "verdict",
    "bound_is",
    "unavailable",
    "metric",
  ];
  await checkEscapes(await pageOf(folder, "markup", withMarkup(compared.data, keep)));
});

pageTest("what stops a month is named as in the text report", async () => {
  for (const [limit, cell, words] of [
    ["tier_cap", "the cap", "stops at the limit of the"],
    ["credit", "the credit", "stops at the end of the prepaid credit"],
    ["key_alert", "key limits", "stops at limits of keys and workspaces"],
    ["alert", "the cap", "stops at the organization's own limit"],
  ]) {
    const stopped = { month_is_stopped: true, month_wanted: 1e9, month_limit: limit };
    const rows = compared.data.rows.map((row) => ({ ...row, ...stopped }));
    const page = await openPage(await pageOf(folder, limit, { ...compared.data, rows }));
    const text = await page.locator("main").innerText();
    assert(text.includes(`, ${cell}`), cell);
    assert(text.includes(words), words);
    await page.finish();
  }
});

pageTest("a model without a price is shown as unpriced, not as free", async () => {
  const data = structuredClone(compared.data);
  const row = data.rows.find(({ kind }, i) => kind === "model" && i !== data.today);
  row.unpriced = true;
  for (const key of Object.keys(row.figures)) {
    if (!/share|latency/.test(key)) row.figures[key] = row.differences[key] = null;
  }
  const page = await openPage(await pageOf(folder, "unpriced", data));
  await drawAll(page);
  assert.match(
    await page
      .locator("tr", { hasText: row.name })
      .filter({ hasText: "unpriced" })
      .first()
      .innerText(),
    /unpriced/,
  );
  assert(!(await tableBehind(page, "Cost of 1,000 answers")).some(([name]) => name === row.name));
  await page.finish();
});

pageTest("a comparison echoes its scenario and the digest", () => checkScenario(compared));
