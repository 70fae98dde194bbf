// The report of a run as a person meets it: simulated by the program, opened from disk in a browser.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  awaited,
  checkAccessible,
  drawAll,
  fitsWidth,
  openPage,
  paintedShare,
  screenshot,
  sluice,
} from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kRoot = join(dirname(fileURLToPath(import.meta.url)), "../..");
const kQuickstart = join(kRoot, "scenarios/quickstart.json");
const folder = mkdtempSync(join(tmpdir(), "sluice-report-"));
const at = (name) => join(folder, name);
const url = (name) => `file://${at(name)}`;

/** Runs `sluice simulate`; leaves NAME.html and NAME.json and returns the text report. */
function simulate(name, scenario, ...options) {
  const outputs = ["--output", `html=${at(name)}.html`, "--output", `json=${at(name)}.json`];
  return execFileSync(sluice, ["simulate", scenario, ...options, ...outputs], { encoding: "utf8" });
}
const json = (name) => JSON.parse(readFileSync(at(`${name}.json`), "utf8"));

let text;
before(async () => {
  text = simulate("quick", kQuickstart, "--set", "/duration=20m");
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
});

const panel = (page, title) =>
  page.locator(".chart-panel").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
/** What a chart looks like now. */
const picture = (page, title) =>
  panel(page, title).locator("canvas").first().evaluate((canvas) => canvas.toDataURL());

pageTest("every chart of a run draws its data", async () => {
  const page = await openPage(url("quick.html"));
  await drawAll(page);
  const titles = await page.locator(".chart-panel h3").allTextContents();
  for (const wanted of [
    "Which limit binds, and when",
    "Limiter levels",
    "Use of the limits",
    "Offered and achieved",
    "429s by cause",
    "Retry amplification",
    "In flight",
    "Latency over time",
    "Time to first token",
    "Latency by percentile",
    "Cost so far, by category",
    "Cost by model",
  ]) {
    assert(titles.includes(wanted), `${wanted} is not among ${titles.join(", ")}`);
  }
  for (let i = 0; i < titles.length; ++i) {
    const share = await paintedShare(page, `.chart-panel >> nth=${i} >> .canvas`);
    assert(share > 0.004, `${titles[i]} is as good as empty: ${share}`);
  }
  await screenshot(page, "report-light");
  await page.finish();
});

pageTest("the first screen says what the text report says, in the same digits", async () => {
  const page = await openPage(url("quick.html"));
  const head = (await page.locator("header").innerText()).replaceAll("\u00a0", " ").toLowerCase();
  const found = (pattern) => pattern.exec(text)?.[1];
  for (const [what, words] of [
    ["the verdict", found(/\n\n([A-Z ]+)\n {2}/)],
    ["the binding limit", found(/\n {2}(\S+) binds/)],
    ["when it binds first", found(/binds:\s+first after ([\d.]+ \w+)/)],
    ["the cost", found(/Total\s+(\$[\d,.]*\d)/)],
    ["429s", found(/Refused\s+([\d,]+) with 429/)],
    ["p95", found(/Latency, succeeded\s+[\d.]+ \w+\s+([\d.]+ \w+)/)],
    ["successes", found(/offered \([^)]*\),\s+([\d,]+) succeeded/)],
  ]) {
    assert(words, `the text report has ${what}`);
    assert(head.replace(/\s/g, "").includes(words.toLowerCase().replace(/\s/g, "")), `${what}: ${words}`);
  }
  await page.finish();
});

pageTest("the table behind a chart and its CSV hold the numbers of the JSON", async () => {
  const page = await openPage(url("quick.html"));
  const { series } = json("quick");
  const offered = panel(page, "Offered and achieved");
  await offered.getByText("Table", { exact: false }).first().click();
  await offered.locator("tbody tr").first().waitFor(); // the table is made when it is opened
  const rows = await offered.locator("tbody tr").evaluateAll((lines) =>
    lines.map((line) => [...line.children].map((cell) => cell.textContent)),
  );
  const { offered: planned, succeeded, failed, attempts } = series.traffic;
  const wanted = planned.map((_, i) =>
    [i * series.cell, planned[i], succeeded[i], failed[i], attempts[i]].map(String),
  );
  assert.deepEqual(rows, wanted);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    offered.getByRole("button", { name: "CSV" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "offered-and-achieved.csv");
  const csv = readFileSync(await download.path(), "utf8");
  const head = ["from (s)", "offered", "succeeded", "failed", "attempts"];
  assert.equal(csv, [head, ...wanted].map((row) => `${row.join(",")}\r\n`).join(""));
  await page.finish();
});

pageTest("a series can be switched off and on again", async () => {
  const page = await openPage(url("quick.html"));
  await drawAll(page);
  const title = "Offered and achieved";
  await panel(page, title).scrollIntoViewIfNeeded();
  const toggle = panel(page, title).getByRole("button", { name: "succeeded" });
  assert.equal(await toggle.getAttribute("aria-pressed"), "true");
  const whole = await picture(page, title);
  await toggle.click();
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  const now = () => picture(page, title);
  assert.notEqual(await awaited(page, now, (one) => one !== whole), whole);
  await toggle.click();
  assert.equal(await awaited(page, now, (one) => one === whole), whole);
  await page.finish();
});

pageTest("charts over time zoom together, by keys and by dragging, and show all again", async () => {
  const page = await openPage(url("quick.html"));
  await drawAll(page);
  const first = panel(page, "Offered and achieved");
  const other = panel(page, "429s by cause");
  const reset = first.getByRole("button", { name: "Reset zoom" });
  await first.scrollIntoViewIfNeeded();
  const now = () => picture(page, "429s by cause");
  const whole = await now();
  await first.locator(".canvas").focus();
  await page.keyboard.press("+");
  await reset.waitFor({ state: "visible" });
  await other.getByRole("button", { name: "Reset zoom" }).waitFor({ state: "visible" });
  assert.notEqual(await awaited(page, now, (one) => one !== whole), whole);
  await reset.click();
  await reset.waitFor({ state: "hidden" });
  assert.equal(await awaited(page, now, (one) => one === whole), whole);

  const box = await first.locator(".canvas").boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await reset.waitFor({ state: "visible" });
  await page.finish();
});

pageTest("light, dark and a phone are accessible, and no page scrolls sideways", async () => {
  for (const [name, options] of [
    ["light", {}],
    ["dark", { colorScheme: "dark" }],
    ["phone", { width: 400, height: 800 }],
  ]) {
    const page = await openPage(url("quick.html"), options);
    await drawAll(page);
    await checkAccessible(page);
    assert(await fitsWidth(page), `${name} fits its window`);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const brightness = /\d+/.exec(background)?.[0];
    assert(name === "dark" ? brightness < 60 : brightness > 200, `${name} has ${background}`);
    if (name !== "light") await screenshot(page, `report-${name}`);
    await page.finish();
  }
});

pageTest("on paper the charts are there in light colours, whatever the screen has", async () => {
  const page = await openPage(url("quick.html"), { colorScheme: "dark" });
  const pdf = await page.pdf({ format: "A4" });
  assert(pdf.length > 50_000, "the images are in the document");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const images = await page.locator("img.paper").evaluateAll((all) => all.map((image) => image.src.length));
  assert(images.length > 8 && images.every((length) => length > 2000), `${images}`);
  const text = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--text"));
  assert.equal(text.trim(), "#1b1f24");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.finish();
});

pageTest("names are text wherever they stand, never markup", async () => {
  const bad = '</script><script>alert(1)</script><img src=x onerror="alert(2)">';
  const scenario = JSON.parse(readFileSync(kQuickstart, "utf8"));
  const data = json("quick");
  // Through the program, as a file that somebody sent would come.
  data.identity.scenario = bad;
  data.identity.warnings = [bad];
  data.happened = [{ at: 60, text: bad }];
  data.workloads = { [bad]: Object.values(data.workloads)[0] };
  const [[limit, levels], ...rest] = Object.entries(data.series.limiters);
  data.series.limiters = { [`${bad}"'`]: levels, ...Object.fromEntries(rest) };
  data.limiters = { ...data.limiters, [`${bad}"'`]: data.limiters[limit] };
  data.series.binding = data.series.binding.map((name) => (name === limit ? `${bad}"'` : name));
  data.series.cost.by_model = { [`"'${bad}`]: Object.values(data.series.cost.by_model)[0] };
  data.scenario = { ...scenario, about: [bad] };
  writeFileSync(at("bad.json"), JSON.stringify(data));
  execFileSync(sluice, ["report", at("bad.json"), "--output", `html=${at("bad.html")}`]);

  const page = await openPage(url("bad.html"));
  page.on("dialog", (dialog) => assert.fail(`a script of the data ran: ${dialog.message()}`));
  await drawAll(page);
  assert.equal(await page.locator("h1").textContent(), bad);
  assert.equal(await page.title(), `${bad} - sluice`);
  assert.equal(await page.locator("img[onerror], main script").count(), 0);
  assert((await page.locator("table.data th").allTextContents()).includes(bad), "the workload is in its table");
  await panel(page, "Cost by model").locator(".canvas").hover();
  await page.locator(".tip").first().waitFor({ state: "visible" });
  assert.equal(await page.locator(".tip img, .tip script").count(), 0);
  await page.finish();
});

test("a run of a whole day stays under two megabytes", () => {
  simulate("day", kQuickstart, "--set", "/duration=24h", "--set", "/workloads/0/arrivals/rate=60/min");
  assert.equal(json("day").identity.duration, 86400);
  assert(statSync(at("day.html")).size < 2_000_000, `${statSync(at("day.html")).size} bytes`);
});

pageTest("a replay's report shows the load generator", async () => {
  const options = ["--set", "/duration=20s", "--speed", "5", "--ui", "none", "--output", `html=${at("replay.html")}`];
  const { status, stderr } = spawnSync(sluice, ["replay", kQuickstart, ...options], { encoding: "utf8" });
  assert([0, 5].includes(status), stderr);
  const page = await openPage(url("replay.html"));
  await drawAll(page);
  const section = page.getByRole("region", { name: "Load generator" });
  assert.match(await section.innerText(), /asked [\d.,]+\/s/);
  assert((await section.locator("canvas").count()) >= 3, "lateness, connections, processor");
  const titles = await page.$$eval("figure.chart-panel:not([hidden]) h3", (all) => all.map((one) => one.textContent));
  assert(titles.includes("Offered and achieved"));
  const ofBuckets = titles.filter((title) => /levels|use of the limits|per_minute/i.test(title));
  assert.deepEqual(ofBuckets, [], "a client cannot look into a bucket");
  await checkAccessible(page);
  await page.finish();
});

test("what is no result of sluice is refused in one sentence", () => {
  writeFileSync(at("other.json"), '{"format": "something else"}');
  const { status, stderr } = spawnSync(sluice, ["report", at("other.json")], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /^error: .*other\.json: is not a result of sluice: its "format" is "something else"/);
  assert.equal(stderr.trim().split("\n").length, 1);
});
