// The live dashboard in a browser: a real replay against the embedded mock, and a mock with a client.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { checkAccessible, drawAll, fitsWidth, openPage, paintedShare, screenshot, sluice } from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kPatience = { timeout: 30_000 };
const kScenario = {
  sluice: 1,
  duration: "300s",
  seed: 7,
  organization: { tier: "start", burst: "1s" },
  workloads: [
    {
      name: "<script>alert(1)</script>",
      model: "haiku-4.5",
      arrivals: { type: "poisson", rate: "20/s" },
      input: { p50: 400, p95: 900 },
      output: { p50: 30, p95: 60 },
    },
  ],
};

let folder;
const children = [];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-live-"));
});
after(async () => {
  for (const child of children) child.kill("SIGKILL"); // of a test that has failed
  rmSync(folder, { recursive: true });
});

/** A program that has said where its dashboard is; `ended` is a promise of its exit code. */
async function start(args, stream) {
  const child = spawn(sluice, args);
  children.push(child);
  const ended = once(child, "close").then(([code]) => code);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (bytes) => (said[name] += bytes));
  let url;
  while (!url) {
    await Promise.race([once(child[stream], "data"), ended]);
    assert.equal(child.exitCode, null, said.stderr);
    url = /http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}(?=\n)/.exec(said[stream])?.[0];
  }
  return { child, ended, said, url, origin: new URL(url).origin };
}

async function startReplay(name, ...more) {
  const path = join(mkdtempSync(join(folder, "of-")), `${name}.json`); // apart from results
  writeFileSync(path, JSON.stringify(kScenario));
  return start(["replay", path, "--speed", "15", "--ui", "web", ...more], "stderr");
}

const clock = (page) => page.$eval(".live-clock", (element) => element.textContent);
const isShown = (page) => page.waitForFunction(() => / of /.test(document.querySelector(".live-clock")?.textContent ?? ""), undefined, kPatience);
const hasEnded = (page) => page.waitForFunction(() => /^(Ended|Stopped|The mock has ended)/.test(document.querySelector(".live-status")?.textContent ?? ""), undefined, kPatience);
/** What the report says, without the dashboard's own parts. */
const reportText = (page) => page.evaluate(() => [...document.querySelectorAll("main h1, main .figures, main table.data")].filter((element) => !element.closest(".live-head, [hidden]")).map((element) => element.textContent).join("\n"));
/** Parts out of sight follow 300 ms after the last change. */
async function saysTheSame(one, other) {
  const until = Date.now() + kPatience.timeout;
  for (;;) {
    const texts = [await reportText(one), await reportText(other)];
    if (texts[0] === texts[1] || Date.now() > until) return assert.equal(texts[0], texts[1]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

pageTest("a run grows before one's eyes, a late viewer sees the same, and it ends as the report", async () => {
  const json = join(folder, "end.json");
  const html = join(folder, "end.html");
  const run = await startReplay("end", "--output", `json=${json}`, "--output", `html=${html}`);
  const early = await openPage(run.url, { origin: run.origin });
  await isShown(early);
  const first = await clock(early);
  assert.match(await early.$eval(".live-status", (element) => element.textContent), /Running/);
  await early.waitForFunction((before) => document.querySelector(".live-clock").textContent !== before, first, kPatience);
  const late = await openPage(run.url, { origin: run.origin, colorScheme: "dark" });
  await isShown(late);
  await drawAll(early);
  await screenshot(early, "live-running");
  await checkAccessible(early);

  await Promise.all([hasEnded(early), hasEnded(late)]);
  await saysTheSame(late, early);

  await run.ended;
  const report = await openPage(`file://${html}`);
  await saysTheSame(early, report);
  const result = JSON.parse(readFileSync(json, "utf8"));
  const status = await early.$eval(".live-status", (element) => element.textContent);
  assert(status.includes(result.verdict), status);
  await drawAll(early);
  assert((await paintedShare(early, "main")) > 0.001, "the first chart is drawn");
  assert.equal(await early.$eval("main .section[hidden]", (element) => element.querySelector("h2").textContent), "Now");

  // The server has gone: the file is at hand all the same.
  const download = early.waitForEvent("download");
  await early.click(".live-report");
  assert.equal(readFileSync(await (await download).path(), "utf8"), readFileSync(html, "utf8"));
  await screenshot(early, "live-ended");
  await screenshot(late, "live-ended-dark");
  await checkAccessible(late);
  for (const page of [early, late, report]) await page.finish();
});

pageTest("the tabs of one browser share one stream, for it would not open a seventh", async () => {
  const run = await startReplay("tabs");
  const page = await openPage(run.url, { origin: run.origin, width: 400, height: 800 });
  await isShown(page);
  const streams = [];
  page.context().on("request", (request) => {
    if (request.url().includes("/events")) streams.push(request.url());
  });
  const tabs = [];
  for (let i = 0; i < 8; ++i) {
    tabs.push(await page.context().newPage());
    await tabs[i].goto(run.url);
  }
  for (const tab of tabs) {
    await tab.bringToFront();
    await isShown(tab);
  }
  assert.deepEqual(streams, []);
  // Who listens is closed: another one takes over.
  await page.bringToFront();
  assert(await fitsWidth(page), "400 px are enough");
  await screenshot(page, "live-narrow");
  const next = tabs[7];
  await page.close();
  await next.bringToFront();
  await hasEnded(next);
  assert.equal(streams.length, 1);
  await next.context().close();
  await run.ended;
});

function ask(mock, fields = {}) {
  return fetch(`${mock}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "any", "anthropic-version": "2023-06-01", ...fields },
    body: JSON.stringify({ model: "claude-haiku-4-5", max_tokens: 9, messages: [{ role: "user", content: "hi" }] }),
  });
}

pageTest("the mock's dashboard shows what a client does, and says when the mock is gone", async () => {
  const mock = await start(["mock", "--port", "0", "--latency", "off"], "stdout");
  const address = /ANTHROPIC_BASE_URL=(\S+)/.exec(mock.said.stdout)[1];
  const page = await openPage(mock.url, { origin: mock.origin });
  const other = await openPage(mock.url, { origin: mock.origin });
  for (let i = 0; i < 12; ++i) await ask(address);
  assert.equal((await ask(address, { "sluice-fault": "429; retry-after=5" })).status, 429);
  await page.waitForFunction(() => /429s in the last \d+ s1/.test(document.querySelector("main").textContent), undefined, kPatience);
  await page.waitForFunction(() => document.querySelectorAll(".live-limits tbody tr").length >= 3, undefined, kPatience);
  assert.match(await page.$eval(".live-status", (element) => element.textContent), /mock is serving/);
  await drawAll(page);
  await screenshot(page, "live-mock");
  await checkAccessible(page);

  mock.child.kill("SIGINT");
  await Promise.all([hasEnded(page), hasEnded(other)]);
  assert.equal(await mock.ended, 0);
  for (const one of [page, other]) await one.finish();
});

pageTest("a connection that breaks is said, and what was seen stays", async () => {
  const run = await startReplay("lost");
  const page = await openPage(run.url, { origin: run.origin });
  await isShown(page);
  run.child.kill("SIGKILL");
  await page.waitForSelector("[role=alert]:not([hidden])", kPatience);
  assert.match(await page.$eval("[role=alert]", (element) => element.textContent), /connection is lost/);
  assert.match(await clock(page), / of /);
  await page.context().close(); // the browser itself logs the broken stream
});
